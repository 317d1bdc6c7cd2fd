"""Forgets what is only kept for a day: starts that a repeat would have found."""

from __future__ import annotations

from datetime import timedelta

from mobius.clock import to_micros
from mobius.execution.room import Execution
from mobius.execution.start import REPEATED_FOR
from mobius.store import Write

BATCH = 1000

FORGET_STARTS = """
DELETE FROM run_starts WHERE (project_id, external_id, request_hash) IN (
    SELECT project_id, external_id, request_hash FROM run_starts WHERE created_at <= $1 LIMIT $2)
RETURNING 1"""


async def forget_old_starts(room: Execution) -> float | None:
    """Forget a batch; return 0 when there may be more."""
    before = to_micros(room.clock.now() - REPEATED_FOR - timedelta(minutes=1))
    [forgotten] = await room.store.write(Write(FORGET_STARTS, (before, BATCH)))
    return 0 if len(forgotten) == BATCH else None
