"""A completion is decided on what its server remembers; what another server did meanwhile still counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mobius.execution.loaded import LoadedRun
from mobius.execution.lose_lease import release_job
from mobius.execution.recent import KEPT, KEPT_SIZE, LARGEST, Recent
from mobius.execution.shapes import JobFenceRequest
from mobius.store import Write
from tests.execution.conversation import Conversation
from tests.execution.rooms import open_room
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


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_a_claim_is_answered_although_the_state_of_its_run_cannot_be_read(
    database_url: str, tmp_path: Path
) -> None:
    async def work() -> None:
        async with open_room(database_url, tmp_path) as there, open_room(database_url, tmp_path) as here:
            run = await there.start(ONE)
            first = await there.claim()
            assert first is not None
            fence = JobFenceRequest(worker_id="w", attempt=1)
            await release_job(there.execution, there.project, first.job_id, fence)
            spoil = "UPDATE run_states SET state = 'spoiled' WHERE project_id = $1 AND run_id = $2"
            await there.execution.store.write(Write(spoil, (there.project, run.id)))

            await here.start(ONE)  # the specification is at hand
            here.project = there.project
            again = await here.claim()
            assert again is not None
            assert (again.job_id, again.attempt) == (first.job_id, 2)

    asyncio.run(work())


def test_what_is_remembered_is_bounded_in_size() -> None:
    recent = Recent()
    spec: Any = None
    text = "x" * (LARGEST // 2)
    fits = KEPT_SIZE // (2 * LARGEST)
    for number in range(fits + 10):
        row = {"status": "running", "inputs": text, "metadata": text}
        run = LoadedRun("p", f"r{number}", row, 1, spec, spec, {}, {})
        recent.remember(run, LARGEST)
        recent.claimed({"id": f"j{number}", "run_id": run.id, "parameters": ""}, 1, "running")
    assert sum(recent.run(f"r{number}", 1) is not None for number in range(fits + 10)) == fits
    assert sum(recent.take(f"j{number}") is not None for number in range(fits + 10)) == fits


def test_a_new_run_does_not_take_the_place_of_one_that_is_remembered() -> None:
    recent = Recent()
    spec: Any = None
    row = {"status": "queued", "inputs": "{}", "metadata": "{}"}
    for number in range(KEPT + 1):
        recent.started(LoadedRun("p", f"r{number}", row, 1, spec, spec, {}, {}), 100)
    assert recent.run("r0", 1) is not None
    assert recent.run(f"r{KEPT}", 1) is None
    recent.remember(LoadedRun("p", "moved", row, 2, spec, spec, {}, {}), 100)
    assert recent.run("moved", 2) is not None
    assert recent.run("r0", 1) is None
