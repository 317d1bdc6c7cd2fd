from __future__ import annotations

import pytest

from tests.domains.conversation import answered, pinned_client, refused
from tests.harness.server import ServerProcess


def test_changes_what_is_given_and_leaves_the_rest(server: ServerProcess) -> None:
    handle = server.new_project()
    before = answered(server.http.get(f"/projects/{handle}"), 200)
    described = answered(server.http.patch(f"/projects/{handle}", json={"description": "d"}), 200)
    assert (described["name"], described["description"]) == (before["name"], "d")
    renamed = answered(server.http.patch(f"/projects/{before['id']}", json={"name": "New name"}), 200)
    assert (renamed["name"], renamed["description"], renamed["handle"]) == ("New name", "d", handle)
    assert renamed["updated_at"] > before["updated_at"]
    assert answered(server.http.get(f"/projects/{handle}"), 200) == renamed


def test_null_clears_the_description(server: ServerProcess) -> None:
    handle = server.new_project()
    answered(server.http.patch(f"/projects/{handle}", json={"description": "d"}), 200)
    cleared = answered(server.http.patch(f"/projects/{handle}", json={"description": None}), 200)
    assert "description" not in cleared


@pytest.mark.parametrize("body", [{"handle": "new"}, {"id": "x"}, {"name": None}, {"name": ""}, {"name": 1}])
def test_what_cannot_change_is_refused(server: ServerProcess, body: dict[str, object]) -> None:
    handle = server.new_project()
    before = answered(server.http.get(f"/projects/{handle}"), 200)
    refused(
        server.http.patch(f"/projects/{handle}", json={"description": "d", **body}), 400, "validation_failed"
    )
    assert answered(server.http.get(f"/projects/{handle}"), 200) == before


def test_two_projects_may_have_the_same_name(server: ServerProcess) -> None:
    for handle in (server.new_project(), server.new_project()):
        answered(server.http.patch(f"/projects/{handle}", json={"name": "Same"}), 200)


def test_unknown_project_is_not_found(server: ServerProcess) -> None:
    refused(server.http.patch("/projects/no-such-project", json={"name": "n"}), 404, "not_found")


def test_pinned_key_cannot_change_another_project(server: ServerProcess) -> None:
    other = server.new_project()
    with pinned_client(server, server.new_project()) as pinned:
        refused(pinned.patch(f"/projects/{other}", json={"name": "n"}), 404, "not_found")
