"""Real workers that work as agents, on real servers."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tests.conftest import StartServer
from tests.domains.agents.team import AgentOfTest, Team
from tests.domains.conversation import answered
from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess


@contextmanager
def worker_process(team: Team, agent: AgentOfTest, directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `mobius worker --agent` with a key of the agent's service account."""
    (directory / "actions_of_test.py").write_text(
        "from mobius.worker import ActionContext, Actions\n"
        "actions = Actions()\n"
        "@actions.action('act')\n"
        "def act(context: ActionContext):\n"
        "    return {'agent': context.agent_id, 'session': context.agent_session_id}\n"
    )
    environment = {
        **os.environ,
        "MOBIUS_API_URL": team.server.base_url,
        "MOBIUS_API_KEY": agent.http.headers["Authorization"].removeprefix("Bearer "),
        "MOBIUS_PROJECT": team.project,
        "MOBIUS_DATA_DIR": str(directory),
    }
    command = [sys.executable, "-m", "mobius", "worker", "--agent", agent.name]
    with (directory / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--actions", "actions_of_test:actions"],
            cwd=directory,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], within: float = 20.0) -> None:
    give_up = time.monotonic() + within
    while not condition():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.05)


def told(server: ServerProcess, agent: AgentOfTest) -> list[tuple[str, str]]:
    """Return the events of an agent in the log, and the presence that they tell of."""
    rows: list[dict[str, Any]] = asyncio.run(rows_of(server.database_url, server.data_dir))["events"]
    mine = sorted((row for row in rows if row["run_id"] == agent.id), key=lambda row: row["seq"])
    return [(row["type"], msgspec.json.decode(row["data"])["presence"]) for row in mine]


def test_it_works_on_its_queue_and_says_goodbye(own_server: ServerProcess, tmp_path: Path) -> None:
    team = Team(own_server)
    agent = team.agent()
    run = team.start(agent.name)
    with worker_process(team, agent, tmp_path) as worker:
        until(lambda: answered(team.http.get(f"{team.root}/runs/{run}"), 200)["status"] == "completed")
        assert team.presence(agent.name) == "online"
        [job] = answered(team.http.get(f"{team.root}/runs/{run}/jobs"), 200)["items"]
        [session] = answered(team.http.get(f"{team.root}/agents/{agent.name}/sessions"), 200)["items"]
        assert (job["agent_id"], job["agent_session_id"]) == (agent.id, session["id"])
        assert session["metadata"]["pid"] == worker.pid
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
    assert team.presence(agent.name) == "offline"
    [session] = answered(team.http.get(f"{team.root}/agents/{agent.name}/sessions"), 200)["items"]
    assert session["status"] == "disconnected"
    until(lambda: len(told(own_server, agent)) == 2)
    assert told(own_server, agent) == [("agent.online", "online"), ("agent.offline", "offline")]


def test_when_it_is_killed_it_is_stale_and_that_is_told_once(
    start_server: StartServer, tmp_path: Path
) -> None:
    first = start_server(presence_seconds="2")
    servers = [first] if first.database_url is None else [first, first.sibling()]
    team = Team(first)
    agent = team.agent()
    with worker_process(team, agent, tmp_path) as worker:
        until(lambda: team.presence(agent.name) == "online")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        until(lambda: team.presence(agent.name) == "stale")
    for server in servers:
        assert Team(server, team.project).presence(agent.name) == "stale"
    time.sleep(3)  # every server has looked by then, and looked again
    assert told(first, agent) == [("agent.online", "online"), ("agent.offline", "stale")]
    sessions = f"{team.root}/agents/{agent.name}/sessions"
    [session] = answered(team.http.get(sessions, params={"status": "stale"}), 200)["items"]
    assert team.claim(agent.http, agent_id=agent.id, agent_session_id=session["id"]).status_code == 403
    answered(agent.session(session["id"], "heartbeat"), 200)
    assert team.presence(agent.name) == "online"
    until(lambda: told(first, agent)[2:] == [("agent.online", "online")])
