"""Cancel, retry, lost leases, time-outs, releases."""

from __future__ import annotations

import time

from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess

ONE = {"name": "one", "steps": [{"name": "only", "action": "work"}]}
FAN_OUT = {
    "name": "fan",
    "state": {"items": [1, 2, 3]},
    "steps": [{"name": "all", "action": "work", "each": {"items": "state.items"}}],
}


def test_a_cancelled_run_without_claimed_jobs_ends_at_once(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(ONE)
    talk.post(f"/runs/{run['id']}/cancellations", None, 204)
    ended = talk.run(run["id"])
    assert ended["status"] == "failed"
    assert ended["error_message"].startswith("cancelled")
    assert talk.try_claim() is None
    talk.post(f"/runs/{run['id']}/cancellations", None, 204)
    assert talk.run(run["id"]) == ended


def test_a_cancelled_run_ends_with_its_last_claimed_job(server: ServerProcess) -> None:
    talk = Conversation(server)
    for spec in (ONE, FAN_OUT):
        run = talk.start(spec)
        job = talk.claim()
        talk.post(f"/runs/{run['id']}/cancellations", None, 204)
        assert talk.run(run["id"])["status"] == "running"
        assert talk.heartbeat(job)["directives"]["should_cancel"] is True
        assert talk.try_claim() is None
        talk.fail(job, "Cancelled", "stopped")
        ended = talk.run(run["id"])
        assert ended["status"] == "failed"
        assert ended["error_message"].startswith("cancelled")
        assert {job["status"] for job in ended["jobs"]} == {"failed"}


def test_a_failed_run_starts_again_where_it_failed(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "two",
        "steps": [
            {"name": "first", "action": "a", "store": "one", "next": [{"step": "second"}]},
            {"name": "second", "action": "b", "parameters": {"attempt": "${run.attempt}"}},
        ],
    }
    run = talk.start(spec)
    talk.complete(talk.claim(), 1)
    talk.fail(talk.claim())
    assert talk.run(run["id"])["status"] == "failed"
    answer = talk.post("/runs/retries", {"run_ids": [run["id"], "run_unknown"]}, 200)
    assert answer["succeeded"] == [run["id"]]
    assert "not found" in answer["failures"]["run_unknown"]
    again = talk.run(run["id"])
    assert (again["status"], again["attempt"]) == ("queued", 2)
    assert "error_message" not in again
    refused = talk.post("/runs/retries", {"run_ids": [run["id"]]}, 200)
    assert "only a failed run" in refused["failures"][run["id"]]
    job = talk.claim()
    assert (job["step_name"], job["parameters"]) == ("second", {"attempt": 2})
    talk.complete(job)
    assert talk.run(run["id"])["status"] == "completed"


def test_what_succeeds_while_its_run_is_cancelled_is_kept_for_a_retry(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "two",
        "steps": [
            {"name": "first", "action": "a", "store": "one", "next": [{"step": "second"}]},
            {"name": "second", "action": "b", "store": "two"},
        ],
    }
    run = talk.start(spec)
    job = talk.claim()
    talk.post(f"/runs/{run['id']}/cancellations", None, 204)
    talk.complete(job, 1)
    assert talk.run(run["id"])["error_message"].startswith("cancelled")
    talk.post("/runs/retries", {"run_ids": [run["id"]]}, 200)
    again = talk.claim()
    assert again["step_name"] == "second"
    talk.complete(again, 2)
    assert talk.result(talk.run(run["id"])) == {"one": 1, "two": 2}


def test_bulk_cancellations_report_run_by_run(server: ServerProcess) -> None:
    talk = Conversation(server)
    runs = [talk.start(ONE)["id"] for _ in range(3)]
    answer = talk.post("/runs/cancellations", {"run_ids": [*runs, "run_unknown", runs[0]]}, 200)
    assert answer["succeeded"] == runs
    assert list(answer["failures"]) == ["run_unknown"]
    assert {talk.run(run)["status"] for run in runs} == {"failed"}


def test_a_lost_lease_gives_the_job_to_another_worker_and_finally_fails_it(start_server: StartServer) -> None:
    server = start_server(lease_seconds="0.4", max_lost_leases="3")
    talk = Conversation(server)
    run = talk.start(ONE)
    attempts = [talk.claim(f"w{n}", wait=5)["attempt"] for n in range(3)]
    assert attempts == [1, 2, 3]
    ended = talk.wait_for(run["id"], "failed", seconds=5)
    assert "lease_expired" in ended["error_message"]
    assert len(talk.get(f"/runs/{run['id']}/action-log")["items"]) == 3


def test_heartbeats_keep_the_lease(start_server: StartServer) -> None:
    server = start_server(lease_seconds="0.6")
    talk = Conversation(server)
    talk.start(ONE)
    job = talk.claim()
    for _ in range(8):
        time.sleep(0.25)
        assert talk.heartbeat(job)["ok"] is True
    talk.complete(job)


def test_an_attempt_past_its_time_fails_with_timeout(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "slow",
        "steps": [
            {
                "name": "slow",
                "action": "slow",
                "retry": [
                    {"error_equals": ["timeout"], "max_retries": 1, "base_delay": "1ms", "timeout": "300ms"}
                ],
            }
        ],
    }
    run = talk.start(spec)
    first = talk.claim()
    second = talk.claim(wait=5)
    assert (second["attempt"], second["job_id"] != first["job_id"]) == (2, True)
    talk.complete(first, expect=409)
    ended = talk.wait_for(run["id"], "failed", seconds=5)
    assert ended["error_message"].startswith('step "slow" failed: timeout')


def test_a_released_job_is_claimable_at_once_without_using_a_retry(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(ONE)
    job = talk.claim("first")
    fence = {"worker_id": "first", "attempt": 1}
    talk.post(f"/jobs/{job['job_id']}/release", fence, 204)
    talk.post(f"/jobs/{job['job_id']}/release", fence, 409)
    again = talk.claim("second")
    assert (again["job_id"], again["attempt"]) == (job["job_id"], 2)
    talk.complete(again, worker="second")
    assert talk.run(run["id"])["status"] == "completed"
