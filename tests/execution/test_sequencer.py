"""Committed events get their place in the log, whichever server comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from mobius.clock import SystemClock
from mobius.daemons.sequencer import GATHER_SECONDS, VACUUM_AFTER, Sequencer, sequence_events
from mobius.execution.transition import append_events
from mobius.store import Database, GuardMissed, open_database

VACUUMS = "SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'event_outbox'"


async def _append(store: Database, events: int) -> None:
    rows = [
        {"project_id": "p", "run_id": "r", "type": "told", "data": str(number), "created_at": 0}
        for number in range(events)
    ]
    await store.write(*append_events(rows, store.dialect))


def _with_database(url: str, tmp_path: Path, work: Callable[[Database], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        store = await open_database(url, tmp_path, SystemClock())
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def test_who_finds_another_server_at_it_comes_again_soon(fresh_postgres_url: str, tmp_path: Path) -> None:
    async def work(store: Database) -> list[Any]:
        await _append(store, 3)
        other = await asyncpg.connect(fresh_postgres_url)
        async with other.transaction():
            await other.execute("SELECT last_seq FROM event_counter WHERE id = 1 FOR UPDATE")
            with pytest.raises(GuardMissed):
                await sequence_events(store)
            assert await Sequencer(store).work() == GATHER_SECONDS
        await other.close()
        assert await Sequencer(store).work() is None
        return [tuple(row) for row in await store.all("SELECT seq, data FROM events ORDER BY seq")]

    assert _with_database(fresh_postgres_url, tmp_path, work) == [(1, "0"), (2, "1"), (3, "2")]


def test_what_was_moved_leaves_no_dead_rows_behind_for_long(fresh_postgres_url: str, tmp_path: Path) -> None:
    async def work(store: Database) -> None:
        sequencer = Sequencer(store)
        await _append(store, VACUUM_AFTER)
        while await sequencer.work() == 0:
            pass
        await sequencer.clear_dead_rows()
        row = await store.first(VACUUMS)
        assert row is not None
        assert row["vacuum_count"] == 1

    _with_database(fresh_postgres_url, tmp_path, work)
