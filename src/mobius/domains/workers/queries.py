"""SQL of workers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from mobius.store import Database, Row, Write


async def workers_of_project(store: Database, project_id: str, since: int, at_most: int) -> list[Row]:
    """Workers seen at or after `since`, the most recently seen first. Primary key."""
    return await store.all(
        """
        SELECT * FROM workers WHERE project_id = $1 AND last_seen_at >= $2
        ORDER BY last_seen_at DESC, worker_id LIMIT $3""",
        project_id,
        since,
        at_most,
    )


async def count_workers(
    store: Database, project_id: str, since: int, live_since: int, but_for: list[str]
) -> tuple[int, int]:
    """How many workers but for some were seen since `live_since`, and how many before. Primary key."""
    [row] = await store.all(
        """
        SELECT count(*) AS known, sum(CASE WHEN last_seen_at >= $3 THEN 1 ELSE 0 END) AS live FROM workers
        WHERE project_id = $1 AND last_seen_at >= $2 AND NOT (worker_id @in($4))""",
        project_id,
        since,
        live_since,
        but_for,
    )
    live = row["live"] or 0
    return live, row["known"] - live


def workers_seen(sightings: Sequence[tuple[str, str, str | None, str | None, int]]) -> Write:
    """Notes that workers were seen: project, worker, name, version, when; each worker once.

    A name or version that it left out this time is kept.
    """
    places = ", ".join(
        f"(${n}, ${n + 1}, ${n + 2}, ${n + 3}, ${n + 4})" for n in range(1, 5 * len(sightings), 5)
    )
    return Write(
        f"""
        INSERT INTO workers (project_id, worker_id, name, version, last_seen_at) VALUES {places}
        ON CONFLICT (project_id, worker_id) DO UPDATE SET
            name = coalesce(excluded.name, workers.name),
            version = coalesce(excluded.version, workers.version),
            last_seen_at = CASE WHEN excluded.last_seen_at > workers.last_seen_at
                THEN excluded.last_seen_at ELSE workers.last_seen_at END""",
        tuple(chain.from_iterable(sightings)),
    )


def forget_workers(project_id: str, before: int) -> Write:
    """Removes the project's workers that were last seen before `before`."""
    return Write("DELETE FROM workers WHERE project_id = $1 AND last_seen_at < $2", (project_id, before))


def delete_workers_of_project(project_id: str) -> Write:
    """Removes some of the workers of a project."""
    return Write("DELETE FROM workers WHERE @some(workers, project_id = $1) RETURNING 1", (project_id,))
