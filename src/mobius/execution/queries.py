"""SQL of runs, jobs, signals and events: what is read. What transitions write is in `transition.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mobius.execution.records import JOB_COLUMNS, RUN_COLUMNS
from mobius.execution.shapes import RUN_STATUSES
from mobius.store import Database, Row

_JOB_NAMES = tuple(JOB_COLUMNS)
RUN_NAMES = (*RUN_COLUMNS, "version", "state")
_JOB = ", ".join(f"j.{name}" for name in JOB_COLUMNS)
_RUN = ", ".join(f"r.{name}" for name in RUN_COLUMNS)


async def spec_text(store: Database, project_id: str, spec_hash: str) -> str:
    """Return the stored JSON text of a specification; raise NotFound."""
    row = await store.one(
        "workflow specification",
        "SELECT spec FROM specs WHERE project_id = $1 AND hash = $2",
        project_id,
        spec_hash,
    )
    return str(row["spec"])


async def run(store: Database, project_id: str, run_id: str) -> Row:
    """Return the row of a run; raise NotFound."""
    return await store.one("run", "SELECT * FROM runs WHERE project_id = $1 AND id = $2", project_id, run_id)


async def run_with_state(store: Database, project_id: str, run_id: str) -> dict[str, Any]:
    """Return a run with its engine state; raise NotFound."""
    row = await store.one(
        "run",
        f"""
        SELECT {_RUN}, s.version, s.state FROM runs r
        JOIN run_states s ON s.project_id = r.project_id AND s.run_id = r.id
        WHERE r.project_id = $1 AND r.id = $2""",
        project_id,
        run_id,
    )
    return dict(zip(RUN_NAMES, tuple(row), strict=True))


async def job_with_run(
    store: Database, project_id: str, job_id: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a job, and its run with the engine state; raise NotFound."""
    row = await store.one(
        "job",
        f"""
        SELECT {_JOB}, {_RUN}, s.version, s.state FROM jobs j
        JOIN runs r ON r.project_id = j.project_id AND r.id = j.run_id
        JOIN run_states s ON s.project_id = j.project_id AND s.run_id = j.run_id
        WHERE j.project_id = $1 AND j.id = $2""",
        project_id,
        job_id,
    )
    values = tuple(row)
    parts = len(_JOB_NAMES)
    return dict(zip(_JOB_NAMES, values[:parts], strict=True)), dict(
        zip(RUN_NAMES, values[parts:], strict=True)
    )


async def job(store: Database, project_id: str, job_id: str) -> Row:
    """Return the row of a job; raise NotFound."""
    return await store.one("job", "SELECT * FROM jobs WHERE project_id = $1 AND id = $2", project_id, job_id)


async def large_values(store: Database, project_id: str, hashes: list[str]) -> dict[str, str]:
    """Return the texts of large values by their hashes."""
    rows = await store.all(
        "SELECT hash, value FROM large_values WHERE project_id = $1 AND hash @in($2)", project_id, hashes
    )
    return {row["hash"]: row["value"] for row in rows}


async def open_jobs(store: Database, project_id: str, run_id: str) -> list[Row]:
    """Return the jobs of a run that are pending or claimed, oldest first."""
    return await store.all(
        """
        SELECT * FROM jobs
        WHERE project_id = $1 AND run_id = $2 AND status IN ('pending', 'claimed') ORDER BY id""",
        project_id,
        run_id,
    )


async def group_results(store: Database, project_id: str, group_id: str) -> list[Row]:
    """Return `item_index` and `result` of the completed items of a fan-out, in item order.

    Index `jobs_by_parent`.
    """
    return await store.all(
        """
        SELECT item_index, result FROM jobs
        WHERE project_id = $1 AND parent_job_id = $2 AND status = 'completed'
        ORDER BY item_index""",
        project_id,
        group_id,
    )


async def size_of_group_results(store: Database, project_id: str, group_id: str) -> int:
    """Return how many characters the results of a fan-out take together. Index `jobs_by_parent`."""
    row = await store.first(
        """
        SELECT coalesce(sum(length(result)), 0) AS size FROM jobs
        WHERE project_id = $1 AND parent_job_id = $2 AND status = 'completed'""",
        project_id,
        group_id,
    )
    return int(row["size"]) if row else 0


async def first_waiting_signal(
    store: Database, project_id: str, run_id: str, topic: str, taken: list[str]
) -> Row | None:
    """Return the oldest signal of a topic that nothing has consumed yet, apart from those in `taken`.

    Index `signals_waiting`.
    """
    return await store.first(
        """
        SELECT id, payload FROM signals
        WHERE project_id = $1 AND run_id = $2 AND topic = $3 AND consumed_at IS NULL
            AND NOT (id @in($4))
        ORDER BY arrival, id LIMIT 1""",
        project_id,
        run_id,
        topic,
        taken,
    )


async def waiting_signals(store: Database, project_id: str, run_id: str, at_most: int) -> int:
    """Return how many stored signals of a run wait to be consumed, counting no further than `at_most`."""
    row = await store.first(
        """
        SELECT count(*) AS waiting FROM (
            SELECT 1 FROM signals
            WHERE project_id = $1 AND run_id = $2 AND consumed_at IS NULL LIMIT $3) AS counted""",
        project_id,
        run_id,
        at_most,
    )
    return int(row["waiting"]) if row else 0


async def start_to_repeat(
    store: Database, project_id: str, external_id: str, request_hash: str, since: int
) -> Row | None:
    """Return the run that an identical start with this external id began at or after `since`."""
    return await store.first(
        """
        SELECT r.* FROM run_starts s JOIN runs r ON r.project_id = s.project_id AND r.id = s.run_id
        WHERE s.project_id = $1 AND s.external_id = $2 AND s.request_hash = $3 AND s.created_at > $4""",
        project_id,
        external_id,
        request_hash,
        since,
    )


async def last_seq(store: Database) -> int:
    """Return the `seq` of the newest event, 0 when there is none."""
    row = await store.first("SELECT seq FROM events ORDER BY seq DESC LIMIT 1")
    return int(row["seq"]) if row else 0


async def events_after(store: Database, seq: int, limit: int) -> list[Row]:
    """Return the events of all projects after `seq`, in order."""
    return await store.all("SELECT * FROM events WHERE seq > $1 ORDER BY seq LIMIT $2", seq, limit)


async def events_of(
    store: Database, project_id: str, subject: str | None, seq: int, limit: int, size: int
) -> tuple[list[Row], bool]:
    """Return the events about `subject` (None: all runs) after `seq`, in order; and whether that is all.

    The page ends with the event that brings it to `size`, about in bytes.
    """
    # On PostgreSQL octet_length() is the one that does not unpack the text; SQLite may lack it.
    length = "octet_length(data)" if store.dialect == "postgres" else "length(data)"
    about = " AND substr(run_id, 1, 4) = 'run_'" if subject is None else " AND run_id = $4"
    rows = await store.all(
        f"""
        SELECT events.*, so_far FROM (
            SELECT seq, length, sum(length) OVER (ORDER BY seq) AS so_far FROM (
                SELECT seq, {length} AS length FROM events
                WHERE project_id = $1 AND seq > $2{about} ORDER BY seq LIMIT $3) AS page) AS measured
        JOIN events ON events.project_id = $1 AND events.seq = measured.seq
        WHERE so_far - length < {size:d} ORDER BY events.seq""",
        project_id,
        seq,
        limit,
        *(() if subject is None else (subject,)),
    )
    return rows, len(rows) < limit and not (rows and rows[-1]["so_far"] >= size)


RUN_FILTERS = {
    "status": "status",
    "workflow_type": "workflow_name",
    "queue": "queue",
    "parent_run_id": "parent_run_id",
    "initiated_by": "initiated_by",
    "external_id": "external_id",
    "workflow_id": "workflow_id",
}
_SORTED_BY_STATUS_FIRST = frozenset({"workflow_type", "queue", "initiated_by"})
"""Filters whose index has the runs of one status in the order of the list, but not those of all."""


async def runs_page(
    store: Database, project_id: str, filters: Mapping[str, str], before: str | None, limit: int
) -> list[Row]:
    """Return runs newest first; keys of `filters` are those of `RUN_FILTERS`, `before` the last id seen."""
    conditions = ""
    params: list[Any] = [project_id]
    for name, value in filters.items():
        params.append(value)
        conditions += f" AND {RUN_FILTERS[name]} = ${len(params)}"
    if before is not None:
        params.append(before)
        conditions += f" AND id < ${len(params)}"
    page = f"SELECT * FROM runs WHERE project_id = $1{conditions}"
    # Not a parameter: a planner that does not know the limit makes a new plan each time, which takes longer.
    order = f" ORDER BY id DESC LIMIT {limit:d}"
    if filters and _SORTED_BY_STATUS_FIRST.issuperset(filters):
        page = " UNION ALL ".join(
            f"SELECT * FROM ({page} AND status = '{status}'{order}) AS {status}" for status in RUN_STATUSES
        )
    return await store.all(page + order, *params)


async def jobs_page(store: Database, project_id: str, run_id: str, after: str, limit: int) -> list[Row]:
    """Return jobs of a run, oldest first; `after` is the last id seen."""
    return await store.all(
        "SELECT * FROM jobs WHERE project_id = $1 AND run_id = $2 AND id > $3 ORDER BY id LIMIT $4",
        project_id,
        run_id,
        after,
        limit,
    )


async def action_log_page(store: Database, project_id: str, run_id: str, after: str, limit: int) -> list[Row]:
    """Return action-log entries of a run, oldest first; `after` is the last id seen."""
    return await store.all(
        "SELECT * FROM action_log WHERE project_id = $1 AND run_id = $2 AND id > $3 ORDER BY id LIMIT $4",
        project_id,
        run_id,
        after,
        limit,
    )
