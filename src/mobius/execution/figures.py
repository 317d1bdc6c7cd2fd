"""Figures of a project: how many runs and jobs there are, how they end and how long they take.

None of them counts a whole table: statuses are counted by the database as they change, the rest is read from
an index that holds no more than what the figure is about.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from mobius.clock import to_micros
from mobius.store import Database, first_id

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class EndedRuns:
    """How many runs ended, how many of them failed, and how long they took on average since their start."""

    count: int
    failed: int
    mean_seconds: float


async def runs_by_status(store: Database, project_id: str) -> dict[str, int]:
    """Return how many runs there are of each status that any run has had."""
    rows = await store.all(
        """
        SELECT status, sum(count)::bigint AS runs FROM counted_runs WHERE project_id = $1 GROUP BY status""",
        project_id,
    )
    return {row["status"]: row["runs"] for row in rows}


async def runs_started_since(store: Database, project_id: str, since: datetime) -> int:
    """Return how many runs were started at or after `since`. Primary key: ids are ordered by time."""
    [row] = await store.all(
        "SELECT count(*) AS runs FROM runs WHERE project_id = $1 AND id >= $2",
        project_id,
        first_id("run", since),
    )
    return int(row["runs"])


async def runs_ended_since(store: Database, project_id: str, since: datetime) -> EndedRuns:
    """Return the figures of the runs that ended at or after `since`. Index `runs_ended`."""
    [row] = await store.all(
        """
        SELECT count(*) AS runs, sum(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) AS failed,
            avg(completed_at - started_at)::float AS mean
        FROM runs WHERE project_id = $1 AND completed_at >= $2""",
        project_id,
        to_micros(since),
    )
    return EndedRuns(row["runs"], row["failed"] or 0, (row["mean"] or 0) / _SECOND)


async def p95_job_seconds(store: Database, project_id: str, jobs: int) -> float:
    """Return how long, from claim to end, 95 of 100 of the latest completed jobs took at most.

    It is the time of one of these `jobs` jobs (nearest rank); 0 without any. Index `jobs_completed`.
    """
    rows = await store.all(
        """
        SELECT updated_at - claimed_at AS took FROM jobs
        WHERE project_id = $1 AND status = 'completed' AND kind <> 'group'
        ORDER BY updated_at DESC LIMIT $2""",
        project_id,
        jobs,
    )
    times = sorted(row["took"] for row in rows)
    return times[math.ceil(0.95 * len(times)) - 1] / _SECOND if times else 0.0


async def pending_jobs(store: Database, project_id: str) -> int:
    """Return how many jobs wait to be claimed, also those that are not due yet. Index `jobs_claimable`."""
    [row] = await store.all(
        """
        SELECT count(*) AS jobs FROM jobs
        WHERE project_id = $1 AND status = 'pending' AND kind <> 'group' AND lost_leases >= 0""",
        project_id,
    )
    return int(row["jobs"])
