"""Wake the paused branches of a run."""

from __future__ import annotations

from mobius.engine.events import Resumed
from mobius.execution.drive import Change, until_it_holds
from mobius.execution.loading import load_run
from mobius.execution.room import Execution


async def resume_run(room: Execution, project_id: str, run_id: str) -> None:
    """Wake the run's paused branches; a run without any stays as it is. Raises NotFound."""

    async def attempt() -> None:
        run = await load_run(room, project_id, run_id)
        change = Change(room, run)
        if run.row["status"] == "suspended":
            await change.feed(Resumed())
        if change.state is not run.state:
            await change.write()

    await until_it_holds(f"run {run_id}", attempt)
