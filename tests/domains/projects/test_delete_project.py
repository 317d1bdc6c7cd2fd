from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from tests.domains.conversation import answered, new_workflow, pinned_client, refused
from tests.harness.server import ServerProcess


def test_is_gone_and_its_handle_is_free_again(server: ServerProcess) -> None:
    handle = server.new_project()
    answered(server.http.delete(f"/projects/{handle}"), 204)
    refused(server.http.get(f"/projects/{handle}"), 404, "not_found")
    refused(server.http.delete(f"/projects/{handle}"), 404, "not_found")
    answered(server.http.post("/projects", json={"name": handle, "handle": handle}), 201)
    assert answered(server.http.get(f"/projects/{handle}/workflows"), 200)["items"] == []


def test_takes_everything_of_it_along(server: ServerProcess) -> None:
    handle = server.new_project()
    workflow = new_workflow(server, handle)
    run = answered(server.http.post(f"/projects/{handle}/workflows/{workflow['id']}/runs", json={}), 202)
    claim = {"worker_id": "w"}
    job = answered(server.http.post(f"/projects/{handle}/jobs/claim", json=claim), 200)
    pinned = pinned_client(server, handle)
    project = answered(server.http.get(f"/projects/{handle}"), 200)["id"]

    answered(server.http.delete(f"/projects/{handle}"), 204)

    for reference in (handle, project):
        root = f"/projects/{reference}"
        refused(server.http.get(f"{root}/runs/{run['id']}"), 404, "not_found")
        refused(server.http.get(f"{root}/workflows/{workflow['id']}"), 404, "not_found")
        refused(server.http.get(f"{root}/workers"), 404, "not_found")
        fence = {"worker_id": "w", "attempt": job["attempt"]}
        refused(server.http.post(f"{root}/jobs/{job['job_id']}/heartbeat", json=fence), 404, "not_found")
        done = {**fence, "status": "completed"}
        refused(server.http.post(f"{root}/jobs/{job['job_id']}/complete", json=done), 404, "not_found")
    with pinned:
        assert pinned.get(f"/projects/{handle}").status_code in {401, 404}
    # The handle of a workflow is unique in the org: it is free again as well.
    new_workflow(server, server.new_project(), workflow["name"])


def test_leaves_other_projects_alone(server: ServerProcess) -> None:
    kept, removed = server.new_project(), server.new_project()
    workflow = new_workflow(server, kept)
    run = answered(server.http.post(f"/projects/{kept}/workflows/{workflow['id']}/runs", json={}), 202)
    answered(server.http.delete(f"/projects/{removed}"), 204)
    assert answered(server.http.get(f"/projects/{kept}/runs/{run['id']}"), 200)["spec"] == workflow["spec"]
    assert answered(server.http.get(f"/projects/{kept}/workflows/{workflow['id']}"), 200) == workflow


def test_its_streams_end(server: ServerProcess) -> None:
    handle = server.new_project()
    workflow = new_workflow(server, handle)
    answered(server.http.post(f"/projects/{handle}/workflows/{workflow['id']}/runs", json={}), 202)
    with server.http.stream("GET", f"/projects/{handle}/runs/events", params={"since": 0}) as stream:
        lines = stream.iter_lines()
        first = next(line for line in lines if line.startswith("data:"))
        assert json.loads(first[5:])["type"] == "run_updated"
        answered(server.http.delete(f"/projects/{handle}"), 204)
        for _ in lines:
            pass


def test_of_two_at_once_one_finds_it_gone(server: ServerProcess) -> None:
    handle = server.new_project()
    with ThreadPoolExecutor(4) as threads:
        responses = list(threads.map(lambda _: server.http.delete(f"/projects/{handle}"), range(4)))
    assert sorted(response.status_code for response in responses) == [204, 404, 404, 404]


def test_pinned_key_cannot_delete_another_project(server: ServerProcess) -> None:
    other = server.new_project()
    with pinned_client(server, server.new_project()) as pinned:
        refused(pinned.delete(f"/projects/{other}"), 404, "not_found")
    answered(server.http.get(f"/projects/{other}"), 200)
