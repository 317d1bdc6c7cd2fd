"""A timer of a run is due: a sleep is over, or a wait has taken too long."""

from __future__ import annotations

from mobius.engine.events import TimerFired
from mobius.execution.drive import Change, until_it_holds
from mobius.execution.loading import load_run
from mobius.execution.room import Execution
from mobius.execution.transition import CLEAR_TIMERS
from mobius.store import NotFound, Write


async def fire_timer(room: Execution, project_id: str, run_id: str, entry: int) -> None:
    """Let the run go on and remove the timer; of several servers that fire it, one does."""

    async def attempt() -> None:
        run = await load_run(room, project_id, run_id)
        change = Change(room, run)
        change.transition.cleared_timers.append(entry)
        await change.feed(TimerFired(entry=entry))
        await change.write()

    try:
        await until_it_holds(f"run {run_id}", attempt)
    except NotFound:
        await room.store.write(Write(CLEAR_TIMERS, (project_id, run_id, [entry])))
