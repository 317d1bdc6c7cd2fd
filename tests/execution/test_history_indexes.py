"""What a run has behind it is not read again: each look at its past has an index that leaves the past out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from mobius.clock import SystemClock
from mobius.execution import queries
from mobius.store import open_database

Look = Callable[[Any], Awaitable[Any]]


class _Explaining:
    """A database that explains what it is asked."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.plan = ""

    async def all(self, sql: str, *params: Any) -> list[Any]:
        explain = "EXPLAIN " if self._store.dialect == "postgres" else "EXPLAIN QUERY PLAN "
        rows = await self._store.all(explain + sql, *params)
        self.plan = "\n".join(str(tuple(row)[-1]) for row in rows)
        return []

    async def first(self, sql: str, *params: Any) -> None:
        await self.all(sql, *params)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("look", "index"),
    [
        (lambda store: queries.group_results(store, "prj", "job"), "jobs_by_parent"),
        (lambda store: queries.size_of_group_results(store, "prj", "job"), "jobs_by_parent"),
        (lambda store: queries.first_waiting_signal(store, "prj", "run", "go", []), "signals_waiting"),
    ],
)
async def test_a_look_at_a_runs_past_reads_an_index_without_it(
    database_url: str | None, tmp_path: Path, look: Look, index: str
) -> None:
    store = await open_database(database_url, tmp_path, SystemClock())
    explaining = _Explaining(store)
    await look(explaining)
    assert index in explaining.plan, explaining.plan
    await store.close()
