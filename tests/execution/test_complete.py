"""`completeJob`: results, failures, retries, fences."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.execution.conversation import Conversation, encoded
from tests.harness.server import ServerProcess

TWO_STEPS = {
    "name": "two",
    "steps": [
        {"name": "first", "action": "a", "store": "one", "next": [{"step": "second"}]},
        {"name": "second", "action": "b", "parameters": {"got": "${state.one}"}, "store": "two"},
    ],
}


def test_a_result_reaches_the_next_step_and_the_end(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(TWO_STEPS)
    talk.complete(talk.claim(), {"value": [1, 2]})
    second = talk.claim()
    assert second["parameters"] == {"got": {"value": [1, 2]}}
    talk.complete(second, "done")
    ended = talk.run(run["id"])
    assert ended["status"] == "completed"
    assert talk.result(ended) == {"one": {"value": [1, 2]}, "two": "done"}
    assert ended["completed_at"]


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"plain text", "plain text"),
        (b"\xff\xfe", base64.b64encode(b"\xff\xfe").decode()),
        (b'{"a": 1e2}', {"a": 100.0}),
        (b"", None),
        (b"null", None),
    ],
)
def test_bytes_that_are_no_json_are_kept_as_text(server: ServerProcess, content: bytes, kept: Any) -> None:
    talk = Conversation(server)
    run = talk.start({"name": "one", "steps": [{"name": "only", "action": "a", "store": "got"}]})
    job = talk.claim()
    body = {
        "worker_id": "w",
        "attempt": 1,
        "status": "completed",
        "result_b64": base64.b64encode(content).decode(),
    }
    talk.post(f"/jobs/{job['job_id']}/complete", body, 204)
    assert talk.result(talk.run(run["id"])) == {"got": kept}


def test_only_the_holder_of_the_fence_completes(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(TWO_STEPS)
    job = talk.claim()
    for worker, attempt in (("other", 1), ("w", 2)):
        body = {"worker_id": worker, "attempt": attempt, "status": "completed"}
        error = talk.post(f"/jobs/{job['job_id']}/complete", body, 409)["error"]
        assert error["code"] == "stale_fence"
    assert talk.run(run["id"])["status"] == "running"
    talk.complete(job, 1)


def test_a_repeat_of_the_same_completion_answers_the_same_and_changes_nothing(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(TWO_STEPS)
    job = talk.claim()
    talk.complete(job, 1)
    before = talk.events(run["id"])
    talk.complete(job, 1)
    talk.complete(job, 2, expect=409)
    assert talk.events(run["id"])[1:] == before[1:]


def test_a_failure_is_retried_then_caught(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "retry",
        "steps": [
            {
                "name": "flaky",
                "action": "a",
                "retry": [
                    {"error_equals": ["Boom"], "max_retries": 2, "base_delay": "10ms", "backoff_rate": 1}
                ],
                "catch": [{"error_equals": ["all"], "next": "mend", "store": "error"}],
            },
            {"name": "mend", "action": "b", "parameters": {"why": "${state.error}"}},
        ],
    }
    run = talk.start(spec)
    attempts = []
    for _ in range(3):
        job = talk.claim()
        attempts.append(job["attempt"])
        talk.fail(job, "Boom", f"attempt {job['attempt']}")
    assert attempts == [1, 2, 3]
    mend = talk.claim()
    assert mend["step_name"] == "mend"
    error = mend["parameters"]["why"]
    assert (error["Error"], error["Cause"]) == ("Boom", "attempt 3")
    assert error["Details"]["attempt"] == 3
    talk.complete(mend)
    ended = talk.run(run["id"])
    assert ended["status"] == "completed"
    assert [job["max_attempts"] for job in ended["jobs"]][:3] == [3, 3, 3]
    log = talk.get(f"/runs/{run['id']}/action-log")["items"]
    assert [entry.get("error") for entry in log] == [
        "Boom: attempt 1",
        "Boom: attempt 2",
        "Boom: attempt 3",
        None,
    ]


def test_an_uncaught_failure_fails_the_run_and_stops_the_rest(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "fork",
        "steps": [
            {
                "name": "start",
                "action": "a",
                "next": [{"step": "left", "branch": "left"}, {"step": "right", "branch": "right"}],
            },
            {"name": "left", "action": "a"},
            {"name": "right", "action": "a", "next": [{"step": "later"}]},
            {"name": "later", "action": "a"},
        ],
    }
    run = talk.start(spec)
    talk.complete(talk.claim())
    left, right = talk.claim(), talk.claim()
    talk.fail(left, "Boom", "no way")
    ended = talk.run(run["id"])
    assert ended["status"] == "failed"
    assert ended["error_message"] == 'step "left" failed: Boom: no way'
    assert talk.heartbeat(right)["directives"]["should_cancel"] is True
    talk.complete(right)
    assert talk.try_claim() is None


def test_results_of_each_are_in_item_order(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "each",
        "state": {"names": ["a", "b", "c"]},
        "steps": [
            {
                "name": "all",
                "action": "greet",
                "each": {"items": "state.names", "as": "name"},
                "parameters": {"name": "${name}"},
                "store": "greetings",
            }
        ],
    }
    run = talk.start(spec)
    jobs = [talk.claim() for _ in range(3)]
    for job in reversed(jobs):
        talk.complete(job, "hello " + job["parameters"]["name"])
    ended = talk.run(run["id"])
    assert ended["status"] == "completed", ended
    assert talk.result(ended)["greetings"] == ["hello a", "hello b", "hello c"]
    children = [job for job in ended["jobs"] if "parent_job_id" in job]
    assert len(children) == 3
    assert len({job["parent_job_id"] for job in children}) == 1


def test_a_child_that_fails_for_good_fails_the_step_and_drops_its_siblings(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "each",
        "state": {"items": [1, 2, 3]},
        "steps": [
            {
                "name": "all",
                "action": "work",
                "each": {"items": "state.items"},
                "catch": [{"error_equals": ["Boom"], "next": "mend"}],
            },
            {"name": "mend", "action": "mend"},
        ],
    }
    run = talk.start(spec)
    first, second = talk.claim(), talk.claim()
    talk.fail(first)
    assert talk.heartbeat(second)["directives"]["should_cancel"] is True
    mend = talk.claim()
    assert mend["action"] == "mend"
    talk.complete(second)
    talk.complete(mend)
    assert talk.run(run["id"])["status"] == "completed"


def test_a_child_whose_failure_nothing_catches_fails_the_run(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "each",
        "state": {"items": [1, 2, 3, 4]},
        "steps": [{"name": "all", "action": "work", "each": {"items": "state.items"}}],
    }
    run = talk.start(spec)
    first, second = talk.claim(), talk.claim()
    talk.fail(first)
    ended = talk.run(run["id"])
    assert ended["status"] == "failed"
    assert talk.heartbeat(second)["directives"]["should_cancel"] is True
    talk.complete(second)
    assert talk.try_claim() is None
    assert {job["status"] for job in talk.run(run["id"])["jobs"]} == {"failed", "completed"}


def test_a_wide_fan_out_fails_while_its_siblings_finish(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "wide",
        "state": {"items": list(range(200))},
        "steps": [{"name": "all", "action": "work", "each": {"items": "state.items"}}],
    }
    run = talk.start(spec)

    def work(worker: str) -> None:
        done = 0
        while job := talk.try_claim(worker):
            done += 1
            if worker == "a" and done == 5:
                talk.fail(job, worker=worker)
            else:
                talk.complete(job, worker=worker)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, "abcdefgh"))
    ended = talk.run(run["id"])
    assert ended["status"] == "failed"
    assert not [job for job in ended["jobs"] if job["status"] in {"pending", "claimed"}]


def test_too_large_and_malformed_results_are_refused(server: ServerProcess) -> None:
    talk = Conversation(server)
    talk.start(TWO_STEPS)
    job = talk.claim()
    body = {"worker_id": "w", "attempt": 1, "status": "completed"}
    path = f"/jobs/{job['job_id']}/complete"
    talk.post(path, body | {"result_b64": encoded("x" * 1_100_000)}, 413)
    talk.post(path, body | {"result_b64": "not base64!"}, 400)
    talk.post(path, body | {"status": "maybe"}, 400)
    talk.complete(job)


def test_an_attempt_beyond_any_number_of_attempts_is_a_stale_fence(server: ServerProcess) -> None:
    talk = Conversation(server)
    talk.start(TWO_STEPS)
    job = talk.claim()
    fence = {"worker_id": "w", "attempt": 2**40}
    talk.post(f"/jobs/{job['job_id']}/heartbeat", fence, 409)
    talk.post(f"/jobs/{job['job_id']}/complete", fence | {"status": "completed"}, 409)
    talk.post(f"/jobs/{job['job_id']}/release", fence, 409)
    talk.post(f"/jobs/{job['job_id']}/events", fence | {"events": [{"type": "x", "payload": {}}]}, 409)


def test_variables_that_grow_without_end_fail_their_step(server: ServerProcess) -> None:
    talk = Conversation(server)
    steps = [
        {"name": f"s{n}", "action": "a", "store": f"v{n}", "next": [{"step": f"s{n + 1}"}]} for n in range(19)
    ]
    run = talk.start({"name": "growing", "steps": [*steps, {"name": "s19", "action": "a"}]})
    done = 0
    while job := talk.try_claim():
        talk.complete(job, "x" * 1_000_000)
        done += 1
    ended = talk.run(run["id"])
    assert ended["status"] == "failed"
    assert "state_too_large" in ended["error_message"]
    assert 15 <= done <= 17


@pytest.mark.parametrize("levels", [202, 900, 980, 985, 2_000])
def test_a_result_nests_no_deeper_than_a_body_may(server: ServerProcess, levels: int) -> None:
    talk = Conversation(server)
    run = talk.start(TWO_STEPS)
    job = talk.claim()
    body = {"worker_id": "w", "attempt": 1, "status": "completed"}
    path = f"/jobs/{job['job_id']}/complete"
    deep = base64.b64encode(b"[" * levels + b"]" * levels).decode()
    error = talk.post(path, body | {"result_b64": deep}, 400)["error"]
    assert "nests deeper than 200 levels" in error["message"]
    fits = base64.b64encode(b"[" * 200 + b"]" * 200).decode()
    talk.post(path, body | {"result_b64": fits}, 204)
    assert talk.run(run["id"])["status"] in {"queued", "running"}


def test_a_signal_too_large_for_the_variables_fails_its_step(server: ServerProcess) -> None:
    talk = Conversation(server)
    wait = {"topic": "t", "timeout": "1h"}
    steps = [
        {"name": f"s{n}", "wait_signal": wait | {"store": f"v{n}"}, "next": [{"step": f"s{n + 1}"}]}
        for n in range(19)
    ]
    run = talk.start({"name": "growing", "steps": [*steps, {"name": "s19", "action": "a"}]})
    for _ in range(18):
        talk.signal(run["id"], "t", {"big": "x" * 1_000_000})
    ended = talk.run(run["id"])
    assert ended["status"] == "failed"
    assert "state_too_large" in ended["error_message"]
