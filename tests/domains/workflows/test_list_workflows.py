from __future__ import annotations

import pytest

from tests.domains.conversation import answered, new_workflow, refused
from tests.harness.server import ServerProcess


def test_newest_come_first_and_without_their_specification(server: ServerProcess) -> None:
    project = server.new_project()
    created = [new_workflow(server, project) for _ in range(3)]
    page = answered(server.http.get(f"/projects/{project}/workflows"), 200)
    expected = [{key: value for key, value in one.items() if key != "spec"} for one in reversed(created)]
    assert page == {"items": expected, "data": expected, "has_more": False}


def test_pages_are_stable_while_workflows_are_created(server: ServerProcess) -> None:
    project = server.new_project()
    created = [new_workflow(server, project)["id"] for _ in range(5)]
    seen: list[str] = []
    params: dict[str, str | int] = {"limit": 2}
    while True:
        page = answered(server.http.get(f"/projects/{project}/workflows", params=params), 200)
        seen += [item["id"] for item in page["items"]]
        new_workflow(server, project)
        if not page["has_more"]:
            assert "next_cursor" not in page
            break
        params["cursor"] = page["next_cursor"]
    assert seen == created[::-1]


def test_cursor_of_another_project_is_refused(server: ServerProcess) -> None:
    project = server.new_project()
    for _ in range(2):
        new_workflow(server, project)
    page = answered(server.http.get(f"/projects/{project}/workflows", params={"limit": 1}), 200)
    elsewhere = f"/projects/{server.new_project()}/workflows"
    refused(server.http.get(elsewhere, params={"cursor": page["next_cursor"]}), 400, "bad_cursor")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x"])
def test_limit_out_of_range_is_refused(server: ServerProcess, limit: str) -> None:
    path = f"/projects/{server.project}/workflows"
    refused(server.http.get(path, params={"limit": limit}), 400, "validation_failed")


def test_other_projects_workflows_are_not_listed(server: ServerProcess) -> None:
    new_workflow(server, server.new_project())
    assert answered(server.http.get(f"/projects/{server.new_project()}/workflows"), 200)["items"] == []
