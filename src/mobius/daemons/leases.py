"""Ends attempts whose worker went silent or took too long.

1. Read the claimed jobs that are overdue, 100 at a time.
2. End each attempt under its fence: of several servers, or a worker that completes at that moment, one wins.
   Those that cannot be ended now keep no other waiting, however many they are.
3. Sleep until the next lease ends.
"""

from __future__ import annotations

from mobius.clock import to_micros
from mobius.execution.lose_lease import expire_job
from mobius.execution.room import Execution
from mobius.store import DatabaseUnavailable

BATCH = 100

OVERDUE = """
SELECT project_id, id, expires_at FROM jobs
WHERE status = 'claimed' AND expires_at <= $1 AND expires_at >= $2 AND (expires_at, id) > ($2, $3)
ORDER BY expires_at, id LIMIT $4"""
NEXT_END = (
    "SELECT expires_at FROM jobs WHERE status = 'claimed' AND expires_at > $1 ORDER BY expires_at LIMIT 1"
)


async def expire_leases(room: Execution) -> float | None:
    """End all overdue attempts; return the seconds until the next lease ends."""
    now = to_micros(room.clock.now())
    failure: Exception | None = None
    last: tuple[int, str] | None = (0, "")
    while last is not None:
        overdue = await room.store.all(OVERDUE, now, *last, BATCH)
        for job in overdue:
            try:
                await expire_job(room, job["project_id"], job["id"])
            except DatabaseUnavailable:
                raise
            except Exception as error:  # noqa: BLE001  raised below, after the others had their turn
                failure = error
        last = (overdue[-1]["expires_at"], overdue[-1]["id"]) if len(overdue) == BATCH else None
    if failure is not None:
        raise failure
    upcoming = await room.store.first(NEXT_END, now)
    return None if upcoming is None else (upcoming["expires_at"] - to_micros(room.clock.now())) / 1_000_000
