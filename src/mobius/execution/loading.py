"""Reads a run, or a job with its run, for one decision."""

from __future__ import annotations

from typing import Any

import msgspec

from mobius.engine.state import RunState
from mobius.execution import queries
from mobius.execution.large_values import Restoring, full_size
from mobius.execution.loaded import LoadedJob, LoadedRun
from mobius.execution.reading import stored_values
from mobius.execution.room import Execution

_decode_state = msgspec.json.Decoder(RunState).decode
_decode = msgspec.json.Decoder().decode


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
    project_id, inputs, metadata = row["project_id"], row["inputs"], row["metadata"]
    spec = await room.specs.get(project_id, row["spec_hash"])
    stored = await stored_values(room.store, project_id, (text, inputs, metadata))
    if not stored:
        state, given, labels = _decode_state(text), _decode(inputs), _decode(metadata)
        return LoadedRun(project_id, row["id"], row, version, spec, state, given, labels, len(text))
    restoring = Restoring(stored)
    state, given, labels = restoring.state(text), restoring.value(inputs), restoring.value(metadata)
    return LoadedRun(
        project_id,
        row["id"],
        row,
        version,
        spec,
        state,
        given,
        labels,
        full_size(text),
        restoring.known,
    )
