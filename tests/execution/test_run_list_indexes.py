"""A page of runs is read from an index that has them in its order, whatever the filter, on both databases."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mobius.clock import SystemClock
from mobius.execution import queries
from mobius.execution.shapes import RUN_STATUSES
from mobius.store import Database, Row, Write, open_database

PROJECT = "prj"
RUNS = 4_000
INSERT_RUNS = f"""
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {RUNS})
INSERT INTO runs (project_id, id, workflow_id, workflow_version, workflow_name, workflow_handle, spec_hash,
    queue, status, attempt, inputs, metadata, external_id, parent_run_id, actor_type, actor_id, initiated_by,
    cancel_requested, created_at, updated_at)
SELECT $1, 'run_' || (10000 + n), 'wfl_' || (n % 4), 1, 'flow-' || (n % 4), 'flow', 'hash',
    'queue-' || (n % 4),
    CASE WHEN n % 3 = 0 THEN 'failed' ELSE 'completed' END, 1, '{{}}', '{{}}', 'order-' || n,
    'parent-' || (n % 4), 'user', 'usr', 'key-' || (n % 4), 0, n, n
FROM numbers"""


class Recorder:
    """A database that only remembers what it was asked."""

    async def all(self, sql: str, *params: Any) -> list[Row]:
        self.asked = (sql, params)
        return []


async def plan_of_page(store: Database, filters: dict[str, str], before: str | None) -> str:
    """Return how the database would read a page."""
    recorder: Any = Recorder()
    await queries.runs_page(recorder, PROJECT, filters, before, 51)
    sql, params = recorder.asked
    explain = "EXPLAIN " if store.dialect == "postgres" else "EXPLAIN QUERY PLAN "
    return "\n".join(str(tuple(row)[-1]) for row in await store.all(explain + sql, *params))


EXPECTED = {
    ("status",): "runs_by_status",
    ("workflow_type",): "runs_by_name",
    ("queue",): "runs_by_queue",
    ("parent_run_id",): "runs_by_parent",
    ("initiated_by",): "runs_by_initiator",
    ("external_id",): "runs_by_external_id",
    ("workflow_id",): "runs_by_workflow",
    ("status", "workflow_type"): "runs_by_name",
    ("status", "queue"): "runs_by_queue",
    ("status", "initiated_by"): "runs_by_initiator",
}
VALUES = {
    "status": "failed",
    "workflow_type": "flow-3",
    "queue": "queue-3",
    "parent_run_id": "parent-3",
    "initiated_by": "key-3",
    "external_id": "order-5",
    "workflow_id": "wfl_3",
}


@pytest.mark.anyio
@pytest.mark.parametrize("before", [None, "run_13000"])
async def test_every_filter_has_an_index_in_the_order_of_the_list(
    database_url: str | None, tmp_path: Path, before: str | None
) -> None:
    store = await open_database(database_url, tmp_path, SystemClock())
    await store.write(Write(INSERT_RUNS, (PROJECT,)))
    await store.write(Write("ANALYZE"))
    assert {name for names in EXPECTED for name in names} == set(queries.RUN_FILTERS)
    for names, index in EXPECTED.items():
        plan = await plan_of_page(store, {name: VALUES[name] for name in names}, before)
        assert set(re.findall(r"(?:using|USING INDEX) (\w+)", plan)) == {index}, (names, plan)
        assert not re.search(r"Seq Scan|SCAN runs", plan), (names, plan)
        # Pages of each status are merged, which sorts no more than these; nothing else sorts.
        merged = set(names) <= {"workflow_type", "queue", "initiated_by"}
        sorts = len(re.findall(r"TEMP B-TREE|Sort  ", plan))
        assert sorts <= (len(RUN_STATUSES) if merged else 0), (names, plan)
    await store.close()


@pytest.mark.anyio
async def test_pages_of_a_filter_hold_the_runs_of_all_statuses_in_order(
    database_url: str | None, tmp_path: Path
) -> None:
    store = await open_database(database_url, tmp_path, SystemClock())
    await store.write(Write(INSERT_RUNS, (PROJECT,)))
    found: list[str] = []
    before = None
    while page := await queries.runs_page(store, PROJECT, {"queue": "queue-3"}, before, 70):
        assert len(page) <= 70
        found += [row["id"] for row in page]
        before = found[-1]
    assert found == [f"run_{10_000 + n}" for n in range(RUNS, 0, -1) if n % 4 == 3]
    both = {"queue": "queue-3", "initiated_by": "key-2"}
    assert not await queries.runs_page(store, PROJECT, both, None, 7)
    await store.close()
