"""`claimJob`: one worker gets a job, in order, as soon as there is one."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from mobius.execution.next_job import MOST_PLACES
from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess


def one_step(action: str = "work", **step: Any) -> dict[str, Any]:
    return {"name": "one", "steps": [{"name": "only", "action": action, **step}]}


def test_an_empty_poll_answers_204_when_its_time_is_over(server: ServerProcess) -> None:
    talk = Conversation(server)
    begun = time.monotonic()
    assert talk.try_claim(wait=1) is None
    assert 0.9 < time.monotonic() - begun < 3


def test_jobs_are_claimed_in_the_order_of_their_creation(server: ServerProcess) -> None:
    talk = Conversation(server)
    runs = [talk.start(one_step())["id"] for _ in range(5)]
    assert [talk.claim()["run_id"] for _ in runs] == runs


def test_the_first_claim_turns_the_run_to_running(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(one_step())
    assert run["status"] == "queued"
    assert "started_at" not in run
    job = talk.claim()
    after = talk.run(run["id"])
    assert after["status"] == "running"
    assert after["started_at"] >= run["created_at"]
    assert job["heartbeat_interval_seconds"] == 30
    assert after["jobs"][0]["claimed_by"] == "w"
    assert after["jobs"][0]["status"] == "claimed"


def test_only_subscribed_queues_and_actions_are_claimed(server: ServerProcess) -> None:
    talk = Conversation(server)
    talk.start(one_step("paint"), queue="art")
    assert talk.try_claim(queues=["music"]) is None
    assert talk.try_claim(queues=["art"], actions=["draw"]) is None
    job = talk.claim(queues=["music", "art"], actions=["draw", "paint"])
    assert (job["queue"], job["action"]) == ("art", "paint")


@pytest.mark.parametrize(
    ("queues", "actions", "expected"),
    [
        ([], [], "bx ay bx ax cy"),
        (["a"], [], "ay ax"),
        (["a", "b"], [], "bx ay bx ax"),
        (["a"], ["x"], "ax"),
        (["a"], ["x", "y", "z"], "ay ax"),
        (["a", "b"], ["x", *(f"other-{n}" for n in range(MOST_PLACES))], "bx bx ax"),
        (["a", "b", "d"], ["x"], "bx bx ax"),
        ([], ["y"], "ay cy"),
        (["d", "e"], ["x", "y"], ""),
    ],
)
def test_the_oldest_job_on_any_wanted_queue_comes_first(
    server: ServerProcess, queues: list[str], actions: list[str], expected: str
) -> None:
    talk = Conversation(server)
    for queue, action in ("bx", "ay", "bx", "ax", "cy"):
        talk.start(one_step(action), queue=queue)
    claimed = []
    while (job := talk.try_claim(queues=queues, actions=actions)) is not None:
        claimed.append(job["queue"] + job["action"])
    assert claimed == expected.split()


def test_claims_on_several_queues_at_once_find_a_job_each(server: ServerProcess) -> None:
    talk = Conversation(server)
    runs = {talk.start(one_step(), queue=f"q{n % 3}")["id"] for n in range(60)}

    def claim(number: int) -> list[str]:
        wanted = {"queues": ["q0", "q1", "q2"], "actions": ["work", "play"]}
        return [talk.claim(f"w{number}", wait=0, **wanted)["run_id"] for _ in range(4)]

    with ThreadPoolExecutor(10) as threads:
        claimed = [run for each in threads.map(claim, range(10)) for run in each]
    assert len(claimed) == len(set(claimed)) == 40
    assert set(claimed) <= runs


def test_a_waiting_claim_wakes_within_milliseconds(server: ServerProcess) -> None:
    talk = Conversation(server)
    claimed_at: list[float] = []

    def wait() -> None:
        talk.claim(wait=10)
        claimed_at.append(time.monotonic())

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    talk.start(one_step())
    started_at = time.monotonic()
    waiting.join()
    assert claimed_at[0] - started_at < 0.5


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_a_waiting_claim_on_another_server_wakes(start_server: StartServer) -> None:
    here = start_server()
    there = here.sibling()
    talk = Conversation(here)
    elsewhere = Conversation(there, talk.project)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(elsewhere.claim, wait=10)
        time.sleep(0.3)
        run = talk.start(one_step())
        assert waiting.result()["run_id"] == run["id"]


def test_every_job_goes_to_one_of_many_claimants(server: ServerProcess) -> None:
    talk = Conversation(server)
    jobs = 60
    talk.start(
        {
            "name": "many",
            "state": {"items": list(range(jobs))},
            "steps": [{"name": "all", "action": "work", "each": {"items": "state.items"}}],
        }
    )

    def claim_all(worker: str) -> list[str]:
        claimed = []
        while job := talk.try_claim(worker):
            claimed.append(job["job_id"])
        return claimed

    with ThreadPoolExecutor(8) as threads:
        found = [job for claimed in threads.map(claim_all, "abcdefgh") for job in claimed]
    assert len(found) == len(set(found)) == jobs


def test_a_client_that_hangs_up_loses_no_job(server: ServerProcess) -> None:
    talk = Conversation(server)
    for _ in range(5):
        with server.client(server.key) as client, pytest.raises(httpx.ReadTimeout):
            client.post(
                f"/projects/{talk.project}/jobs/claim",
                json={"worker_id": "gone", "wait_seconds": 20},
                timeout=0.2,
            )
    run = talk.start(one_step())
    assert talk.claim(wait=2)["run_id"] == run["id"]


def test_the_event_of_a_claim_shows_the_job_as_the_api_does(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(one_step(parameters={"text": 'ä\u0001 "quoted"', "number": 1.5, "nothing": None}))
    talk.claim()
    claimed = [
        e for e in talk.events(run["id"]) if e["type"] == "job_updated" and e["data"]["status"] == "claimed"
    ]
    assert [event["data"] for event in claimed] == talk.run(run["id"])["jobs"]
