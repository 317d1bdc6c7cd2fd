from __future__ import annotations

from tests.domains.conversation import answered, new_workflow, refused
from tests.harness.server import ServerProcess


def test_handle_is_accepted_in_place_of_the_id(server: ServerProcess) -> None:
    project = server.new_project()
    created = new_workflow(server, project)
    assert answered(server.http.get(f"/projects/{project}/workflows/{created['handle']}"), 200) == created


def test_workflow_of_another_project_is_not_found(server: ServerProcess) -> None:
    created = new_workflow(server, server.new_project())
    elsewhere = f"/projects/{server.new_project()}/workflows"
    for reference in (created["id"], created["handle"], "no-such-workflow"):
        refused(server.http.get(f"{elsewhere}/{reference}"), 404, "not_found")
