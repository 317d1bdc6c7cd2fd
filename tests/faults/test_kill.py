"""Servers and workers are killed under load: every run ends as it would have, nothing is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.execution.stream_reader import StreamReader
from tests.harness.server import ServerProcess

RUNS = 24
WORKERS = 3
KILLS = 5


def workflow() -> dict[str, Any]:
    """Return a workflow with every durable kind of step: fork, fan-out, retry, sleep, signal, join."""
    return {
        "name": "tortured",
        "inputs": [{"name": "n", "type": "integer"}],
        "outputs": [
            {"name": "left", "variable": "left", "branch": "rest"},
            {"name": "right", "variable": "right", "branch": "rest"},
            {"name": "signalled", "variable": "signalled", "branch": "rest"},
        ],
        "steps": [
            {
                "name": "begin",
                "action": "double",
                "parameters": {"value": "${inputs.n}"},
                "store": "begun",
                "next": [
                    {"step": "each", "branch": "left"},
                    {"step": "flaky", "branch": "right"},
                    {"step": "gather", "branch": "rest"},
                ],
            },
            {
                "name": "each",
                "action": "double",
                "each": {"items": "[state.begun, state.begun + 1, state.begun + 2, 7, 8]", "as": "item"},
                "parameters": {"value": "${item}"},
                "store": "doubled",
            },
            {
                "name": "flaky",
                "action": "flaky",
                "parameters": {"value": "${state.begun}"},
                "retry": [
                    {"error_equals": ["all"], "max_retries": 5, "base_delay": "20ms", "backoff_rate": 1}
                ],
                "store": "more",
                "next": [{"step": "nap"}],
            },
            {"name": "nap", "sleep": {"duration": "200ms"}, "next": [{"step": "after"}]},
            {
                "name": "after",
                "action": "double",
                "parameters": {"value": "${state.more}"},
                "store": "result",
            },
            {
                "name": "gather",
                "join": {
                    "branches": ["left", "right"],
                    "branch_mappings": {"left.doubled": "left", "right.result": "right"},
                },
                "next": [{"step": "wait"}],
            },
            {
                "name": "wait",
                "wait_signal": {"topic": "go-${inputs.n}", "timeout": "10m", "store": "signalled"},
            },
        ],
    }


def expected(n: int) -> dict[str, Any]:
    """Return what the workflow gives when nothing goes wrong."""
    begun = 2 * n
    items = [begun, begun + 1, begun + 2, 7, 8]
    return {"left": [2 * item for item in items], "right": 2 * (begun + 1), "signalled": {"n": n}}


@contextmanager
def workers(server: ServerProcess, others: list[ServerProcess], project: str) -> Iterator[Callable[[], None]]:
    """Keep worker processes running; the yielded function kills one of them and starts another."""
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        target = random.choice([server, *others])
        environment = {
            **os.environ,
            "MOBIUS_API_URL": target.base_url,
            "MOBIUS_API_KEY": server.key,
            "MOBIUS_PROJECT": project,
        }
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.worker_process"],
                env=environment,
                cwd=Path(__file__).parents[2],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def kill_one() -> None:
        victim = running.pop(random.randrange(len(running)))
        victim.kill()
        victim.wait()
        start()

    for _ in range(WORKERS):
        start()
    try:
        yield kill_one
    finally:
        for process in running:
            process.kill()
            process.wait()


def insist(request: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Return what the request gives, tried again while its server is away."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            return request()
        except httpx.TransportError:
            assert time.monotonic() < give_up, "the server stayed away"
            time.sleep(0.05)


@pytest.mark.timeout(180)
def test_every_run_ends_as_without_faults(start_server: StartServer) -> None:
    server = start_server(lease_seconds="1.5", heartbeat_seconds="0.5", max_lost_leases="50")
    others = [server.sibling()] if server.database_url else []
    talk = Conversation(server)
    reader = StreamReader(server.base_url, server.key, talk.project)
    runs: dict[int, str] = {}

    def load() -> None:
        for n in range(RUNS):
            fields = {"inputs": {"n": n}, "external_id": f"run-{n}"}
            runs[n] = insist(lambda fields=fields: talk.start(workflow(), **fields))["id"]  # type: ignore[misc]
            time.sleep(0.1)

    with workers(server, others, talk.project) as kill_a_worker:
        loading = threading.Thread(target=load)
        loading.start()
        for _ in range(KILLS):
            time.sleep(random.uniform(0.2, 0.6))
            kill_a_worker()
            victim = random.choice([server, *others])
            victim.kill()
            time.sleep(random.uniform(0.0, 0.2))
            victim.start()
        loading.join()
        for n, run_id in runs.items():
            insist(lambda run_id=run_id, n=n: talk.signal(run_id, f"go-{n}", {"n": n}))  # type: ignore[misc]
        ended = {n: talk.wait_for(run_id, "completed", "failed", seconds=60) for n, run_id in runs.items()}

    for n, run in ended.items():
        assert run["status"] == "completed", run["error_message"]
        assert talk.result(run) == expected(n)
        check_every_step_took_effect_once(run)
    assert len(talk.get("/runs?limit=200")["items"]) == RUNS, "a repeated start began a second run"
    check_streams_are_complete(talk, reader, runs.values())


def check_every_step_took_effect_once(run: Any) -> None:
    """Check that each execution path has exactly one completed job, and nothing is left open."""
    completed = Counter(job["path_id"] for job in run["jobs"] if job["status"] == "completed")
    assert set(completed.values()) == {1}
    # begin, the fan-out and its five items, flaky, after
    assert len(completed) == 9
    assert {job["status"] for job in run["jobs"]} <= {"completed", "failed"}
    failed = [job for job in run["jobs"] if job["status"] == "failed"]
    assert {job["step_name"] for job in failed} <= {"flaky"}


def check_streams_are_complete(talk: Conversation, reader: StreamReader, runs: Any) -> None:
    """Check that a reader that was cut off again and again has seen the whole log, in order, once."""
    log = talk.events(until_quiet=1.5)
    reader.wait_for(len(log))
    reader.stop()
    seqs = [event["seq"] for event in reader.events]
    assert seqs == [event["seq"] for event in log]
    assert seqs == sorted(set(seqs))
    statuses: dict[str, list[str]] = {}
    for event in log:
        if event["type"] == "run_updated":
            statuses.setdefault(event["run_id"], []).append(event["data"]["status"])
    assert set(statuses) == set(runs)
    assert {told[0] for told in statuses.values()} == {"queued"}
    assert {told[-1] for told in statuses.values()} == {"completed"}
    assert all(told.count("completed") == 1 for told in statuses.values())
