"""A room without a server around it, for what has to happen at one certain moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from msgspec import Raw
from msgspec.json import encode

from mobius.api.call import Caller, Standing
from mobius.api.settings import Settings
from mobius.clock import Clock, SystemClock
from mobius.domains.interactions.of_runs import InteractionsOfRuns
from mobius.execution.claim import claim_job
from mobius.execution.claimant import ANYBODY, Claimant
from mobius.execution.compiled_specs import CompiledSpecs
from mobius.execution.room import DefinitionToRun, Execution
from mobius.execution.shapes import JobClaim, JobClaimRequest, StartRunRequest, WorkflowRun
from mobius.execution.start import start_run
from mobius.execution.waiting import JobWaiters
from mobius.store import Database, NotFound, new_id, open_database

CALLER = Caller("org", "user", "usr", "key", "api_key", "test", None, None, Standing())


async def _no_definition(_store: Database, _project_id: str, _name: str) -> DefinitionToRun:
    raise NotFound("workflow")


async def anybody(
    _caller: Caller, _project_id: str, _agent_id: str | None, _session_id: str | None
) -> Claimant:
    """Say of every claim that it is for nobody in particular: there are no agents."""
    return ANYBODY


class Room:
    """A project of the test's own, and the room that its commands run in."""

    def __init__(self, execution: Execution) -> None:
        self.execution = execution
        self.project = new_id("prj")

    async def start(self, spec: dict[str, Any], queue: str = "default") -> WorkflowRun:
        request = StartRunRequest(spec=Raw(encode(spec)), queue=queue)
        return await start_run(self.execution, CALLER, self.project, request)

    async def claim(self) -> JobClaim | None:
        return await claim_job(self.execution, CALLER, self.project, JobClaimRequest(worker_id="w"), None)

    async def jobs(self, run_id: str) -> list[str]:
        """Return the status of all jobs of a run, in the order of their creation."""
        rows = await self.execution.store.all(
            "SELECT status FROM jobs WHERE project_id = $1 AND run_id = $2 ORDER BY id", self.project, run_id
        )
        return [row["status"] for row in rows]

    async def status(self, run_id: str) -> str:
        [row] = await self.execution.store.all(
            "SELECT status FROM runs WHERE project_id = $1 AND id = $2", self.project, run_id
        )
        return str(row["status"])


def execution_on(store: Database, clock: Clock, settings: Settings) -> Execution:
    """Return a room that knows no saved workflows."""
    return Execution(
        store=store,
        clock=clock,
        specs=CompiledSpecs(store),
        waiters=JobWaiters(store.wakeups),
        find_definition=_no_definition,
        find_claimant=anybody,
        worker_seen=lambda *_: None,
        interactions=InteractionsOfRuns(store),
        settings=settings,
    )


@asynccontextmanager
async def open_room(database_url: str | None, data_dir: Path) -> AsyncIterator[Room]:
    """Open the database, with a room on it; closed in the end."""
    clock = SystemClock()
    store = await open_database(database_url, data_dir, clock)
    try:
        yield Room(execution_on(store, clock, Settings()))
    finally:
        await store.close()
