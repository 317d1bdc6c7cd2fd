"""The SQL that a start and a round trip send to a database, recorded from the code that sends it.

The limits run these statements without the server around them, so that a figure can be read as a part of what
the database allows, and so that a change of the server's SQL changes its limit with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load import sequential_spec
from mobius.api.call import Caller, Standing
from mobius.api.settings import Settings
from mobius.clock import Clock, SystemClock, VirtualClock
from mobius.execution.claim import claim_job
from mobius.execution.compiled_specs import CompiledSpecs
from mobius.execution.complete import complete_job
from mobius.execution.room import DefinitionToRun, Execution
from mobius.execution.shapes import JobClaimRequest, JobCompleteRequest, StartRunRequest
from mobius.execution.start import start_run
from mobius.execution.waiting import JobWaiters
from mobius.store import Database, NotFound, Rows, Write, open_database

PROJECT = "prj_limit"
QUEUE = "limit"
RUNS = 128
STARTED_STEPS = 5
RESULT = "eyJvayI6IHRydWV9"  # {"ok": true}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the database got it, with its parameters."""

    sql: str
    params: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a start, and a claim with the completion that follows it, sent; with their ids."""

    start: list[Statement]
    start_ids: dict[str, str]
    claim: list[Statement]
    complete: list[Statement]
    trip_ids: dict[str, str]


class _Recorder:
    """A database that remembers what passes through it."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self.dialect = store.dialect
        self.wakeups = store.wakeups
        self.written: list[Statement] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write(self, *writes: Write, wake: Iterable[str] = ()) -> Rows:
        rows = await self._store.write(*writes, wake=wake)
        for number, write in enumerate(writes):
            params = write.params(rows[:number]) if callable(write.params) else write.params
            self.written.append(Statement(write.sql, params or ()))
        return rows

    def taken(self) -> list[Statement]:
        """Return what was written since the last call."""
        written, self.written = self.written, []
        return written


async def record(url: str | None, data_dir: Path) -> Recorded:
    """Return the statements in their steady state, and leave `RUNS` runs whose first job can be claimed."""
    clock = VirtualClock(SystemClock().now())  # stands still: jobs are claimed in the order of their ids
    store = await open_database(url, data_dir, clock)
    try:
        return await _record(_room(_Recorder(store), clock, data_dir))
    finally:
        await store.close()


async def _record(room: Execution) -> Recorded:
    recorder: Any = room.store
    await _start(room, STARTED_STEPS, "other")
    recorder.taken()
    started = await _start(room, STARTED_STEPS, "other")
    start = recorder.taken()
    run_id = await _start(room, 200, "sample")
    await _round_trip(room, "sample")
    recorder.taken()
    claimed = await claim_job(room, PROJECT, _claim("sample"), None)
    assert claimed is not None
    claim = recorder.taken()
    await complete_job(room, PROJECT, claimed.job_id, _completion(claimed.attempt))
    complete = recorder.taken()
    for _ in range(RUNS):
        await _start(room, 200, QUEUE)
    return Recorded(
        start,
        {"run": started, "job": _new_id(start, "job", set())},
        claim,
        complete,
        {
            "run": run_id,
            "job": claimed.job_id,
            "next": _new_id(complete, "job", {claimed.job_id}),
            "log": _new_id(complete, "alog", set()),
            "queue": "sample",
        },
    )


def _room(store: Any, clock: Clock, data_dir: Path) -> Execution:
    return Execution(
        store=store,
        clock=clock,
        specs=CompiledSpecs(store),
        waiters=JobWaiters(store.wakeups),
        find_definition=_no_definition,
        worker_seen=lambda *_: None,
        settings=Settings(data_dir=data_dir),
    )


async def _no_definition(_store: Database, _project_id: str, _name: str) -> DefinitionToRun:
    raise NotFound("workflow")


async def _start(room: Execution, steps: int, queue: str) -> str:
    caller = Caller("org", "user", "usr", "key", "api_key", "limit", None, None, Standing())
    request = StartRunRequest(spec=sequential_spec(steps), queue=queue)
    return str((await start_run(room, caller, PROJECT, request))["id"])


async def _round_trip(room: Execution, queue: str) -> None:
    claimed = await claim_job(room, PROJECT, _claim(queue), None)
    assert claimed is not None
    await complete_job(room, PROJECT, claimed.job_id, _completion(claimed.attempt))


def _claim(queue: str) -> JobClaimRequest:
    return JobClaimRequest(worker_id="limit", queues=[queue])


def _completion(attempt: int) -> JobCompleteRequest:
    return JobCompleteRequest(worker_id="limit", attempt=attempt, status="completed", result_b64=RESULT)


def _new_id(statements: list[Statement], prefix: str, known: set[str]) -> str:
    """Return the one id of a kind that these statements bring into the world."""
    said = " ".join(str(param) for statement in statements for param in statement.params)
    found: list[str] = re.findall(rf"\b{prefix}_[0-9a-z]{{26}}\b", said)
    [new] = set(found) - known
    return new
