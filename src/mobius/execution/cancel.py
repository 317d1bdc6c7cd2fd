"""Cancel runs: pending work ends at once, the run ends with its last claimed job."""

from __future__ import annotations

from mobius.engine.events import CancelRequested
from mobius.execution.drive import Change, until_it_holds
from mobius.execution.loading import load_run
from mobius.execution.room import Execution


async def cancel_run(room: Execution, project_id: str, run_id: str) -> None:
    """Request the end of a run; an ended or already cancelled one stays as it is. Raises NotFound."""

    async def attempt() -> None:
        run = await load_run(room, project_id, run_id)
        if run.ended or run.row["cancel_requested"]:
            return
        change = Change(room, run)
        change.request_cancel()
        jobs = await change.open_jobs()
        running = frozenset(job["entry"] for job in jobs if job["status"] == "claimed")
        await change.feed(CancelRequested(running=running))
        await change.write()

    await until_it_holds(f"run {run_id}", attempt)
