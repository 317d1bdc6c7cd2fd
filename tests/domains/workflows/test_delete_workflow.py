from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.domains.conversation import answered, new_workflow, refused
from tests.harness.server import ServerProcess


def test_definition_and_versions_are_gone_and_its_names_are_free(server: ServerProcess) -> None:
    project = server.new_project()
    created = new_workflow(server, project)
    path = f"/projects/{project}/workflows/{created['id']}"
    answered(server.http.delete(path), 204)
    refused(server.http.get(path), 404, "not_found")
    refused(server.http.get(f"{path}/versions"), 404, "not_found")
    refused(server.http.delete(path), 404, "not_found")
    assert new_workflow(server, project, created["name"])["latest_version"] == 1


def test_runs_are_kept_and_go_on(server: ServerProcess) -> None:
    project = server.new_project()
    created = new_workflow(server, project)
    path = f"/projects/{project}/workflows/{created['handle']}"
    run = answered(server.http.post(f"{path}/runs", json={}), 202)
    answered(server.http.delete(path), 204)

    claimed = answered(server.http.post(f"/projects/{project}/jobs/claim", json={"worker_id": "w"}), 200)
    assert claimed["run_id"] == run["id"]
    done = {"worker_id": "w", "attempt": claimed["attempt"], "status": "completed"}
    answered(server.http.post(f"/projects/{project}/jobs/{claimed['job_id']}/complete", json=done), 204)
    ended = answered(server.http.get(f"/projects/{project}/runs/{run['id']}"), 200)
    assert (ended["status"], ended["spec"]) == ("completed", created["spec"])


def test_of_two_at_once_one_finds_it_gone(server: ServerProcess) -> None:
    project = server.new_project()
    path = f"/projects/{project}/workflows/{new_workflow(server, project)['id']}"
    with ThreadPoolExecutor(4) as threads:
        statuses = [one.status_code for one in threads.map(lambda _: server.http.delete(path), range(4))]
    assert sorted(statuses) == [204, 404, 404, 404]


def test_workflow_of_another_project_is_not_found(server: ServerProcess) -> None:
    project = server.new_project()
    created = new_workflow(server, project)
    elsewhere = f"/projects/{server.new_project()}/workflows/{created['id']}"
    refused(server.http.delete(elsewhere), 404, "not_found")
    answered(server.http.get(f"/projects/{project}/workflows/{created['id']}"), 200)
