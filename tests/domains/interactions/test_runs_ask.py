"""Interactions of runs: by a step, by a request that names a run, by a job."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domains.conversation import one_step, refused
from tests.domains.interactions.asking import Asking, asking_step
from tests.harness.server import ServerProcess


@pytest.fixture
def asking(server: ServerProcess) -> Asking:
    return Asking(server)


def waiting(topic: str) -> dict[str, Any]:
    """Return a workflow that waits for a signal and stores it."""
    step = {"name": "wait", "wait_signal": {"topic": topic, "timeout": "1h", "store": "got"}}
    return {"name": "wait", "steps": [step]}


def only(asking: Asking, **query: str) -> Any:
    """Return the one interaction of the project."""
    where = f"/projects/{asking.project}/interactions"
    [one] = asking.server.http.get(where, params=query).json()["items"]
    return one


def test_a_step_asks_suspends_its_run_and_goes_on_with_the_answer(asking: Asking) -> None:
    context = {"order": "${inputs.what}"}
    spec = asking_step({"type": "user", "id": asking.owner}, context=context)
    run = asking.start(spec, inputs={"what": "order 17"})
    assert asking.run(run["id"])["status"] == "suspended"
    asked = only(asking, run_id=run["id"])
    assert (asked["message"], asked["context"]) == ("Ship order 17?", {"order": "order 17"})
    assert asked["topic"] == "interaction.the decision"
    assert asked["expires_at"] > asked["created_at"]
    done = asking.respond(asked["id"], False, comment="not yet")
    assert asking.run(run["id"])["status"] == "completed"
    assert asking.result(asking.run(run["id"])) == {
        "the_decision": {
            "interaction_id": asked["id"],
            "type": "approval",
            "value": False,
            "approved": False,
            "comment": "not yet",
            "responder": {"type": "member", "id": asking.owner},
            "at": done["response"]["at"],
        }
    }


def test_an_answer_that_does_not_come_is_caught_as_a_timeout(asking: Asking) -> None:
    run = asking.start(asking_step({"type": "user", "id": asking.owner}, timeout="500ms"))
    job = asking.claim()
    assert job["parameters"]["problem"]["Error"] == "timeout"
    asked = only(asking)
    assert (asked["status"], asked["response"]) == ("expired", None)
    late = asking.act(asking.server.http, "respond", asked["id"], {"value": True})
    refused(late, 409, "interaction_closed")
    asking.complete(job)
    asking.wait_for(run["id"], "completed")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"type": "user", "id": "usr_nobody"}, "not a member"),
        ({"type": "group", "id": "no-such-group"}, "no group"),
        ({"type": "group", "id": "${inputs.what}"}, "no group"),
    ],
)
def test_a_target_that_does_not_exist_fails_the_step(
    asking: Asking, target: dict[str, str], said: str
) -> None:
    asking.start(asking_step(target))
    problem = asking.claim()["parameters"]["problem"]
    assert problem["Error"] == "interaction_failed"
    assert said in problem["Cause"]
    assert problem["Details"]["step"] == "the decision"
    assert asking.get("/interactions")["items"] == []


def test_a_run_that_is_cancelled_asks_no_more(asking: Asking) -> None:
    run = asking.start(asking_step({"type": "user", "id": asking.owner}))
    asked = only(asking)
    asking.post(f"/runs/{run['id']}/cancellations", None, 204)
    assert only(asking)["status"] == "expired"
    refused(
        asking.act(asking.server.http, "respond", asked["id"], {"value": True}), 409, "interaction_closed"
    )
    assert asking.run(run["id"])["error_message"].startswith("cancelled")


def test_a_branch_that_fails_ends_what_the_others_ask(asking: Asking) -> None:
    ask = asking_step({"type": "user", "id": asking.owner})["steps"][0]["interaction"]
    message = {**ask, "message": "Well?"}
    spec = {
        "name": "two",
        "steps": [
            {"name": "begin", "action": "begin", "next": [{"step": "ask"}, {"step": "work"}]},
            {"name": "ask", "interaction": message},
            {"name": "work", "action": "work"},
        ],
    }
    run = asking.start(spec)
    asking.complete(asking.claim(actions=["begin"]))
    work = asking.claim(actions=["work"])
    assert only(asking)["status"] == "pending"
    asking.fail(work)
    assert asking.run(run["id"])["status"] == "failed"
    assert only(asking)["status"] == "expired"
    asking.post("/runs/retries", {"run_ids": [run["id"]]}, 200)
    asking.complete(asking.claim(actions=["work"]))
    asked = only(asking, status="pending")
    asking.respond(asked["id"], True)
    asking.wait_for(run["id"], "completed")


def test_a_run_gets_the_answer_to_a_request_as_a_signal(asking: Asking) -> None:
    run = asking.start(waiting("decision"))
    asked = asking.ask(run_id=run["id"], topic="decision")
    assert (asked["run_id"], asked["topic"]) == (run["id"], "decision")
    asking.respond(asked["id"], True)
    got = asking.result(asking.wait_for(run["id"], "completed"))["got"]
    assert got["interaction_id"] == asked["id"]
    assert (got["approved"], got["responder"]) == (True, asking.to(asking.owner))


def test_a_run_that_ends_ends_what_was_asked_for_it(asking: Asking) -> None:
    run = asking.start(waiting("go"))
    asked = asking.ask(run_id=run["id"], topic="something else")
    asking.signal(run["id"], "go")
    asking.wait_for(run["id"], "completed")
    assert asking.interaction(asked["id"])["status"] == "expired"
    body = {"target_actor": asking.to(asking.owner), "type": "approval", "message": "Too late?"}
    late = asking.request("POST", "/interactions", {**body, "run_id": run["id"], "topic": "go"})
    refused(late, 409, "run_ended")
    nowhere = asking.request("POST", "/interactions", {**body, "run_id": "run_x", "topic": "go"})
    refused(nowhere, 404, "not_found")


def test_a_job_asks_and_its_run_goes_on_with_the_answer(asking: Asking) -> None:
    spec = one_step("work")
    spec["steps"][0]["next"] = [{"step": "wait"}]
    spec["steps"] += waiting("interaction.only")["steps"]
    run = asking.start(spec)
    job = asking.claim()
    body = {"target_actor": asking.to(asking.owner), "type": "input", "message": "Which?", "timeout": "1h"}
    asked = asking.post(f"/jobs/{job['job_id']}/interactions", body, 201)
    assert (asked["run_id"], asked["topic"]) == (run["id"], "interaction.only")
    assert asked["expires_at"]
    asking.respond(asked["id"], "that one")
    asking.complete(job)
    got = asking.result(asking.wait_for(run["id"], "completed"))["got"]
    assert got["value"] == "that one"
    assert "approved" not in got


def test_a_topic_is_given_or_made_from_the_step(asking: Asking) -> None:
    asking.start(one_step("work"))
    path = f"/jobs/{asking.claim()['job_id']}/interactions"
    body = {"target_actor": asking.to(asking.owner), "type": "approval", "message": "Well?"}
    for more, topic in (
        ({}, "interaction.only"),
        ({"step_name": "label"}, "interaction.label"),
        ({"topic": "mine", "step_name": "label"}, "mine"),
    ):
        assert asking.post(path, body | more, 201)["topic"] == topic


def test_only_a_claimed_job_asks(asking: Asking) -> None:
    run = asking.start(
        {
            "name": "two",
            "steps": [{"name": "a", "action": "x", "next": [{"step": "b"}]}, {"name": "b", "action": "y"}],
        }
    )
    job = asking.claim()
    path = f"/jobs/{job['job_id']}/interactions"
    body = {"target_actor": asking.to(asking.owner), "type": "approval", "message": "Well?"}
    for wrong in (
        {"timeout": "1h", "expires_at": "2099-01-01T00:00:00Z"},
        {"timeout": "-1h"},
        {"timeout": "tomorrow"},
        {"timeout": "3000000h"},
        {"topic": ""},
    ):
        refused(asking.request("POST", path, body | wrong), 400, "validation_failed")
    asking.complete(job)
    refused(asking.request("POST", path, body), 409, "job_not_claimed")
    refused(asking.request("POST", "/jobs/job_x/interactions", body), 404, "not_found")
    asking.complete(asking.claim())
    asking.wait_for(run["id"], "completed")
    refused(asking.request("POST", path, body), 409, "run_ended")
