"""What the README shows works as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.server import ServerProcess

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def shown(language: str, containing: str) -> str:
    """Return the one code block of the README in this language with this text in it."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    [block] = [block for block in blocks if containing in block]
    return str(block)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_first_workflow(server: ServerProcess, tmp_path: Path) -> None:
    project = server.new_project()
    environment = {
        "PATH": os.environ["PATH"],
        "MOBIUS_API_URL": server.base_url,
        "MOBIUS_API_KEY": server.key,
        "MOBIUS_PROJECT": project,
    }
    (tmp_path / "greeting.yaml").write_text(shown("yaml", "name: greeting"), encoding="utf-8")
    (tmp_path / "greeter.py").write_text(shown("python", "worker.run()"), encoding="utf-8")
    workers = [[sys.executable, "greeter.py"], [sys.executable, "-m", "mobius", "worker"]]
    running = [subprocess.Popen(command, cwd=tmp_path, env=environment) for command in workers]
    try:
        run = subprocess.run(
            [sys.executable, "-m", "mobius", "run", "greeting.yaml", "--input", "person=Ada", "--watch"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        assert "Hello, Ada!" in run.stdout

        apply = [sys.executable, "-m", "mobius", "workflows", "apply", "greeting.yaml"]
        subprocess.run(apply, cwd=tmp_path, env=environment, check=True, timeout=30)
        program = subprocess.run(
            [sys.executable, "-c", shown("python", "start_run")],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert program.returncode == 0, program.stderr
        assert "Hello, Ada!" in program.stdout
    finally:
        for process in running:
            process.terminate()
            process.wait(timeout=20)


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"\bmake ([a-z]+)\b", shown("", "make demo")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_linked_file_exists() -> None:
    root = Path(__file__).parents[2]
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
