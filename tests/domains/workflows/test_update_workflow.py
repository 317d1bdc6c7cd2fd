from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.domains.conversation import answered, new_workflow, one_step, refused, unique
from tests.harness.server import ServerProcess


def test_specification_becomes_the_next_version(server: ServerProcess) -> None:
    path, created = _created(server)
    updated = answered(server.http.patch(path, json={"spec": one_step("wave")}), 200)
    assert (updated["latest_version"], updated["spec"]) == (2, one_step("wave"))
    assert updated["updated_at"] > created["updated_at"]
    assert answered(server.http.get(path), 200) == updated


def test_same_specification_becomes_a_version_too(server: ServerProcess) -> None:
    path, _ = _created(server)
    assert answered(server.http.patch(path, json={"spec": one_step()}), 200)["latest_version"] == 2


def test_other_fields_make_no_version(server: ServerProcess) -> None:
    path, created = _created(server)
    name = unique("renamed")
    changes = {"name": name, "description": "d", "published_as_tool": True}
    updated = answered(server.http.patch(path, json=changes), 200)
    assert {**changes, "latest_version": 1, "spec": created["spec"]}.items() <= updated.items()
    assert updated["handle"] == created["handle"]


def test_what_is_left_out_stays_and_null_clears_the_description(server: ServerProcess) -> None:
    path, _ = _created(server)
    answered(server.http.patch(path, json={"description": "d", "published_as_tool": True}), 200)
    kept = answered(server.http.patch(path, json={"spec": one_step()}), 200)
    assert (kept["description"], kept["published_as_tool"]) == ("d", True)
    cleared = answered(server.http.patch(path, json={"description": None}), 200)
    assert "description" not in cleared
    assert cleared["published_as_tool"] is True


def test_a_run_keeps_the_version_it_was_started_with(server: ServerProcess) -> None:
    path, created = _created(server)
    run = answered(server.http.post(f"{path}/runs", json={}), 202)
    answered(server.http.patch(path, json={"spec": one_step("wave")}), 200)
    later = answered(server.http.post(f"{path}/runs", json={}), 202)
    assert (run["definition_version"], later["definition_version"]) == (1, 2)
    runs = path.rpartition("/workflows/")[0] + "/runs"
    assert answered(server.http.get(f"{runs}/{run['id']}"), 200)["spec"] == created["spec"]


def test_updates_at_the_same_time_leave_no_gap_and_lose_nothing(server: ServerProcess) -> None:
    path, _ = _created(server)

    def update(number: int) -> int:
        spec = one_step(f"action-{number}")
        updated = answered(server.http.patch(path, json={"spec": spec}), 200)
        assert updated["spec"] == spec
        version: int = updated["latest_version"]
        return version

    with ThreadPoolExecutor(8) as threads:
        versions = list(threads.map(update, range(24)))
    assert sorted(versions) == list(range(2, 26))
    listed = answered(server.http.get(f"{path}/versions", params={"include_spec": "true"}), 200)["items"]
    assert [one["version"] for one in listed] == list(range(25, 0, -1))
    actions = {one["version"]: one["spec"]["steps"][0]["action"] for one in listed}
    assert all(actions[version] == f"action-{number}" for number, version in enumerate(versions))


def test_bad_specification_changes_nothing(server: ServerProcess) -> None:
    path, created = _created(server)
    body = {"name": unique("n"), "spec": {"name": "bad", "steps": [{"name": "a"}]}}
    error = refused(server.http.patch(path, json=body), 400, "validation_failed")
    assert error["details"]
    assert answered(server.http.get(path), 200) == created


def test_name_of_another_workflow_is_a_conflict(server: ServerProcess) -> None:
    path, created = _created(server)
    project = path.split("/")[2]
    other = new_workflow(server, project)
    body = {"name": other["name"], "spec": one_step("wave")}
    refused(server.http.patch(path, json=body), 409, "name_taken")
    assert answered(server.http.get(path), 200) == created


@pytest.mark.parametrize(
    "body", [{"handle": "h"}, {"version": 3}, {"name": None}, {"spec": None}, {"published_as_tool": None}]
)
def test_what_cannot_change_is_refused(server: ServerProcess, body: dict[str, object]) -> None:
    path, created = _created(server)
    refused(server.http.patch(path, json=body), 400, "validation_failed")
    assert answered(server.http.get(path), 200) == created


def test_unknown_workflow_is_not_found(server: ServerProcess) -> None:
    path = f"/projects/{server.project}/workflows/no-such-workflow"
    refused(server.http.patch(path, json={"description": "d"}), 404, "not_found")


def _created(server: ServerProcess) -> tuple[str, dict[str, object]]:
    project = server.new_project()
    created = new_workflow(server, project)
    return f"/projects/{project}/workflows/{created['handle']}", created
