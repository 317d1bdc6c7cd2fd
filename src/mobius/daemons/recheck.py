"""Wakes waiting claims whose hint was lost, or whose job becomes claimable by the passing of time.

1. For each project in which claims wait, read which queues and actions have claimable jobs, and wake one
   claim for each; a claim that finds work wakes the next one. With a backlog of which only the oldest jobs
   were read, one claim of all that want the same looks for itself.
2. Sleep until the next delayed job of these projects is due, at most a second.
"""

from __future__ import annotations

from mobius.clock import to_micros
from mobius.execution.room import Execution

KINDS_OF_WORK = 100
LOOKED_AT = 1000

CLAIMABLE = """
SELECT queue, action, count(*) AS jobs FROM (
    SELECT queue, action FROM jobs
    WHERE project_id = $1 AND status = 'pending' AND kind <> 'group' AND lost_leases >= 0
        AND scheduled_at <= $2
    ORDER BY scheduled_at, id LIMIT $3) AS oldest
GROUP BY queue, action LIMIT $4"""
NEXT_DUE = """
SELECT scheduled_at FROM jobs
WHERE project_id = $1 AND status = 'pending' AND kind <> 'group' AND lost_leases >= 0
    AND scheduled_at > $2
ORDER BY scheduled_at LIMIT 1"""


async def wake_waiting_claims(room: Execution) -> float | None:
    """Wake the claims that have a reason to look; return the seconds until the next delayed job is due."""
    now = to_micros(room.clock.now())
    due: list[int] = []
    for project_id in room.waiters.projects():
        kinds = await room.store.all(CLAIMABLE, project_id, now, LOOKED_AT, KINDS_OF_WORK)
        if len(kinds) == KINDS_OF_WORK or sum(row["jobs"] for row in kinds) == LOOKED_AT:
            room.waiters.wake_one_of_each(project_id)
        for row in kinds:
            room.waiters.wake(project_id, row["queue"], row["action"])
        upcoming = await room.store.first(NEXT_DUE, project_id, now)
        if upcoming is not None:
            due.append(upcoming["scheduled_at"])
    return (min(due) - to_micros(room.clock.now())) / 1_000_000 if due else None
