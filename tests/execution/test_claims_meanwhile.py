"""Workers go on claiming while a run is being stopped."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mobius.execution import queries
from mobius.execution.cancel import cancel_run
from mobius.execution.complete import complete_job
from mobius.execution.shapes import JobCompleteRequest
from tests.execution.rooms import Room, open_room

ITEMS = 100
FAN_OUT = {
    "name": "fan",
    "steps": [{"name": "all", "action": "work", "each": {"items": list(range(ITEMS))}}],
}
ONE = {"name": "one", "steps": [{"name": "only", "action": "work"}]}


@pytest.fixture
def claim_around_reads(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make a worker claim a job before or after each look at the open jobs of a run."""
    read = queries.open_jobs

    def arrange(room: Room, *, before: bool) -> None:
        async def open_jobs(*which: Any) -> Any:
            if before:
                await room.claim()
            rows = await read(*which)
            if not before:
                await room.claim()
            return rows

        monkeypatch.setattr(queries, "open_jobs", open_jobs)

    return arrange


def test_a_fan_out_that_workers_keep_claiming_from_can_be_cancelled(
    database_url: str | None, tmp_path: Path, claim_around_reads: Any
) -> None:
    async def work() -> None:
        async with open_room(database_url, tmp_path) as room:
            run = await room.start(FAN_OUT)
            claim_around_reads(room, before=False)
            await cancel_run(room.execution, room.project, run.id)
            assert await room.claim() is None
            group, *items = await room.jobs(run.id)
            assert (group, items.count("claimed"), items.count("failed")) == ("pending", 1, ITEMS - 1)

    asyncio.run(work())


def test_a_fan_out_that_workers_keep_claiming_from_can_fail(
    database_url: str | None, tmp_path: Path, claim_around_reads: Any
) -> None:
    async def work() -> None:
        async with open_room(database_url, tmp_path) as room:
            run = await room.start(FAN_OUT)
            job = await room.claim()
            assert job is not None
            claim_around_reads(room, before=False)
            failure = JobCompleteRequest(worker_id="w", attempt=1, status="failed", error_type="Boom")
            await complete_job(room.execution, room.project, job.job_id, failure)
            assert await room.status(run.id) == "failed"
            assert (await room.jobs(run.id)).count("pending") == 0

    asyncio.run(work())


def test_a_run_whose_job_is_claimed_while_it_is_cancelled_is_running(
    database_url: str | None, tmp_path: Path, claim_around_reads: Any
) -> None:
    async def work() -> None:
        async with open_room(database_url, tmp_path) as room:
            run = await room.start(ONE)
            claim_around_reads(room, before=True)
            await cancel_run(room.execution, room.project, run.id)
            assert await room.jobs(run.id) == ["claimed"]
            assert await room.status(run.id) == "running"

    asyncio.run(work())
