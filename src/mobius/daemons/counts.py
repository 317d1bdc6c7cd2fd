"""Folds the changes of run counts into the counts (PostgreSQL; SQLite's only writer counts at once).

1. Take up to 1,000 changes that no other server is at.
2. Remove them and add their sums to the counts, in the order of keys, in the same statement: who reads
   meanwhile sees all of it or nothing, and the same total either way.
"""

from __future__ import annotations

from mobius.store import Database, Write

BATCH = 1000

FOLD_DELTAS = """
WITH taken AS @materialized (
    SELECT project_id, id FROM run_count_deltas ORDER BY project_id, id LIMIT $1 @skip_locked),
gone AS (
    DELETE FROM run_count_deltas d USING taken WHERE d.project_id = taken.project_id AND d.id = taken.id
    RETURNING d.project_id, d.status, d.count),
folded AS (
    INSERT INTO run_counts (project_id, status, count)
    SELECT project_id, status, sum(count) FROM gone
    GROUP BY project_id, status HAVING sum(count) <> 0 ORDER BY project_id, status
    ON CONFLICT (project_id, status) DO UPDATE SET count = run_counts.count + excluded.count)
SELECT count(*) AS folded FROM gone"""
ANY_DELTA = "SELECT 1 FROM run_count_deltas LIMIT 1"


async def fold_run_counts(store: Database) -> float | None:
    """Fold a batch; return 0 when there may be more."""
    if await store.first(ANY_DELTA) is None:
        return None
    [[row]] = await store.write(Write(FOLD_DELTAS, (BATCH,)))
    return 0 if row["folded"] == BATCH else None
