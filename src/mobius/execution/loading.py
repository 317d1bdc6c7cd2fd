"""Reads a run, or a job with its run, for one decision."""

from __future__ import annotations

from typing import Any

import msgspec

from mobius.engine.state import RunState
from mobius.execution import queries
from mobius.execution.loaded import LoadedJob, LoadedRun
from mobius.execution.room import Execution

_state_decoder = msgspec.json.Decoder(RunState)


async def load_run(room: Execution, project_id: str, run_id: str) -> LoadedRun:
    """Return the run for a decision; raise NotFound."""
    row = await queries.run_with_state(room.store, project_id, run_id)
    return await loaded_run(room, row)


async def load_job(room: Execution, project_id: str, job_id: str) -> LoadedJob:
    """Return the job and its run for a decision; raise NotFound."""
    job, run = await queries.job_with_run(room.store, project_id, job_id)
    return LoadedJob(job, await loaded_run(room, run))


async def loaded_run(room: Execution, row: dict[str, Any]) -> LoadedRun:
    """Return the run of a row of `queries.run_with_state`, of which it takes the state."""
    version, text = row.pop("version"), row.pop("state")
    spec = await room.specs.get(row["project_id"], row["spec_hash"])
    return LoadedRun(row["project_id"], row["id"], row, version, spec, _state_decoder.decode(text), len(text))
