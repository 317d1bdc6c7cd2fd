"""Start a failed run again at the steps that failed."""

from __future__ import annotations

from mobius.api.errors import Conflict
from mobius.engine.events import RetryRequested
from mobius.execution.drive import Change, until_it_holds
from mobius.execution.loading import load_run
from mobius.execution.room import Execution


class NotFailed(Conflict):
    """Only failed runs are retried."""

    def __init__(self, run_id: str, status: str) -> None:
        super().__init__("run_not_failed", f"run {run_id} is {status}; only a failed run can be retried")


async def retry_run(room: Execution, project_id: str, run_id: str) -> None:
    """Turn a failed run back to `queued`; raise NotFailed for any other, NotFound for none."""

    async def attempt() -> None:
        run = await load_run(room, project_id, run_id)
        if run.row["status"] != "failed":
            raise NotFailed(run_id, run.row["status"])
        change = Change(room, run)
        change.withdraw_cancel()
        await change.feed(RetryRequested())
        await change.write()

    await until_it_holds(f"run {run_id}", attempt)
