"""Ends interactions that nobody has answered in time, or that nobody is left to answer.

1. Read those that are due, 100 at a time.
2. End each, guarded by its version: of several servers, or an answer at that moment, one wins. Those that
   cannot be ended now keep no other waiting.
3. Sleep until the next one is due. Those of workflow steps end with their run's timer instead.
"""

from __future__ import annotations

from mobius.clock import to_micros
from mobius.domains.interactions.ending import due_interactions, end_due, next_due_interaction
from mobius.execution.room import Execution
from mobius.store import DatabaseUnavailable

BATCH = 100


async def expire_interactions(room: Execution) -> float | None:
    """End all that are due; return the seconds until the next one is."""
    now = to_micros(room.clock.now())
    failure: Exception | None = None
    last: tuple[int, str] | None = (0, "")
    while last is not None:
        due = await due_interactions(room.store, now, last, BATCH)
        for interaction in due:
            try:
                await end_due(room, interaction["project_id"], interaction["id"])
            except DatabaseUnavailable:
                raise
            except Exception as error:  # noqa: BLE001  raised below, after the others had their turn
                failure = error
        last = (due[-1]["due_at"], due[-1]["id"]) if len(due) == BATCH else None
    if failure is not None:
        raise failure
    upcoming = await next_due_interaction(room.store, now)
    return None if upcoming is None else (upcoming - to_micros(room.clock.now())) / 1_000_000
