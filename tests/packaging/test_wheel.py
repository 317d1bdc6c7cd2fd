"""The wheel holds what it needs, and alone it is enough for a worker."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.server import ServerProcess

ROOT = Path(__file__).parents[2]

WORKER = """
from mobius import Worker

worker = Worker()


@worker.action
def greet(person: str) -> str:
    return f"Hello, {person}!"


worker.run()
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", target],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [built] = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bare_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with nothing installed but the wheel and what it requires without extras."""
    home = tmp_path_factory.mktemp("bare")
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel],
        check=True,
        capture_output=True,
        cwd=home,
    )
    return python


@pytest.fixture
def worker_process(bare_python: Path, server: ServerProcess, tmp_path: Path) -> Iterator[str]:
    """A worker of the bare installation at work; yields its project."""
    script = tmp_path / "greeter.py"
    script.write_text(WORKER, encoding="utf-8")
    project = server.new_project()
    connection = {"MOBIUS_API_URL": server.base_url, "MOBIUS_API_KEY": server.key, "MOBIUS_PROJECT": project}
    with subprocess.Popen([bare_python, script], env={"PATH": os.environ["PATH"]} | connection) as process:
        yield project
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    source = ROOT / "src"
    expected = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and path.suffix in {".py", ".sql", ".lark", ".yaml", ".typed", ".json"}
    }

    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())

    assert "mobius/py.typed" in held
    assert expected <= held
    assert not {name for name in held if name.startswith(("tests", "lint"))}


def test_the_bare_installation_is_light(bare_python: Path) -> None:
    listed = subprocess.run(
        [bare_python, "-m", "pip", "list", "--format=freeze"], check=True, capture_output=True, text=True
    )

    names = {line.split("==")[0].lower() for line in listed.stdout.splitlines()}
    of_python = {"pip", "setuptools", "wheel"}
    of_httpx = {"anyio", "certifi", "h11", "httpcore", "idna", "sniffio", "typing_extensions"}
    assert names - of_python - of_httpx == {"mobius", "httpx", "msgspec"}


def test_the_command_of_the_bare_installation_says_what_to_install(bare_python: Path) -> None:
    result = subprocess.run(
        [bare_python.with_name("mobius"), "server"], capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert 'pip install "mobius[cli]"' in result.stderr


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_worker_of_the_bare_installation_executes_jobs(server: ServerProcess, worker_process: str) -> None:
    from mobius import Client

    spec = {
        "name": "greeting",
        "steps": [
            {"name": "compose", "action": "greet", "parameters": {"person": "Ada"}, "store": "greeting"}
        ],
    }
    with Client(server.base_url, server.key, worker_process) as client:
        run = client.wait_for_run(client.start_run(spec=spec).id, timeout=30)

    assert (run.status, run.result) == ("completed", {"greeting": "Hello, Ada!"})
