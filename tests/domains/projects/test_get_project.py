from __future__ import annotations

from tests.domains.conversation import answered, pinned_client, refused
from tests.harness.server import ServerProcess


def test_handle_and_id_name_the_same_project(server: ServerProcess) -> None:
    handle = server.new_project()
    project = answered(server.http.get(f"/projects/{handle}"), 200)
    assert project["handle"] == handle
    assert answered(server.http.get(f"/projects/{project['id']}"), 200) == project


def test_unknown_project_is_not_found(server: ServerProcess) -> None:
    refused(server.http.get("/projects/no-such-project"), 404, "not_found")


def test_pinned_key_reads_its_own_project_and_no_other(server: ServerProcess) -> None:
    own, other = server.new_project(), server.new_project()
    with pinned_client(server, own) as pinned:
        assert answered(pinned.get(f"/projects/{own}"), 200)["handle"] == own
        refused(pinned.get(f"/projects/{other}"), 404, "not_found")


def test_needs_the_permission_to_read_projects(server: ServerProcess) -> None:
    own = server.new_project()
    with pinned_client(server, own, ["mobius.run.read"]) as pinned:
        refused(pinned.get(f"/projects/{own}"), 403, "permission_denied")
