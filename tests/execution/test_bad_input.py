"""Bad requests: a clear error each, nothing changed, never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess

ONE = {"name": "one", "steps": [{"name": "only", "action": "work"}]}


def error_of(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"]
    assert error["message"]
    return error


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"nonsense", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"text"', 400),
        (b'{"spec": 1}', 400),
        (b'{"spec": null}', 400),
        (b'{"spec": {"name": "x", "steps": [], "n": 1e999}}', 400),
        (b'{"inputs": []}', 400),
        (b'{"queue": 7}', 400),
        (b'{"metadata": {"a": 1}}', 400),
        (b'{"external_id": "a\\u0000b"}', 400),
        (b'{"queue": "\\ud800"}', 400),
        (b'{"spec": {"name": "x", "steps": [], "n": 99999999999999999999999999}}', 400),
        (b'{"inputs": {"a": 1e999}}', 400),
        (b'{"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", 400),
        (b'{"a": "' + b"x" * 10_000_000 + b'"}', 413),
    ],
)
def test_a_start_with_a_bad_body_changes_nothing(server: ServerProcess, content: bytes, status: int) -> None:
    talk = Conversation(server)
    answer = server.http.post(
        f"/projects/{talk.project}/runs", content=content, headers={"Content-Type": "application/json"}
    )
    error_of(answer, status)
    assert talk.get("/runs")["items"] == []


@pytest.mark.parametrize("spec", [[], "text", None])
def test_a_specification_that_is_no_object_is_told_so(server: ServerProcess, spec: Any) -> None:
    error = error_of(Conversation(server).request("POST", "/runs", {"spec": spec}), 400)
    assert error["message"] == f"$.spec: expected `object`, got {json.dumps(spec)}"


@pytest.mark.parametrize("content", [b'{"worker_id": "w", "\xff": 1}', b'{"worker_id": "w", "x": "\xc3"}'])
def test_what_no_field_takes_must_be_json_all_the_same(server: ServerProcess, content: bytes) -> None:
    talk = Conversation(server)
    answer = server.http.post(
        f"/projects/{talk.project}/jobs/claim", content=content, headers={"Content-Type": "application/json"}
    )
    assert error_of(answer, 400)["code"] == "malformed_json"


def test_a_body_too_large_is_refused_without_its_length(server: ServerProcess) -> None:
    talk = Conversation(server)
    chunks = (b"x" * 65_536 for _ in range(160))
    error_of(server.http.post(f"/projects/{talk.project}/runs", content=chunks), 413)


def test_all_problems_of_a_specification_are_told_at_once(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {
        "name": "bad",
        "start_at": "nowhere",
        "surprise": 1,
        "inputs": [{"name": "n", "type": "integer", "default": "text"}, {"name": "m", "type": "thing"}],
        "outputs": [{"name": "o", "variable": "state.x"}],
        "steps": [
            {"name": "a", "action": "x", "sleep": {"duration": "1s"}},
            {"name": "a", "action": "x", "next": [{"step": "missing"}, {"step": "b", "condition": "1 +"}]},
            {"name": "b", "sleep": {"duration": "soon"}, "catch": []},
            {"name": "", "action": "x"},
            {"name": "c", "pause": {}},
            {"name": "d"},
            {"name": "e", "join": {"branches": ["nobody"]}},
            {"name": "f", "action": "x", "parameters": {"p": "${1 +}"}, "store": "state.y"},
            {
                "name": "g",
                "action": "x",
                "retry": [{"base_delay": "5s", "max_delay": "1s", "max_retries": -1}],
                "catch": [{"error_equals": ["all"], "next": "missing"}],
            },
            {"name": "h", "wait_signal": {"topic": "t", "timeout": "-1s", "on_timeout": "missing"}},
            {
                "name": "i",
                "interaction": {
                    "type": "approval",
                    "message": "ok?",
                    "timeout": "1h",
                    "target": {"type": "user", "id": "ada"},
                    "spec": {"mode": "select"},
                },
            },
            {"name": "j", "action": "x", "next": [{"step": "b", "branch": "main"}]},
        ],
    }
    error = error_of(talk.request("POST", "/runs", {"spec": spec}), 400)
    assert error["code"] == "validation_failed"
    problems = error["details"]
    assert all(set(problem) == {"path", "step", "message"} for problem in problems)
    assert len(problems) >= 20
    said = json.dumps(problems)
    for part in (
        "start_at",
        "surprise",
        "steps[1].next[0].step",
        "steps[2].sleep.duration",
        "reserved",
        "nobody",
    ):
        assert part in said
    assert talk.get("/runs")["items"] == []
    assert talk.get("/workflows")["items"] == []


@pytest.mark.parametrize(
    "value",
    [
        "${state.a}${",
        "${" + "(" * 1000 + "1" + ")" * 1000 + "}",
        "${" + "state.x + " * 20_000 + "1}",
        "${map(map([1], it), '${x}')",
    ],
)
def test_templates_that_do_not_compile_are_problems(server: ServerProcess, value: str) -> None:
    talk = Conversation(server)
    spec = {"name": "x", "steps": [{"name": "a", "action": "x", "parameters": {"deep": [{"p": value}]}}]}
    error = error_of(talk.request("POST", "/runs", {"spec": spec}), 400)
    assert error["details"][0]["step"] == "a"


def test_values_that_refer_to_themselves_end(server: ServerProcess) -> None:
    """A template is rendered once: what it gives is a value, even when it looks like a template."""
    talk = Conversation(server)
    spec = {
        "name": "cyclic",
        "state": {"a": "${state.b}", "b": "${state.a}"},
        "steps": [{"name": "s", "action": "x", "parameters": {"a": "${state.a}"}}],
    }
    talk.start(spec)
    assert talk.claim()["parameters"] == {"a": "${state.b}"}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "missing"),
        ({"n": "1"}, "expected integer"),
        ({"n": 1.5}, "expected integer"),
        ({"n": True}, "expected integer"),
        ({"n": 1, "other": 2}, "unknown input"),
    ],
)
def test_inputs_are_checked_against_the_declared_ones(server: ServerProcess, inputs: Any, said: str) -> None:
    talk = Conversation(server)
    spec = {
        **ONE,
        "inputs": [{"name": "n", "type": "integer"}, {"name": "d", "type": "string", "default": "x"}],
    }
    error = error_of(talk.request("POST", "/runs", {"spec": spec, "inputs": inputs}), 400)
    assert said in json.dumps(error)
    assert talk.start(spec, inputs={"n": 1})["inputs"] == {"n": 1, "d": "x"}


def test_a_start_names_exactly_one_thing_to_run(server: ServerProcess) -> None:
    talk = Conversation(server)
    error_of(talk.request("POST", "/runs", {}), 400)
    error_of(talk.request("POST", "/runs", {"spec": ONE, "definition_id": "wfl_x"}), 400)
    error_of(talk.request("POST", "/runs", {"definition_id": "wfl_unknown"}), 404)
    error_of(talk.request("POST", "/workflows/unknown/runs", {}), 404)
    error_of(talk.request("POST", "/runs", {"spec": ONE, "inputs": {"x": "y" * 1_100_000}}), 413)


@pytest.mark.parametrize(
    "query",
    [
        "cursor=nonsense",
        "cursor=%00",
        "cursor=" + "x" * 2000,
        "limit=0",
        "limit=201",
        "limit=many",
        "limit=99999999999999999999",
        "status=unknown",
    ],
)
def test_bad_queries(server: ServerProcess, query: str) -> None:
    talk = Conversation(server)
    error_of(talk.request("GET", f"/runs?{query}"), 400)


def test_a_cursor_belongs_to_its_list_and_filter(server: ServerProcess) -> None:
    talk = Conversation(server)
    runs = [talk.start(ONE)["id"] for _ in range(5)]
    page = talk.get("/runs?limit=2")
    assert [run["id"] for run in page["items"]] == runs[:2:-1]
    assert page["data"] == page["items"]
    talk.start(ONE)
    following = talk.get(f"/runs?limit=2&cursor={page['next_cursor']}")
    assert [run["id"] for run in following["items"]] == [runs[2], runs[1]]
    error_of(talk.request("GET", f"/runs?status=queued&cursor={page['next_cursor']}"), 400)
    error_of(talk.request("GET", f"/workflows?cursor={page['next_cursor']}"), 400)
    other = Conversation(server)
    error_of(other.request("GET", f"/runs?cursor={page['next_cursor']}"), 400)


@pytest.mark.parametrize(
    "run_id", ["run_unknown", "x", "%20", "%00", "a" * 1000, "..%2F..", "run_%F0%9F%98%80"]
)
def test_unknown_and_odd_ids_are_not_found(server: ServerProcess, run_id: str) -> None:
    talk = Conversation(server)
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/jobs", None),
        ("GET", "/action-log", None),
        ("POST", "/cancellations", None),
        ("POST", "/resumptions", None),
        ("POST", "/signals", {"name": "x"}),
        ("GET", "/events", None),
    ):
        answer = talk.request(method, f"/runs/{run_id}{path}", body)
        assert answer.status_code in {400, 404}, f"{method} {path}: {answer.status_code} {answer.text}"
        assert answer.json()["error"]["message"]


@pytest.mark.parametrize("project", ["unknown", "%20", "%00", "a" * 1000, "%F0%9F%98%80"])
def test_unknown_and_odd_projects_are_not_found(server: ServerProcess, project: str) -> None:
    answer = server.http.get(f"/projects/{project}/runs")
    assert answer.status_code in {400, 404}, answer.text


def test_wrong_fences_are_refused_everywhere(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(ONE)
    job = talk.claim("holder")
    before = talk.run(run["id"])
    event = {"type": "x", "payload": {}}
    for worker, attempt in (("other", 1), ("holder", 2), ("holder", 0), ("holder", -1), ("", 1)):
        fence = {"worker_id": worker, "attempt": attempt}
        for action, more in (
            ("heartbeat", {}),
            ("complete", {"status": "completed"}),
            ("complete", {"status": "failed"}),
            ("events", {"events": [event]}),
            ("release", {}),
        ):
            answer = talk.request("POST", f"/jobs/{job['job_id']}/{action}", fence | more)
            assert error_of(answer, 409)["code"] == "stale_fence"
    for action, more in (
        ("heartbeat", {}),
        ("complete", {"status": "completed"}),
        ("events", {"events": [event]}),
    ):
        error_of(
            talk.request("POST", f"/jobs/job_unknown/{action}", {"worker_id": "w", "attempt": 1} | more), 404
        )
    assert talk.run(run["id"]) == before


def test_metadata_over_the_limit_of_a_value_are_refused(server: ServerProcess) -> None:
    talk = Conversation(server)
    metadata = {str(number): "x" * 100_000 for number in range(11)}
    error = error_of(talk.request("POST", "/runs", {"spec": ONE, "metadata": metadata}), 413)
    assert error["message"].startswith("metadata: ")
    assert talk.get("/runs")["items"] == []


def test_a_claim_says_who_claims(server: ServerProcess) -> None:
    talk = Conversation(server)
    for body in (
        {},
        {"worker_id": ""},
        {"worker_id": "x" * 1000},
        {"worker_id": 7},
        {"worker_id": "w", "wait_seconds": 31},
        {"worker_id": "w", "wait_seconds": -1},
        {"worker_id": "w", "queues": "default"},
        {"worker_id": "w", "queues": [""]},
        {"worker_id": "w", "queues": ["a\nb"]},
        {"worker_id": "w", "queues": [f"q{n}" for n in range(101)]},
        {"worker_id": "w", "actions": [f"a{n}" for n in range(1_001)]},
        {"worker_id": "w", "agent_id": "x" * 257},
        {"worker_id": "w", "agent_session_id": "x" * 257},
        {"worker_id": "w", "worker_name": "x" * 257},
        {"worker_id": "w", "worker_version": "x" * 257},
    ):
        error_of(talk.request("POST", "/jobs/claim", body), 400)
