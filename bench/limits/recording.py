"""The SQL that a start and a round trip send to a database, recorded from the code that sends it.

So a figure can be read as a part of what the database allows, and a change of the server's SQL changes its
limit with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.load import QUEUE, RESULT, ROUND_TRIP_STEPS, START_STEPS, sequential_spec
from mobius.api.call import Caller, Standing
from mobius.api.settings import Settings
from mobius.clock import Clock, SystemClock, VirtualClock
from mobius.daemons.sequencer import sequence_events
from mobius.domains.interactions.of_runs import InteractionsOfRuns
from mobius.execution.claim import claim_job
from mobius.execution.claimant import ANYBODY, Claimant
from mobius.execution.compiled_specs import CompiledSpecs
from mobius.execution.complete import complete_job
from mobius.execution.room import DefinitionToRun, Execution
from mobius.execution.shapes import JobClaimRequest, JobCompleteRequest, StartRunRequest
from mobius.execution.start import start_run
from mobius.execution.waiting import JobWaiters
from mobius.store import Database, NotFound, Row, Rows, Write, new_id, open_database

RUNS = 128
WORKER = "worker-10"
# Those of the connection decide about speed and durability; the limit sets them as the server does.
PRAGMAS = ("journal_mode", "synchronous", "cache_size", "wal_autocheckpoint", "mmap_size", "temp_store")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the database got it, with its parameters."""

    sql: str
    params: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """A read, or what is written as one transaction."""

    statements: tuple[Statement, ...]
    writes: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a start, a claim, the completion after it, and the sequencer sent, with the ids in it.

    The ids of a round trip are its `run`, its `job`, the `next` job and the `log` entry.
    """

    project_id: str
    start: list[Batch]
    start_ids: dict[str, str]
    claim: list[Batch]
    complete: list[Batch]
    trip_ids: dict[str, str]
    sequence: list[Batch]
    pragmas: dict[str, Any]


class _Recorder:
    """A database that remembers what passes through it."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self.dialect = store.dialect
        self.wakeups = store.wakeups
        self._sent: list[Batch] = []

    async def one(self, what: str, sql: str, *params: Any) -> Row:
        self._read(sql, params)
        return await self._store.one(what, sql, *params)

    async def first(self, sql: str, *params: Any) -> Row | None:
        self._read(sql, params)
        return await self._store.first(sql, *params)

    async def all(self, sql: str, *params: Any) -> list[Row]:
        self._read(sql, params)
        return await self._store.all(sql, *params)

    async def write(self, *writes: Write, wake: Iterable[str] = ()) -> Rows:
        rows = await self._store.write(*writes, wake=wake)
        statements = []
        for number, write in enumerate(writes):
            params = write.params(rows[:number]) if callable(write.params) else write.params
            if params is not None:
                statements.append(Statement(write.sql, params))
        self._sent.append(Batch(tuple(statements), writes=True))
        return rows

    def _read(self, sql: str, params: tuple[Any, ...]) -> None:
        self._sent.append(Batch((Statement(sql, params),), writes=False))

    def taken(self) -> list[Batch]:
        """Return what was sent since the last call."""
        sent, self._sent = self._sent, []
        return sent


async def record(url: str | None, data_dir: Path) -> Recorded:
    """Return the statements in their steady state, and leave `RUNS` runs whose first job can be claimed."""
    clock = VirtualClock(SystemClock().now())  # stands still: jobs are claimed in the order of their ids
    store = await open_database(url, data_dir, clock)
    try:
        return await _record(store, clock, data_dir)
    finally:
        await store.close()


async def _record(store: Database, clock: Clock, data_dir: Path) -> Recorded:
    recorder: Any = _Recorder(store)
    room = _room(recorder, clock, data_dir)
    project_id = new_id("prj")
    await _start(room, project_id, START_STEPS, "other")
    recorder.taken()
    started = await _start(room, project_id, START_STEPS, "other")
    start = recorder.taken()
    run_id = await _start(room, project_id, ROUND_TRIP_STEPS, QUEUE)
    await _complete(room, project_id, await _claim(room, project_id))  # it makes the run `running`
    recorder.taken()
    job_id = await _claim(room, project_id)
    claim = recorder.taken()
    await _complete(room, project_id, job_id)
    complete = recorder.taken()
    for _ in range(RUNS):
        await _start(room, project_id, ROUND_TRIP_STEPS, QUEUE)
    recorder.taken()
    if store.dialect == "postgres":
        await sequence_events(recorder)
    return Recorded(
        project_id,
        start,
        {"run": started, "job": _new_id(start, "job", set())},
        claim,
        complete,
        {
            "run": run_id,
            "job": job_id,
            "next": _new_id(complete, "job", {job_id}),
            "log": _new_id(complete, "alog", set()),
        },
        recorder.taken(),
        await _pragmas(store),
    )


async def _pragmas(store: Database) -> dict[str, Any]:
    if store.dialect == "postgres":
        return {}
    rows = {name: await store.first(f"PRAGMA {name}") for name in PRAGMAS}
    return {name: next(iter(tuple(row))) for name, row in rows.items() if row is not None}


def _room(store: Any, clock: Clock, data_dir: Path) -> Execution:
    return Execution(
        store=store,
        clock=clock,
        specs=CompiledSpecs(store),
        waiters=JobWaiters(store.wakeups),
        find_definition=_no_definition,
        find_claimant=_anybody,
        worker_seen=lambda *_: None,
        interactions=InteractionsOfRuns(store),
        settings=Settings(data_dir=data_dir),
    )


async def _no_definition(_store: Database, _project_id: str, _name: str) -> DefinitionToRun:
    raise NotFound("workflow")


async def _anybody(
    _caller: Caller, _project_id: str, _agent_id: str | None, _session_id: str | None
) -> Claimant:
    return ANYBODY


def _caller() -> Caller:
    return Caller(
        new_id("org"), "user", new_id("usr"), new_id("key"), "api_key", "limit", None, None, Standing()
    )


async def _start(room: Execution, project_id: str, steps: int, queue: str) -> str:
    request = StartRunRequest(spec=msgspec.Raw(msgspec.json.encode(sequential_spec(steps))), queue=queue)
    return str((await start_run(room, _caller(), project_id, request)).id)


async def _claim(room: Execution, project_id: str) -> str:
    request = JobClaimRequest(worker_id=WORKER, queues=[QUEUE])
    claimed = await claim_job(room, _caller(), project_id, request, None)
    assert claimed is not None
    return claimed.job_id


async def _complete(room: Execution, project_id: str, job_id: str) -> None:
    request = JobCompleteRequest(worker_id=WORKER, attempt=1, status="completed", result_b64=RESULT)
    await complete_job(room, project_id, job_id, request)


def _new_id(batches: list[Batch], prefix: str, known: set[str]) -> str:
    """Return the one id of a kind that these statements bring into the world."""
    said = " ".join(
        str(param) for batch in batches for statement in batch.statements for param in statement.params
    )
    found: list[str] = re.findall(rf"\b{prefix}_[0-9a-z]{{26}}\b", said)
    [new] = set(found) - known
    return new
