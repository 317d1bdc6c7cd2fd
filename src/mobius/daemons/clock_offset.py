"""Keeps the server's clock in step with the database's, so that all servers of a fleet agree on the time."""

from __future__ import annotations

from mobius.clock import Clock, SystemClock
from mobius.store import Database


async def agree_on_time(store: Database, clock: Clock) -> None:
    """Move a system clock by what the database's is ahead; a virtual clock is left alone."""
    if isinstance(clock, SystemClock):
        clock.offset += await store.clock_offset(clock)
