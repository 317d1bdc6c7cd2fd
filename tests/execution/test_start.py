"""`startRun` and `startWorkflowRun`: what a run is started with, and when it is not started again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess

ONE = {"name": "one", "steps": [{"name": "only", "action": "work"}]}


def test_an_inline_run_is_ephemeral(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(ONE, metadata={"team": "blue"}, queue="q", external_id="e")
    assert (run["definition_id"], run["definition_version"], run["ephemeral"]) == ("", 0, True)
    assert (run["workflow_name"], run["queue"], run["metadata"]) == ("one", "q", {"team": "blue"})
    shown = talk.run(run["id"])
    assert shown["spec"] == ONE
    assert {name: shown[name] for name in run} == run


def test_a_specification_is_the_same_however_its_json_is_written(server: ServerProcess) -> None:
    talk = Conversation(server)
    ways = [
        b'{"spec":{"name":"one","steps":[{"name":"only","action":"work"}]},"external_id":"e"}',
        b'{"external_id":"e","spec": {"steps": [{"action": "w\\u006frk", "name": "only"}], "name": "one"}}',
    ]
    headers = {"Content-Type": "application/json"}
    answers = [
        server.http.post(f"/projects/{talk.project}/runs", content=way, headers=headers)
        for way in [*ways, *ways]
    ]
    [run_id] = {answer.raise_for_status().json()["id"] for answer in answers}
    assert talk.run(run_id)["spec"] == ONE


def test_a_specification_sent_to_another_project_in_the_same_bytes_is_stored_there_too(
    server: ServerProcess,
) -> None:
    for talk in (Conversation(server), Conversation(server)):
        assert talk.run(talk.start(ONE)["id"])["spec"] == ONE


def test_a_run_keeps_the_version_that_it_was_started_with(server: ServerProcess) -> None:
    talk = Conversation(server)
    saved = talk.post("/workflows", {"name": f"w {talk.project}", "spec": ONE}, 201)
    run = talk.post(f"/workflows/{saved['handle']}/runs", {}, 202)
    assert (run["definition_id"], run["definition_version"], run["ephemeral"]) == (saved["id"], 1, False)
    changed = {"name": "one", "steps": [{"name": "other", "action": "other"}]}
    assert talk.request("PATCH", f"/workflows/{saved['id']}", {"spec": changed}).status_code == 200
    assert talk.claim()["action"] == "work"
    assert talk.run(run["id"])["spec"] == ONE
    later = talk.post("/runs", {"definition_id": saved["id"]}, 202)
    assert later["definition_version"] == 2
    assert talk.claim()["action"] == "other"
    assert talk.request("DELETE", f"/workflows/{saved['id']}").status_code == 204
    assert talk.run(run["id"])["spec"] == ONE


def test_runs_are_listed_by_workflow_and_by_filters(server: ServerProcess) -> None:
    talk = Conversation(server)
    saved = talk.post("/workflows", {"name": f"w {talk.project}", "spec": ONE}, 201)
    mine = talk.post(f"/workflows/{saved['id']}/runs", {"queue": "a"}, 202)
    other = talk.start(ONE, queue="b")

    def found(path: str) -> list[Any]:
        return [run["id"] for run in talk.get(path)["items"]]

    assert found(f"/workflows/{saved['id']}/runs") == [mine["id"]]
    assert found("/runs?queue=b") == [other["id"]]
    assert found("/runs?status=queued") == [other["id"], mine["id"]]
    assert found("/runs?status=queued&queue=a") == [mine["id"]]
    assert found("/runs?workflow_type=one") == [other["id"]]
    assert found("/runs?status=failed") == []


def test_a_repeat_with_an_external_id_gives_the_earlier_run(server: ServerProcess) -> None:
    talk = Conversation(server)
    first = talk.start(ONE, external_id="order-1", metadata={"a": "b", "c": "d"})
    assert talk.start(ONE, external_id="order-1", metadata={"c": "d", "a": "b"})["id"] == first["id"]
    other = talk.start(ONE, external_id="order-1", metadata={"a": "c"})
    assert other["id"] != first["id"]
    found = talk.get("/runs?external_id=order-1")["items"]
    assert [run["id"] for run in found] == [other["id"], first["id"]]
    assert talk.start(ONE)["id"] != talk.start(ONE)["id"]


def test_a_repeat_is_recognised_although_the_workflow_has_changed(server: ServerProcess) -> None:
    talk = Conversation(server)
    saved = talk.post("/workflows", {"name": f"w {talk.project}", "spec": ONE}, 201)
    request = {"external_id": "order-1", "inputs": {"n": 1}}
    first = talk.post(f"/workflows/{saved['id']}/runs", request, 202)
    stricter = {**ONE, "inputs": [{"name": "m", "type": "string"}]}
    assert talk.request("PATCH", f"/workflows/{saved['id']}", {"spec": stricter}).status_code == 200
    assert talk.post(f"/workflows/{saved['id']}/runs", request, 202)["id"] == first["id"]


def test_of_many_identical_starts_at_once_one_begins(server: ServerProcess) -> None:
    talk = Conversation(server)
    with ThreadPoolExecutor(8) as threads:
        runs = list(threads.map(lambda _: talk.start(ONE, external_id="same")["id"], range(8)))
    assert len(set(runs)) == 1
    assert len(talk.get("/runs")["items"]) == 1


def test_a_run_that_reaches_a_step_this_server_does_not_execute_fails_clearly(server: ServerProcess) -> None:
    talk = Conversation(server)
    step = {"name": "s", "action": "mail", "action_kind": "server"}
    run = talk.start({"name": "later", "steps": [step]})
    assert run["status"] == "failed"
    assert run["error_message"].startswith('step "s" failed: unsupported_step: this server does not execute')
    assert talk.try_claim() is None
