from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.domains.conversation import answered, new_workflow, one_step, refused, unique
from tests.harness.server import ServerProcess

RICH: dict[str, Any] = {
    "steps": [
        {
            "name": "fetch",
            "layout": {"y": 1, "x": 2.5},
            "action": "http.get",
            "parameters": {"z": 1, "a": [1.0, None, {"\u00e9": "\u65e5\u672c"}], "url": "${inputs.url}"},
            "retry": [{"max_retries": 2, "base_delay": "1s"}],
            "store": "page",
            "next": [{"step": "wait", "condition": "state.page != nil"}],
        },
        {"name": "wait", "sleep": {"duration": "1h"}},
    ],
    "name": "rich",
    "inputs": [{"name": "url", "type": "string", "default": "http://example.com/?q=\u00e9"}],
    "state": {"b": 1, "a": {"y": 1, "x": 2}},
}


def test_returns_the_definition_with_version_1(server: ServerProcess) -> None:
    project = server.new_project()
    name = unique("order")
    body = {"name": name, "description": "d", "published_as_tool": True, "spec": RICH}
    created = answered(server.http.post(f"/projects/{project}/workflows", json=body), 201)
    assert created["id"].startswith("wfl_")
    assert {**body, "handle": name, "latest_version": 1}.items() <= created.items()
    assert created["created_by"]
    assert answered(server.http.get(f"/projects/{project}/workflows/{created['id']}"), 200) == created


def test_specification_comes_back_as_it_was_sent(server: ServerProcess) -> None:
    project = server.new_project()
    created = new_workflow(server, project, spec=RICH)
    assert list(created["spec"]) == list(RICH)
    assert list(created["spec"]["steps"][0]["parameters"]) == ["z", "a", "url"]


def test_optional_fields_have_their_defaults(server: ServerProcess) -> None:
    created = new_workflow(server, server.new_project())
    assert created["published_as_tool"] is False
    assert "description" not in created


def test_handle_is_made_from_the_name(server: ServerProcess) -> None:
    mark = unique("x")
    assert new_workflow(server, server.new_project(), f"Ship It! ({mark})")["handle"] == f"ship-it-{mark}"


def test_handle_may_be_chosen(server: ServerProcess) -> None:
    handle = unique("chosen")
    assert new_workflow(server, server.new_project(), handle=handle)["handle"] == handle


def test_all_problems_of_the_specification_are_told_at_once(server: ServerProcess) -> None:
    project = server.new_project()
    spec = {
        "name": "bad",
        "start_at": "nowhere",
        "steps": [
            {"name": "a", "action": "x", "next": [{"step": "missing"}]},
            {"name": "a", "action": "y"},
            {"name": "b", "sleep": {"duration": "-1s"}},
        ],
    }
    body = {"name": unique("bad"), "spec": spec}
    error = refused(server.http.post(f"/projects/{project}/workflows", json=body), 400, "validation_failed")
    assert len(error["details"]) >= 4
    for problem in error["details"]:
        assert set(problem) == {"path", "step", "message"}
    assert answered(server.http.get(f"/projects/{project}/workflows"), 200)["items"] == []


def test_handle_is_unique_in_the_org(server: ServerProcess) -> None:
    handle = unique("mine")
    new_workflow(server, server.new_project(), handle=handle)
    project = server.new_project()
    body = {"name": unique("other"), "handle": handle, "spec": one_step()}
    refused(server.http.post(f"/projects/{project}/workflows", json=body), 409, "handle_taken")
    assert answered(server.http.get(f"/projects/{project}/workflows"), 200)["items"] == []


def test_name_is_unique_in_the_project(server: ServerProcess) -> None:
    project = server.new_project()
    name = unique("name")
    new_workflow(server, project, name)
    for handle in ({}, {"handle": unique("free")}):
        body = {"name": name, "spec": one_step(), **handle}
        refused(server.http.post(f"/projects/{project}/workflows", json=body), 409, "name_taken")
    new_workflow(server, server.new_project(), name, handle=unique("free"))


def test_of_many_at_once_one_is_created(server: ServerProcess) -> None:
    project = server.new_project()
    body = {"name": unique("race"), "spec": one_step()}

    def create(_: int) -> int:
        return server.http.post(f"/projects/{project}/workflows", json=body).status_code

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(create, range(8))) == [201] + [409] * 7
    assert len(answered(server.http.get(f"/projects/{project}/workflows"), 200)["items"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "n" * 201},
        {"name": None},
        {"handle": "Not A Handle"},
        {"handle": None},
        {"spec": None},
        {"spec": []},
        {"spec": "text"},
        {"spec": {}},
        {"spec": {"name": "n", "steps": []}},
        {"published_as_tool": "yes"},
        {"description": 1},
    ],
)
def test_body_that_breaks_a_rule_is_refused(server: ServerProcess, change: dict[str, object]) -> None:
    body = {"name": unique("w"), "spec": one_step(), **change}
    response = server.http.post(f"/projects/{server.project}/workflows", json=body)
    refused(response, 400, "validation_failed")


def test_specification_over_the_limit_is_too_large(server: ServerProcess) -> None:
    spec = one_step(description="x" * 1_100_000)
    body = {"name": unique("large"), "spec": spec}
    refused(server.http.post(f"/projects/{server.project}/workflows", json=body), 413, "too_large")


def test_unknown_project_is_not_found(server: ServerProcess) -> None:
    body = {"name": unique("w"), "spec": one_step()}
    refused(server.http.post("/projects/no-such-project/workflows", json=body), 404, "not_found")
