from __future__ import annotations

from tests.domains.conversation import answered, new_workflow, one_step, refused
from tests.harness.server import ServerProcess


def test_newest_come_first_with_their_specifications_on_demand(server: ServerProcess) -> None:
    project = server.new_project()
    created = new_workflow(server, project)
    path = f"/projects/{project}/workflows/{created['id']}"
    specs = [created["spec"], one_step("wave"), created["spec"]]
    for spec in specs[1:]:
        answered(server.http.patch(path, json={"spec": spec}), 200)

    plain = answered(server.http.get(f"{path}/versions"), 200)["items"]
    assert [one["version"] for one in plain] == [3, 2, 1]
    assert all(one["id"].startswith("wfv_") and one["created_by"] and one["created_at"] for one in plain)
    assert not any("spec" in one for one in plain)
    assert (
        answered(server.http.get(f"{path}/versions", params={"include_spec": "false"}), 200)["items"] == plain
    )

    by_handle = f"/projects/{project}/workflows/{created['handle']}/versions"
    full = answered(server.http.get(by_handle, params={"include_spec": "true"}), 200)["items"]
    assert [one.pop("spec") for one in full] == specs[::-1]
    assert full == plain


def test_flag_that_is_none_is_refused(server: ServerProcess) -> None:
    project = server.new_project()
    path = f"/projects/{project}/workflows/{new_workflow(server, project)['id']}/versions"
    refused(server.http.get(path, params={"include_spec": "perhaps"}), 400, "validation_failed")


def test_unknown_workflow_is_not_found(server: ServerProcess) -> None:
    refused(server.http.get(f"/projects/{server.project}/workflows/none/versions"), 404, "not_found")
