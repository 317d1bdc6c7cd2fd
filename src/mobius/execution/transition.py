"""The hot write: all that one transition of a run changes, in one transaction.

The parts are the same guarded writes on both databases. SQLite runs them as one batch of its writer thread;
on PostgreSQL they become ONE statement of data-modifying CTEs, so that a transition costs one round trip.
This is the only file outside `store` that knows that there are two databases.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Literal

from mobius.execution.records import JOB_COLUMNS, RUN_COLUMNS
from mobius.store import Database, Dialect, Table, Write

Values = dict[str, Any]

TIMERS = Table(
    "timers",
    {
        "project_id": "text",
        "run_id": "text",
        "entry": "integer",
        "due_at": "bigint",
        "leased_until": "bigint",
    },
)
SIGNALS = Table(
    "signals",
    {
        "project_id": "text",
        "run_id": "text",
        "id": "text",
        "topic": "text",
        "arrival": "bigint",
        "payload": "text",
        "created_at": "bigint",
        "consumed_at": "bigint",
    },
)
ACTION_LOG = Table(
    "action_log",
    {
        "project_id": "text",
        "run_id": "text",
        "id": "text",
        "job_id": "text",
        "attempt": "integer",
        "action": "text",
        "step_name": "text",
        "branch_id": "text",
        "parameters": "text",
        "result": "text",
        "error": "text",
        "started_at": "bigint",
        "duration_ms": "bigint",
    },
)
EVENT_COLUMNS = {
    "project_id": "text",
    "run_id": "text",
    "type": "text",
    "data": "text",
    "created_at": "bigint",
}
EVENT_TABLE = {"sqlite": "events", "postgres": "event_outbox"}
EVENTS = {dialect: Table(name, EVENT_COLUMNS) for dialect, name in EVENT_TABLE.items()}
RUNS = Table("runs", RUN_COLUMNS)
JOBS = Table("jobs", JOB_COLUMNS)

SWAP_STATE = """
UPDATE run_states SET version = version + 1, state = $4
WHERE project_id = $1 AND run_id = $2 AND version = $3"""
CHECK_VERSION = {
    "sqlite": "SELECT 1 FROM run_states WHERE project_id = $1 AND run_id = $2 AND version = $3",
    "postgres": "SELECT 1 FROM run_states WHERE project_id = $1 AND run_id = $2 AND version = $3 FOR SHARE",
}
CHANGE_RUN = """
UPDATE runs SET status = $3, attempt = $4, error_message = $5, result = $6,
    started_at = coalesce(started_at, $7), completed_at = $8, cancel_requested = $9,
    has_interactions = $10, updated_at = $11
WHERE project_id = $1 AND id = $2"""
FINISH_JOB = """
UPDATE jobs SET status = $5, last_error = $6, result = $7, completion_hash = $8,
    expires_at = NULL, updated_at = $9
WHERE project_id = $1 AND id = $2 AND status = 'claimed' AND claimed_by = $3 AND attempt = $4::bigint"""
RETURN_JOB = """
UPDATE jobs SET status = 'pending', attempt = attempt + 1, lost_leases = lost_leases + $5, last_error = $6,
    scheduled_at = $7, claimed_by = NULL, claimed_at = NULL, heartbeat_at = NULL, expires_at = NULL,
    deadline_at = NULL, agent_id = NULL, agent_session_id = NULL, updated_at = $7
WHERE project_id = $1 AND id = $2 AND status = 'claimed' AND claimed_by = $3 AND attempt = $4::bigint"""
COUNT_DOWN = """
UPDATE jobs SET remaining = remaining - 1, updated_at = $3
WHERE project_id = $1 AND id = $2 AND status = 'pending' AND remaining > 1"""
COUNT_DOWN_BY = """
UPDATE jobs SET remaining = remaining - $3, updated_at = $4
WHERE project_id = $1 AND id = $2 AND status = 'pending' AND remaining > $3"""
CLOSE_GROUP = """
UPDATE jobs SET remaining = 0, status = $3, last_error = $4, updated_at = $5
WHERE project_id = $1 AND id = $2 AND status = 'pending' AND remaining <= $6"""
DROP_JOBS = """
UPDATE jobs SET status = 'failed', last_error = $3, updated_at = $4
WHERE project_id = $1 AND id @in($2) AND status = 'pending'"""
TELL_TO_CANCEL = """
UPDATE jobs SET should_cancel = 1 WHERE project_id = $1 AND id @in($2) AND status = 'claimed'"""
CLEAR_TIMERS = "DELETE FROM timers WHERE project_id = $1 AND run_id = $2 AND entry @in($3)"
CLEAR_ALL_TIMERS = "DELETE FROM timers WHERE project_id = $1 AND run_id = $2"
CONSUME_SIGNALS = """
UPDATE signals SET consumed_at = $4
WHERE project_id = $1 AND run_id = $2 AND id @in($3) AND consumed_at IS NULL"""
INSERT_STATE = "INSERT INTO run_states (project_id, run_id, version, state) VALUES ($1, $2, 1, $3)"
INSERT_SPEC = """
INSERT INTO specs (project_id, hash, spec, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (project_id, hash) DO NOTHING"""
INSERT_LARGE = {
    "sqlite": """
INSERT INTO large_values (project_id, run_id, hash, value) VALUES ($1, $2, $3, $4)
ON CONFLICT (project_id, hash) DO NOTHING""",
    "postgres": """
INSERT INTO large_values (project_id, run_id, hash, value)
SELECT $1, $2, hash, value FROM unnest($3::text[], $4::text[]) AS stored(hash, value)
ON CONFLICT (project_id, hash) DO NOTHING""",
}
REMEMBER_START = """
INSERT INTO run_starts (project_id, external_id, request_hash, run_id, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (project_id, external_id, request_hash) DO UPDATE
SET run_id = excluded.run_id, created_at = excluded.created_at WHERE run_starts.created_at <= $6"""


@dataclass(slots=True)
class FinishedJob:
    """The end of one attempt: guarded by its fence (`claimed_by`, `attempt`)."""

    id: str
    claimed_by: str
    attempt: int
    status: Literal["completed", "failed"]
    last_error: str | None
    result: str | None
    completion_hash: str | None


@dataclass(slots=True)
class ReturnedJob:
    """A claimed job that goes back to `pending` with the next attempt, without using a retry."""

    id: str
    claimed_by: str
    attempt: int
    lease_lost: bool
    last_error: str | None


@dataclass(slots=True)
class ClosedGroup:
    """The end of a fan-out, guarded by the number of items that may be open at most."""

    id: str
    status: Literal["completed", "failed"]
    last_error: str | None
    remaining: int


@dataclass(slots=True)
class NewRun:
    """A run that starts: its row, its specification unless that is stored, and its external id's hash."""

    row: Mapping[str, Any]
    spec: str | None
    request_hash: str | None
    forget_before: int


@dataclass(slots=True)
class AlikeRows:
    """Many rows that differ in few columns: `own` holds these for each row, `common` the others."""

    common: Values
    own: list[Values]


@dataclass(slots=True)
class Transition:
    """All rows that one transition of a run writes. Times are microseconds.

    `version` is the version of the state that the decision was taken on; `state` is the new one as JSON, or
    None when the decision leaves it as it is and only needs it unchanged (`version` None: not even that).
    """

    project_id: str
    run_id: str
    now: int
    version: int | None = None
    state: str | None = None
    new_run: NewRun | None = None
    run_changes: Mapping[str, Any] | None = None
    finished: FinishedJob | None = None
    returned: ReturnedJob | None = None
    counted_down: str | None = None
    closed_groups: list[ClosedGroup] = field(default_factory=list)
    shrunk_groups: dict[str, int] = field(default_factory=dict)
    dropped_jobs: list[str] = field(default_factory=list)
    drop_reason: str = ""
    cancelled_jobs: list[str] = field(default_factory=list)
    new_jobs: list[Values] = field(default_factory=list)
    new_items: list[AlikeRows] = field(default_factory=list)
    cleared_timers: list[int] = field(default_factory=list)
    clear_all_timers: bool = False
    new_timers: list[Values] = field(default_factory=list)
    new_signals: list[Values] = field(default_factory=list)
    consumed_signals: list[str] = field(default_factory=list)
    large_values: dict[str, str] = field(default_factory=dict)
    """Texts of large values by their hashes, unless they are surely stored."""
    action_log: list[Values] = field(default_factory=list)
    events: list[Values] = field(default_factory=list)
    of_domains: list[Write] = field(default_factory=list)
    """What domains write with it, in their own tables."""


async def commit(database: Database, transition: Transition, wake: list[str]) -> None:
    """Write `transition`; raise GuardMissed when the run or a job has moved since it was read."""
    build = partial(_parts, transition, database.dialect)
    parts = await asyncio.to_thread(build) if transition.new_items else build()
    if database.dialect == "postgres":
        parts = [_one_statement(parts)]
    await database.write(*parts, wake=wake)


def _parts(t: Transition, dialect: Dialect) -> list[Write]:
    """Return the writes in the global order of rows: run, jobs, timers, rest."""
    return [
        *_run_parts(t, dialect),
        *_job_parts(t, dialect),
        *_waiting_parts(t, dialect),
        *_large_parts(t, dialect),
        *_log_parts(t, dialect),
    ]


def _run_parts(t: Transition, dialect: Dialect) -> list[Write]:
    parts: list[Write] = []
    here = (t.project_id, t.run_id)
    if new := t.new_run:
        if new.request_hash is not None:
            remember = (
                t.project_id,
                new.row["external_id"],
                new.request_hash,
                t.run_id,
                t.now,
                new.forget_before,
            )
            parts.append(Write(REMEMBER_START, remember, rows=1))
        if new.spec is not None:
            parts.append(Write(INSERT_SPEC, (t.project_id, new.row["spec_hash"], new.spec, t.now)))
        parts.append(Write(INSERT_STATE, (*here, t.state)))
        parts += RUNS.insert([new.row], dialect)
    elif t.version is not None:
        if t.state is None:
            parts.append(Write(CHECK_VERSION[dialect], (*here, t.version), rows=1))
        else:
            parts.append(Write(SWAP_STATE, (*here, t.version, t.state), rows=1))
    if run := t.run_changes:
        changed = (
            "status",
            "attempt",
            "error_message",
            "result",
            "started_at",
            "completed_at",
            "cancel_requested",
            "has_interactions",
        )
        parts.append(Write(CHANGE_RUN, (*here, *(run[name] for name in changed), t.now)))
    return parts


def _job_parts(t: Transition, dialect: Dialect) -> list[Write]:
    parts: list[Write] = []
    for group in t.closed_groups:
        closed = (t.project_id, group.id, group.status, group.last_error, t.now, group.remaining)
        parts.append(Write(CLOSE_GROUP, closed, rows=1))
    for group_id, items in t.shrunk_groups.items():
        parts.append(Write(COUNT_DOWN_BY, (t.project_id, group_id, items, t.now), rows=1))
    if t.counted_down:
        parts.append(Write(COUNT_DOWN, (t.project_id, t.counted_down, t.now), rows=1))
    if job := t.finished:
        fence = (t.project_id, job.id, job.claimed_by, job.attempt)
        end = (job.status, job.last_error, job.result, job.completion_hash, t.now)
        parts.append(Write(FINISH_JOB, (*fence, *end), rows=1))
    if back := t.returned:
        fence = (t.project_id, back.id, back.claimed_by, back.attempt)
        parts.append(Write(RETURN_JOB, (*fence, int(back.lease_lost), back.last_error, t.now), rows=1))
    if t.dropped_jobs:
        dropped = (t.project_id, t.dropped_jobs, t.drop_reason, t.now)
        parts.append(Write(DROP_JOBS, dropped, rows=len(t.dropped_jobs)))
    if t.cancelled_jobs:
        parts.append(Write(TELL_TO_CANCEL, (t.project_id, t.cancelled_jobs)))
    parts += JOBS.insert(t.new_jobs, dialect)
    for alike in t.new_items:
        parts += JOBS.insert(alike.own, dialect, alike.common)
    return parts


def _waiting_parts(t: Transition, dialect: Dialect) -> list[Write]:
    parts: list[Write] = []
    if t.clear_all_timers:
        parts.append(Write(CLEAR_ALL_TIMERS, (t.project_id, t.run_id)))
    elif t.cleared_timers:
        parts.append(Write(CLEAR_TIMERS, (t.project_id, t.run_id, t.cleared_timers)))
    parts += TIMERS.insert(t.new_timers, dialect)
    parts += SIGNALS.insert(t.new_signals, dialect)
    if t.consumed_signals:
        consumed = (t.project_id, t.run_id, t.consumed_signals, t.now)
        parts.append(Write(CONSUME_SIGNALS, consumed, rows=len(t.consumed_signals)))
    return parts


def _large_parts(t: Transition, dialect: Dialect) -> list[Write]:
    """Two transitions may store the same; by now each has locked all else, so that none waits in a circle."""
    if not t.large_values:
        return []
    here = (t.project_id, t.run_id)
    values = sorted(t.large_values.items())
    if dialect == "postgres":
        hashes, texts = zip(*values, strict=True)
        return [Write(INSERT_LARGE[dialect], (*here, list(hashes), list(texts)))]
    return [Write(INSERT_LARGE[dialect], (*here, *value)) for value in values]


def _log_parts(t: Transition, dialect: Dialect) -> list[Write]:
    parts = ACTION_LOG.insert(t.action_log, dialect)
    return parts + t.of_domains + append_events(t.events, dialect)


def append_events(events: list[Values], dialect: Dialect) -> list[Write]:
    """Return the writes that append to the event log."""
    return EVENTS[dialect].insert(events, dialect)


def _one_statement(parts: list[Write]) -> Write:
    """Return the parts as one statement, which aborts as a whole when a part misses its number of rows."""
    text = _combined(tuple((part.sql, part.rows is not None) for part in parts))
    params: list[Any] = []
    for part in parts:
        if not callable(part.params):
            params += part.params
    return Write(text, (*params, *(part.rows for part in parts if part.rows is not None)))


@lru_cache(maxsize=1024)
def _combined(parts: tuple[tuple[str, bool], ...]) -> str:
    ctes: list[str] = []
    guarded: list[str] = []
    used = 0
    for number, (sql, is_guarded) in enumerate(parts):
        text = re.sub(r"\$(\d+)", lambda place, used=used: f"${int(place[1]) + used}", sql)  # type: ignore[misc]
        used += max(int(place) for place in re.findall(r"\$(\d+)", sql))
        if is_guarded:
            guarded.append(f"part_{number}")
            if not sql.startswith("SELECT"):
                text += "\nRETURNING 1"
        ctes.append(f"part_{number} AS ({text})")
    holds = " AND ".join(
        f"(SELECT count(*) FROM {name}) = ${used + place}::bigint"
        for place, name in enumerate(guarded, start=1)
    )
    together = ",\n".join(ctes)
    return f"WITH {together}\nSELECT mobius_guard({holds or 'true'})"
