"""A claim reads its job from an index that fits, with and without statistics, on both databases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mobius.clock import SystemClock
from mobius.execution.next_job import next_job
from mobius.store import Database, Write, open_database

INSERT_JOB = """
INSERT INTO jobs (project_id, id, run_id, kind, entry, path_id, branch, step_name, workflow_name, action,
    action_kind, queue, parameters, status, attempt, max_attempts, retries, lost_leases, scheduled_at,
    should_cancel, created_at, updated_at)
VALUES ($1, $2, 'run', 'task', 1, 'main/1', 'main', 'step', 'flow', $3, 'worker', $4, '{}', 'pending', 1, 1,
    0, 0, $5, 0, 0, 0)"""
PROJECT, NOW = "prj", 1_000_000


async def add_jobs(store: Database, queue: str, action: str, count: int, first_at: int) -> None:
    """Add pending jobs, one a microsecond, named after their places."""
    await store.write(
        *(
            Write(INSERT_JOB, (PROJECT, f"{queue}-{action}-{n:04}", action, queue, first_at + n))
            for n in range(count)
        )
    )


@pytest.mark.anyio
@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize(
    ("queues", "actions", "closed", "index"),
    [
        ([], [], [], "jobs_claimable"),
        (["art"], [], [], "jobs_claimable_by_queue"),
        (["art", "music"], [], [], "jobs_claimable_by_queue"),
        (["art"], ["paint"], [], "jobs_claimable_by_action"),
        (["art"], ["paint", "draw", "sing"], [], "jobs_claimable_by_action"),
        (["art", "music"], ["paint", "sing"], [], "jobs_claimable_by_action"),
        ([], ["paint"], [], "jobs_claimable"),
        ([], [], ["art"], "jobs_claimable_by_queue"),
        ([], ["paint"], ["music"], "jobs_claimable"),
    ],
)
async def test_the_index_is_the_one_for_what_is_wanted(
    database_url: str | None,
    tmp_path: Path,
    queues: list[str],
    actions: list[str],
    closed: list[str],
    index: str,
    filled: bool,
) -> None:
    store = await open_database(database_url, tmp_path, SystemClock())
    if filled:
        await add_jobs(store, "art", "paint", 1000, 0)
        await add_jobs(store, "music", "sing", 1000, 0)
        await store.write(Write("ANALYZE"))
    query, values = next_job(queues, actions, store.dialect, closed)
    explain = "EXPLAIN " if store.dialect == "postgres" else "EXPLAIN QUERY PLAN "
    text = explain + query.replace("$5", "$2")
    for place in range(7, 7 + len(values)):
        text = text.replace(f"${place}", f"${place - 4}")
    rows = await store.all(text, PROJECT, NOW, *values)
    plan = "\n".join(str(tuple(row)[-1]) for row in rows)
    assert set(re.findall(r"(?:using|USING INDEX|COVERING INDEX) (\w+)", plan)) == {index}, plan
    assert not re.search(r"Seq Scan on jobs|SCAN jobs", plan), plan
    await store.close()
