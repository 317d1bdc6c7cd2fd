"""Signals, sleeps, pauses: durable, consumed once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess


def waits_for(topic: str, timeout: str = "1h", **config: Any) -> dict[str, Any]:
    return {
        "name": "waits",
        "steps": [
            {"name": "wait", "wait_signal": {"topic": topic, "timeout": timeout, "store": "got", **config}},
            {"name": "late", "action": "late"},
        ],
    }


def test_a_signal_wakes_the_branch_that_waits_for_its_topic(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(waits_for("go"))
    assert run["status"] == "suspended"
    other = talk.signal(run["id"], "other", {"no": True})
    assert talk.run(run["id"])["status"] == "suspended"
    sent = talk.signal(run["id"], "go", {"n": 1})
    assert (sent["run_id"], sent["name"]) == (run["id"], "go")
    assert sent["id"] != other["id"]
    ended = talk.run(run["id"])
    assert ended["status"] == "completed"
    assert talk.result(ended) == {"got": {"n": 1}}


def test_signals_that_come_early_are_kept_in_order_and_consumed_once(server: ServerProcess) -> None:
    talk = Conversation(server)
    steps: list[dict[str, Any]] = [{"name": "first", "action": "a", "next": [{"step": "wait-0"}]}]
    for n in range(3):
        step: dict[str, Any] = {
            "name": f"wait-{n}",
            "wait_signal": {"topic": "go", "timeout": "1h", "store": f"got{n}"},
        }
        if n < 2:
            step["next"] = [{"step": f"wait-{n + 1}"}]
        steps.append(step)
    run = talk.start({"name": "early", "steps": steps})
    for n in range(2):
        talk.signal(run["id"], "go", {"n": n})
    talk.complete(talk.claim())
    assert talk.run(run["id"])["status"] == "suspended"
    talk.signal(run["id"], "go", {"n": 2})
    assert talk.result(talk.run(run["id"])) == {f"got{n}": {"n": n} for n in range(3)}


def test_many_signals_at_once_wake_as_many_waits(server: ServerProcess) -> None:
    talk = Conversation(server)
    waits = 12
    steps: list[dict[str, Any]] = []
    for n in range(waits):
        step: dict[str, Any] = {
            "name": f"wait-{n}",
            "wait_signal": {"topic": "go", "timeout": "1h", "store": f"got{n}"},
        }
        if n + 1 < waits:
            step["next"] = [{"step": f"wait-{n + 1}"}]
        steps.append(step)
    run = talk.start({"name": "many", "steps": steps})
    with ThreadPoolExecutor(waits) as threads:
        list(threads.map(lambda n: talk.signal(run["id"], "go", {"n": n}), range(waits)))
    result = talk.result(talk.run(run["id"]))
    assert sorted(value["n"] for value in result.values()) == list(range(waits))


def test_a_wait_that_takes_too_long_goes_on_elsewhere_or_fails(server: ServerProcess) -> None:
    talk = Conversation(server)
    routed = talk.start(waits_for("go", "300ms", on_timeout="late"))
    failed = talk.start(waits_for("go", "300ms"))
    assert talk.claim(wait=5)["run_id"] == routed["id"]
    ended = talk.wait_for(failed["id"], "failed", seconds=3)
    assert "timeout" in ended["error_message"]


def test_a_sleep_wakes_within_a_second_of_its_time(server: ServerProcess) -> None:
    talk = Conversation(server)
    begun = time.monotonic()
    run = talk.start({"name": "nap", "steps": [{"name": "nap", "sleep": {"duration": "700ms"}}]})
    assert run["status"] == "suspended"
    talk.wait_for(run["id"], "completed", seconds=5)
    assert 0.65 < time.monotonic() - begun < 1.9


def test_a_sleep_survives_a_kill_of_the_server(own_server: ServerProcess) -> None:
    talk = Conversation(own_server)
    run = talk.start({"name": "nap", "steps": [{"name": "nap", "sleep": {"duration": "1s"}}]})
    own_server.kill()
    own_server.start()
    talk.wait_for(run["id"], "completed", seconds=6)


def test_a_pause_waits_for_its_resumption(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "pause",
        "steps": [
            {"name": "stop", "pause": {"reason": "look"}, "next": [{"step": "go"}]},
            {"name": "go", "action": "go"},
        ],
    }
    run = talk.start(spec)
    assert run["status"] == "suspended"
    talk.post(f"/runs/{run['id']}/resumptions", None, 204)
    assert talk.run(run["id"])["status"] == "queued"
    talk.post(f"/runs/{run['id']}/resumptions", None, 204)
    job = talk.claim()
    talk.complete(job)
    assert talk.run(run["id"])["status"] == "completed"


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_timers_fire_once_on_two_servers(start_server: StartServer) -> None:
    here = start_server()
    here.sibling()
    talk = Conversation(here)
    spec = {
        "name": "nap",
        "steps": [
            {"name": "nap", "sleep": {"duration": "300ms"}, "next": [{"step": "work"}]},
            {"name": "work", "action": "work"},
        ],
    }
    runs = [talk.start(spec)["id"] for _ in range(20)]
    claimed = [talk.claim(wait=5)["run_id"] for _ in runs]
    assert sorted(claimed) == sorted(runs)
    assert talk.try_claim(wait=1) is None
