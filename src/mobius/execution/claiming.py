"""The claim itself: one statement on PostgreSQL, one batch on SQLite; a job goes to one worker only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from mobius.clock import to_micros
from mobius.execution.claimant import Claimant
from mobius.execution.next_job import next_job
from mobius.execution.queries import RUN_NAMES
from mobius.execution.records import JOB_COLUMNS, encode, job_shape
from mobius.execution.room import Execution
from mobius.store import Row, Write

_JOB_NAMES = tuple(JOB_COLUMNS)
_COLUMNS = ", ".join(f"j.{name}" for name in JOB_COLUMNS)
_SIZE_OF_RUN = "octet_length(s.state) + octet_length(r.inputs) + octet_length(r.metadata)"
LARGEST_BROUGHT = 32 * 1024
"""In bytes of JSON, of a run that a claim brings along."""
_RUN_IS_SMALL = f"{_SIZE_OF_RUN} <= {LARGEST_BROUGHT}"
_SELECTED = {name: f"r.{name}" for name in RUN_NAMES} | {
    "version": "s.version",
    "inputs": f"CASE WHEN {_RUN_IS_SMALL} THEN r.inputs END",
    "metadata": f"CASE WHEN {_RUN_IS_SMALL} THEN r.metadata END",
    "state": f"CASE WHEN {_RUN_IS_SMALL} THEN s.state END",
}
_RUN = ", ".join(f"{expression} AS its_{name}" for name, expression in _SELECTED.items())
_SET = """
    status = 'claimed', claimed_by = $2, agent_id = $3, agent_session_id = $4, claimed_at = $5,
    heartbeat_at = $5, deadline_at = $5 + timeout_us,
    expires_at = least($6, coalesce($5 + timeout_us, $6)), updated_at = $5"""

# What `records.job_shape` shows of a job at the moment of its claim, as JSON text.
_SHOWN = """
    left(jsonb_strip_nulls(jsonb_build_object(
        'id', id, 'run_id', run_id, 'step_name', step_name, 'action', action, 'queue', queue,
        'status', status, 'attempt', attempt, 'max_attempts', max_attempts,
        'parent_job_id', parent_job_id, 'path_id', path_id,
        'claimed_by', claimed_by, 'agent_id', agent_id, 'agent_session_id', agent_session_id,
        'last_error', last_error, 'scheduled_at', mobius_time(scheduled_at),
        'created_at', mobius_time(created_at), 'updated_at', mobius_time(updated_at),
        'claimed_at', mobius_time(claimed_at), 'heartbeat_at', mobius_time(heartbeat_at)))::text, -1)
        || ',"parameters":' || parameters || '}'"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which worker claims, and which jobs: empty queues or actions mean any."""

    worker_id: str
    queues: Sequence[str]
    actions: Sequence[str]


class Claimed(NamedTuple):
    """The row of a claimed job, and its run as the claim saw it.

    `run` is as `queries.run_with_state` returns it, where several servers may move runs and it is not large.
    """

    job: dict[str, Any]
    run_status: str
    run_version: int
    run: dict[str, Any] | None


async def claim(room: Execution, project_id: str, wanted: Wanted, claimant: Claimant) -> Claimed | None:
    """Claim the next job for a worker, or return None when there is none.

    Order: `scheduled_at`, then creation. The `job_updated` event is written in the same transaction.
    """
    queues = [queue for queue in wanted.queues if queue not in claimant.closed]
    if wanted.queues and not queues:
        return None
    now = room.clock.now()
    lease_ends = to_micros(now + timedelta(seconds=room.settings.lease))
    dialect = room.store.dialect
    query, values = next_job(queues, wanted.actions, dialect, () if queues else claimant.closed)
    params = (
        project_id,
        wanted.worker_id,
        claimant.agent_id,
        claimant.session_id,
        to_micros(now),
        lease_ends,
        *values,
    )
    if dialect == "postgres":
        [rows] = await room.store.write(Write(_postgres(query), params))
    else:
        rows, _ = await room.store.write(Write(_sqlite(query), params), Write(_APPEND_EVENT, _claimed_event))
    if not rows:
        return None
    room.store.wakeups.publish("events:")
    return _claimed(rows[0])


def _claimed(row: Row) -> Claimed:
    values: tuple[Any, ...] = tuple(row)
    job = dict(zip(_JOB_NAMES, values[: len(_JOB_NAMES)], strict=True))
    status, version, *run = values[len(_JOB_NAMES) :]
    if not run or run[-1] is None:
        return Claimed(job, status, version, None)
    return Claimed(job, status, version, dict(zip(RUN_NAMES, run, strict=True)))


@lru_cache
def _postgres(query: str) -> str:
    # MATERIALIZED: PostgreSQL may run a LIMITed subquery again and would then take more rows than the limit.
    return f"""
WITH next AS MATERIALIZED ({query}),
claimed AS (
    UPDATE jobs j SET {_SET}
    FROM next WHERE j.project_id = next.project_id AND j.id = next.id
    RETURNING {_COLUMNS}),
logged AS (
    INSERT INTO event_outbox (project_id, run_id, type, data, created_at)
    SELECT project_id, run_id, 'job_updated', {_SHOWN}, $5 FROM claimed)
SELECT claimed.*, r.status, s.version, {_RUN} FROM claimed
JOIN runs r ON r.project_id = claimed.project_id AND r.id = claimed.run_id
JOIN run_states s ON s.project_id = claimed.project_id AND s.run_id = claimed.run_id"""


@lru_cache
def _sqlite(query: str) -> str:
    return f"""
UPDATE jobs SET {_SET.replace("least(", "min(")}
WHERE project_id = $1 AND id = (SELECT id FROM ({query}))
RETURNING *,
    (SELECT r.status FROM runs r WHERE r.project_id = jobs.project_id AND r.id = jobs.run_id),
    (SELECT s.version FROM run_states s WHERE s.project_id = jobs.project_id AND s.run_id = jobs.run_id)"""


_APPEND_EVENT = """
INSERT INTO events (project_id, run_id, type, data, created_at) VALUES ($1, $2, 'job_updated', $3, $4)"""


def _claimed_event(results: list[list[Row]]) -> tuple[Any, ...] | None:
    """Return the parameters of the claim's event, or None when nothing was claimed."""
    if not results[0]:
        return None
    row = _claimed(results[0][0]).job
    return row["project_id"], row["run_id"], encode(job_shape(row)), row["updated_at"]
