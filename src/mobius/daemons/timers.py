"""Fires due timers of runs.

1. Take up to 100 due timers for 3 seconds, so that other servers leave them alone.
2. Fire each: the run goes on and the timer's row goes away in one transaction. A server that dies in between
   leaves the row; another server takes it when the 3 seconds are over.
3. Sleep until the next one is due, or until a hint says that there is a new one.
"""

from __future__ import annotations

import asyncio

from mobius.clock import to_micros
from mobius.execution.fire_timer import fire_timer
from mobius.execution.room import Execution
from mobius.store import Row, Write

BATCH = 100
AT_ONCE = 10
TAKEN_FOR_US = 3_000_000

TAKE_DUE = """
UPDATE timers SET leased_until = $2
WHERE (project_id, run_id, entry) IN (
    SELECT project_id, run_id, entry FROM timers
    WHERE due_at <= $1 AND leased_until <= $1 ORDER BY due_at LIMIT $3 @skip_locked)
RETURNING project_id, run_id, entry"""
NEXT_DUE = "SELECT due_at FROM timers WHERE due_at > $1 ORDER BY due_at LIMIT 1"
ANY_DUE = "SELECT 1 FROM timers WHERE due_at <= $1 AND leased_until <= $1 LIMIT 1"


async def fire_due_timers(room: Execution) -> float | None:
    """Fire a batch; return the seconds until the next timer is due."""
    now = to_micros(room.clock.now())
    if await room.store.first(ANY_DUE, now) is not None:
        [taken] = await room.store.write(Write(TAKE_DUE, (now, now + TAKEN_FOR_US, BATCH)))
        await _fire(room, taken)
        if len(taken) == BATCH:
            return 0
    upcoming = await room.store.first(NEXT_DUE, now)
    return None if upcoming is None else (upcoming["due_at"] - to_micros(room.clock.now())) / 1_000_000


async def _fire(room: Execution, timers: list[Row]) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def fire(timer: Row) -> None:
        async with slots:
            await fire_timer(room, timer["project_id"], timer["run_id"], timer["entry"])

    outcomes = await asyncio.gather(*(fire(timer) for timer in timers), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
