from __future__ import annotations

import time
from typing import Any

from tests.domains.conversation import answered, refused, unique
from tests.harness.server import ServerProcess


def _claim(server: ServerProcess, project: str, **body: Any) -> None:
    answered(server.http.post(f"/projects/{project}/jobs/claim", json=body), 204)


def _workers(server: ServerProcess, project: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = answered(server.http.get(f"/projects/{project}/workers"), 200)["items"]
    return items


def test_worker_is_listed_as_soon_as_it_has_asked_for_a_job(server: ServerProcess) -> None:
    project = server.new_project()
    assert _workers(server, project) == []
    _claim(server, project, worker_id="w1", worker_name="Worker one", worker_version="1.2")
    [worker] = _workers(server, project)
    assert worker.pop("last_seen_at").endswith("Z")
    assert worker == {"worker_id": "w1", "name": "Worker one", "version": "1.2", "stale": False}


def test_every_poll_renews_when_it_was_seen(server: ServerProcess) -> None:
    project = server.new_project()
    _claim(server, project, worker_id="w1", worker_name="one")
    [before] = _workers(server, project)
    _claim(server, project, worker_id="w1")
    [after] = _workers(server, project)
    assert after["last_seen_at"] > before["last_seen_at"]
    assert after["name"] == "one"


def test_most_recently_seen_comes_first(server: ServerProcess) -> None:
    project = server.new_project()
    for worker in ("a", "b", "a"):
        _claim(server, project, worker_id=worker)
    assert [worker["worker_id"] for worker in _workers(server, project)] == ["a", "b"]


def test_projects_have_workers_of_their_own(server: ServerProcess) -> None:
    worker = unique("w")
    _claim(server, server.new_project(), worker_id=worker)
    assert _workers(server, server.new_project()) == []


def test_is_known_after_a_restart(own_server: ServerProcess) -> None:
    project = own_server.new_project()
    _claim(own_server, project, worker_id="w1", worker_version="1")
    before = _workers(own_server, project)
    time.sleep(1)  # the registry is written twice a second
    own_server.restart()
    assert _workers(own_server, project) == before


def test_unknown_project_is_not_found(server: ServerProcess) -> None:
    refused(server.http.get("/projects/no-such-project/workers"), 404, "not_found")
