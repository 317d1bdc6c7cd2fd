"""A completion is decided on what its server remembers; what another server did meanwhile still counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess

TWO_BRANCHES = {
    "name": "two branches",
    "steps": [
        {
            "name": "fork",
            "action": "go",
            "next": [{"step": "a", "branch": "a"}, {"step": "b", "branch": "b"}],
        },
        {"name": "a", "action": "a", "store": "x", "next": [{"step": "after"}]},
        {"name": "b", "action": "b", "store": "x"},
        {"name": "after", "action": "after"},
    ],
    "outputs": [
        {"name": "a", "variable": "x", "branch": "a"},
        {"name": "b", "variable": "x", "branch": "b"},
    ],
}
ONE = {"name": "one", "steps": [{"name": "work", "action": "work", "store": "x"}]}


@pytest.fixture
def here_and_there(fresh_postgres_url: str, tmp_path: Path) -> Iterator[tuple[Conversation, Conversation]]:
    """The same project on two servers."""
    server = ServerProcess(tmp_path / "here", fresh_postgres_url)
    server.start()
    here = Conversation(server)
    yield here, Conversation(server.sibling(), here.project)
    server.close()


def test_what_another_branch_did_on_another_server_is_kept(
    here_and_there: tuple[Conversation, Conversation],
) -> None:
    here, there = here_and_there
    run = here.start(TWO_BRANCHES)
    here.complete(here.claim())
    first, second = here.claim(actions=["a"]), here.claim(actions=["b"])

    there.complete(second, "from b")
    here.complete(first, "from a")

    there.complete(there.claim(actions=["after"]))
    ended = here.run(run["id"])
    assert (ended["status"], here.result(ended)) == ("completed", {"a": "from a", "b": "from b"})


def test_a_run_cancelled_on_another_server_ends_as_cancelled_with_its_last_job(
    here_and_there: tuple[Conversation, Conversation],
) -> None:
    here, there = here_and_there
    run = here.start(ONE)
    job = here.claim()

    there.post(f"/runs/{run['id']}/cancellations", {}, 204)
    here.complete(job, "too late")

    ended = there.run(run["id"])
    assert ended["status"] == "failed"
    assert ended["error_message"].startswith("cancelled")


def test_a_job_released_on_another_server_cannot_be_completed_here_any_more(
    here_and_there: tuple[Conversation, Conversation],
) -> None:
    here, there = here_and_there
    run = here.start(ONE)
    job = here.claim()

    there.post(f"/jobs/{job['job_id']}/release", {"worker_id": "w", "attempt": job["attempt"]}, 204)
    here.complete(job, "stale", expect=409)

    here.complete(there.claim(), "fresh")
    assert here.result(here.run(run["id"])) == {"x": "fresh"}


def test_a_job_claimed_on_another_server_is_completed_here(
    here_and_there: tuple[Conversation, Conversation],
) -> None:
    here, there = here_and_there
    run = here.start(ONE)
    here.complete(there.claim(), "done")
    kinds = [
        event["data"].get("status") for event in here.events(run["id"]) if event["type"] == "run_updated"
    ]
    assert kinds[-3:] == ["queued", "running", "completed"]
