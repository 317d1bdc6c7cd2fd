from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.domains.conversation import answered, one_step, pinned_client, refused
from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess

NONE = {"queued": 0, "running": 0, "completed": 0, "failed": 0, "suspended": 0}


def _metrics(server: ServerProcess, project: str) -> dict[str, Any]:
    metrics: dict[str, Any] = answered(server.http.get(f"/projects/{project}/metrics"), 200)
    return metrics


def test_a_new_project_has_nothing(server: ServerProcess) -> None:
    metrics = _metrics(server, server.new_project())
    assert metrics.pop("generated_at").endswith("Z")
    assert metrics == {
        "window_minutes": 60,
        "runs_per_minute": 0,
        "total_runs_window": 0,
        "failure_rate": 0,
        "avg_run_seconds": 0,
        "p95_step_seconds": 0,
        "queue_depth": 0,
        "running_count": 0,
        "active_workers": 0,
        "stale_workers": 0,
        "status_breakdown": NONE,
    }


def test_runs_count_by_where_they_stand_and_by_how_they_ended(server: ServerProcess) -> None:
    talk = Conversation(server)
    for _ in range(6):
        talk.start(one_step())
    for _ in range(3):
        talk.complete(talk.claim())
    talk.fail(talk.claim())
    talk.claim("another")
    metrics = _metrics(server, talk.project)
    assert metrics["status_breakdown"] == NONE | {"queued": 1, "running": 1, "completed": 3, "failed": 1}
    assert metrics["running_count"] == 1
    assert metrics["queue_depth"] == 1
    assert metrics["total_runs_window"] == 6
    assert metrics["runs_per_minute"] == 0.1
    assert metrics["failure_rate"] == 0.25
    assert 0 < metrics["p95_step_seconds"] < 60
    assert 0 < metrics["avg_run_seconds"] < 60
    assert (metrics["active_workers"], metrics["stale_workers"]) == (2, 0)


def test_a_run_that_waits_for_a_signal_is_running(server: ServerProcess) -> None:
    talk = Conversation(server)
    spec = {"name": "waits", "steps": [{"name": "wait", "wait_signal": {"topic": "go", "timeout": "1h"}}]}
    run = talk.start(spec)
    talk.wait_for(run["id"], "suspended")
    metrics = _metrics(server, talk.project)
    assert metrics["status_breakdown"] == NONE | {"suspended": 1}
    assert metrics["running_count"] == 1


def test_queue_depth_counts_what_can_be_claimed_now_or_later(server: ServerProcess) -> None:
    """The items of a fan-out without their group, and an attempt that is not due yet."""
    talk = Conversation(server)
    each = {"name": "all", "action": "work", "each": {"items": [1, 2, 3]}}
    talk.start({"name": "fan-out", "steps": [each]})
    assert _metrics(server, talk.project)["queue_depth"] == 3
    again = {"name": "only", "action": "again", "retry": [{"max_retries": 1, "base_delay": "1h"}]}
    talk.start({"name": "retried", "steps": [again]})
    talk.fail(talk.claim(actions=["again"]))
    assert _metrics(server, talk.project)["queue_depth"] == 4


def test_counts_hold_when_many_change_at_once_and_after_a_restart(own_server: ServerProcess) -> None:
    talk = Conversation(own_server)

    def live(number: int) -> None:
        worker = f"w{number}"
        for _ in range(5):
            talk.start(one_step(), queue=worker)
            job = talk.claim(worker, queues=[worker])
            if number % 2:
                talk.complete(job, worker=worker)
            else:
                talk.fail(job, worker=worker)

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(live, range(10)))
    expected = NONE | {"completed": 25, "failed": 25}
    assert _metrics(own_server, talk.project)["status_breakdown"] == expected
    own_server.kill()
    own_server.start()
    assert _metrics(own_server, talk.project)["status_breakdown"] == expected


def test_projects_have_figures_of_their_own(server: ServerProcess) -> None:
    talk = Conversation(server)
    talk.start(one_step())
    other = _metrics(server, server.new_project())
    assert other["total_runs_window"] == other["queue_depth"] == 0
    assert other["status_breakdown"] == NONE


def test_it_takes_the_permission_and_the_project(server: ServerProcess) -> None:
    project = server.new_project()
    with pinned_client(server, project, ["mobius.run.read"]) as client:
        refused(client.get(f"/projects/{project}/metrics"), 403, "permission_denied")
    refused(server.http.get("/projects/no-such-project/metrics"), 404, "not_found")
