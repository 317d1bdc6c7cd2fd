"""The commands against a real server: what they print, and how they end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.harness.server import ServerProcess

Mobius = Callable[..., subprocess.CompletedProcess[str]]

HELLO = """
name: hello
inputs:
  - {name: who, type: string}
steps:
  - name: greet
    action: print
    parameters: {message: "Hello ${inputs.who}"}
    store: said
"""


@pytest.fixture
def environment(server: ServerProcess, tmp_path: Path) -> dict[str, str]:
    """Return the environment of commands that talk to the server, about a project of the test's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOBIUS_")}
    return kept | {
        "MOBIUS_API_URL": server.base_url,
        "MOBIUS_API_KEY": server.key,
        "MOBIUS_PROJECT": server.new_project(),
        "MOBIUS_DATA_DIR": str(tmp_path),
    }


@pytest.fixture
def mobius(environment: dict[str, str], tmp_path: Path) -> Mobius:
    """Run a command."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mobius", *arguments],
            env=environment | more,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=40,
            check=False,
        )

    (tmp_path / "hello.yaml").write_text(HELLO, encoding="utf-8")
    return run


def test_a_run_is_started_listed_shown_and_cancelled(mobius: Mobius) -> None:
    started = mobius("run", "hello.yaml", "--input", "who=Ada")
    assert started.returncode == 0, started.stderr
    [run_id] = set(re.findall(r"run_\w+", started.stdout))
    listed = mobius("runs", "list")
    assert run_id in listed.stdout
    assert "queued" in listed.stdout
    shown = mobius("runs", "show", run_id)
    assert "greet" in shown.stdout
    assert '"who": "Ada"' in shown.stdout
    cancelled = mobius("runs", "cancel", run_id)
    assert cancelled.returncode == 0, cancelled.stderr
    watched = mobius("runs", "watch", run_id)
    assert watched.returncode == 1
    assert "cancelled" in watched.stdout


def test_a_workflow_is_kept_and_run_by_its_handle(mobius: Mobius) -> None:
    assert "version 1" in mobius("workflows", "apply", "hello.yaml").stdout
    assert mobius("workflows", "apply", "hello.yaml").returncode == 0
    assert "hello" in mobius("workflows", "list").stdout
    started = mobius("run", "hello", "-i", "who=Ada", "--json")
    assert json.loads(started.stdout)["workflow_name"] == "hello"


def test_watching_a_run_shows_its_steps_and_ends_with_its_outcome(
    mobius: Mobius, environment: dict[str, str], tmp_path: Path
) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "mobius", "worker"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        done = mobius("run", "hello.yaml", "--input", "who=Ada", "--watch")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "step greet completed" in done.stdout
        assert "Hello Ada" in done.stdout
    finally:
        worker.terminate()
        assert worker.wait(timeout=20) == 0


def test_a_group_is_created_filled_and_deleted(server: ServerProcess, mobius: Mobius) -> None:
    owner = server.http.get(f"/projects/{server.project}").json()["created_by"]
    assert "created group night-shift" in mobius("groups", "create", "Night Shift", "--all-members").stdout
    assert "joined" in mobius("groups", "add", "night-shift", owner).stdout
    assert "all_members" in mobius("groups", "list").stdout
    shown = json.loads(mobius("groups", "show", "night-shift", "--json").stdout)
    assert [one["user_id"] for one in shown["members"]] == [owner]
    assert "left" in mobius("groups", "remove", "night-shift", owner).stdout
    assert mobius("groups", "delete", "night-shift").returncode == 0
    assert "no groups" in mobius("groups", "list").stdout


def test_channels_are_created_written_to_read_and_deleted(mobius: Mobius) -> None:
    assert "created channel releases" in mobius("channels", "create", "releases", "--topic", "News").stdout
    assert "News" in mobius("channels", "list").stdout
    posted = mobius("channels", "post", "releases", "1.4 is out \x1b[2J").stdout.strip()
    answered = mobius("channels", "post", "releases", "at last", "--reply-to", posted, "--json").stdout
    assert json.loads(answered)["reply_to"] == posted
    read = mobius("channels", "read", "releases", "--mark").stdout
    assert read.index("1.4 is out") < read.index("at last")
    assert "\x1b" not in read
    shown = json.loads(mobius("channels", "show", "releases", "--json").stdout)
    assert shown["members"][0]["last_read_message_id"] == json.loads(answered)["id"]
    odd = "\x1b[2J News [/bold]"
    assert mobius("channels", "create", "odd", "--topic", odd, "--title", odd).returncode == 0
    for command in (("list",), ("show", "odd")):
        printed = mobius("channels", *command).stdout
        assert "News [/bold]" in printed
        assert "\x1b" not in printed
    assert "deleted" in mobius("channels", "delete", "releases").stdout
    assert "not_found" in mobius("channels", "watch", "releases").stderr


def test_a_data_directory_that_cannot_be_used_is_named(mobius: Mobius, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = mobius("server", "--data-dir", str(tmp_path / "file" / "data"))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"mobius: the data directory {tmp_path}/file/data cannot be used: ")


def test_what_is_not_there_is_named(environment: dict[str, str], mobius: Mobius) -> None:
    missing = mobius("runs", "show", "run_nope")
    asked = "GET {MOBIUS_API_URL}/projects/{MOBIUS_PROJECT}/runs/run_nope".format(**environment)
    assert missing.stderr == f"mobius: run not found [not_found], asked with {asked}\n"
    nobody = mobius("runs", "list", "--url", "http://127.0.0.1:9")
    assert "GET http://127.0.0.1:9/projects/" in nobody.stderr


def test_a_person_is_asked_and_answers(server: ServerProcess, mobius: Mobius) -> None:
    owner = server.http.get(f"/projects/{server.project}").json()["created_by"]
    assert "nothing waits" in mobius("inbox").stdout
    asked = mobius("ask", "Which colour?", "--member", owner, "--option", "red", "--option", "blue")
    assert asked.returncode == 0, asked.stderr
    [interaction] = re.findall(r"int_\w+", asked.stdout)
    assert "Which colour?" in mobius("inbox").stdout
    assert "blue" in mobius("inbox", "show", interaction).stdout
    for wrong in ([], ["--yes"], ["--choose", "red", "--choose", "blue"], ["--value", "red"]):
        refused = mobius("respond", interaction, *wrong)
        assert refused.returncode == 1
        assert "--choose and one of red, blue" in refused.stderr
    unknown = mobius("respond", interaction, "--choose", "green")
    assert (unknown.returncode, "expected one of 'red', 'blue'" in unknown.stderr) == (1, True)
    assert "completed" in mobius("respond", interaction, "--choose", "red", "--comment", "as always").stdout
    shown = mobius("inbox", "show", interaction).stdout
    assert f"asks member {owner}" in shown
    assert f'answer "red"  of member {owner}  as always' in shown
    assert json.loads(mobius("inbox", "--all", "--json").stdout)[0]["response"]["value"] == "red"
    assert "nothing waits" in mobius("inbox").stdout


def test_an_inbox_is_watched(
    server: ServerProcess, mobius: Mobius, environment: dict[str, str], tmp_path: Path
) -> None:
    owner = server.http.get(f"/projects/{server.project}").json()["created_by"]
    command = [sys.executable, "-m", "mobius", "inbox", "--watch", "--json"]
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        with ThreadPoolExecutor(1) as reader:
            line = reader.submit(watching.stdout.readline)
            while not line.done():  # until it listens
                assert mobius("ask", "Ready?", "--member", owner).returncode == 0
            assert json.loads(line.result())["data"]["message"] == "Ready?"
        watching.terminate()


def test_an_agent_is_created_changed_and_deleted(
    server: ServerProcess, mobius: Mobius, environment: dict[str, str]
) -> None:
    root = f"/projects/{environment['MOBIUS_PROJECT']}"
    made = mobius("service-accounts", "create", "drafter", "--role", "agent", "--json").stdout
    account = json.loads(made)["id"]
    assert mobius("keys", "create", "drafter", "--service-account", account).stdout.startswith("mbx_")
    created = mobius("agents", "create", "drafter", "--service-account", account, "--config", '{"a": 1}')
    assert "created agent drafter" in created.stdout, created.stderr
    listed = mobius("agents", "list").stdout
    assert "drafter" in listed
    assert "offline" in listed
    said = mobius("agents", "update", "drafter", "--status", "inactive", "--kind", "llm").stdout
    assert "drafter: inactive" in said
    shown = json.loads(mobius("agents", "show", "drafter", "--json").stdout)
    assert (shown["kind"], shown["status"], shown["config"]) == ("llm", "inactive", {"a": 1})
    assert "llm" in mobius("agents", "show", "drafter").stdout
    assert "no agents" in mobius("agents", "list", "--status", "active").stdout
    server.http.post(f"{root}/agents/drafter/sessions", json={"transport": "sse"}).raise_for_status()
    assert "connected" in mobius("agents", "sessions", "drafter").stdout
    assert mobius("agents", "delete", "drafter").returncode == 0
    assert "not found" in mobius("agents", "show", "drafter").stderr
    assert "JSON" in mobius("agents", "update", "drafter", "--config", "[]").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "missing.yaml"], "there is no file missing.yaml"),
        (["run", "hello.yaml"], "inputs"),
        (["run", "hello.yaml", "--input", "who"], "key=value"),
        (["run", "nobody-knows"], "not found"),
        (["runs", "show", "run_unknown"], "not found"),
        (["runs", "signal", "run_unknown", "go"], "not found"),
    ],
)
def test_mistakes_are_told_in_a_line(mobius: Mobius, arguments: list[str], said: str) -> None:
    done = mobius(*arguments)
    assert done.returncode == 1, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_a_server_that_is_not_there_and_a_wrong_key(mobius: Mobius) -> None:
    away = mobius("runs", "list", MOBIUS_API_URL="http://127.0.0.1:9")
    assert away.returncode == 1
    assert "mobius dev" in away.stderr
    refused = mobius("runs", "list", MOBIUS_API_KEY="mbx_wrong")
    assert refused.returncode == 1
    assert "MOBIUS_API_KEY" in refused.stderr
