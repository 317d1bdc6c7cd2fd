"""A run, and a job with its run, as read for one decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mobius.engine.spec import WorkflowSpec
from mobius.engine.state import RunContext, RunState
from mobius.execution import queries
from mobius.execution.room import Execution

_state_decoder = msgspec.json.Decoder(RunState)
_json_decoder = msgspec.json.Decoder()

ENDED = ("completed", "failed")


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """What a decision about a run is taken on.

    `row` holds the columns of `runs`; `state_size` is how many characters of JSON the state takes.
    """

    project_id: str
    id: str
    row: Mapping[str, Any]
    version: int
    spec: WorkflowSpec
    state: RunState
    state_size: int = 0

    @property
    def ended(self) -> bool:
        """True when the run is completed or failed."""
        return bool(self.row["status"] in ENDED)

    def context(self, max_entries: int) -> RunContext:
        """Return the facts of the run that never change, and how many steps it may execute."""
        return RunContext(
            id=self.row["id"],
            name=self.row["workflow_name"],
            metadata=_json_decoder.decode(self.row["metadata"]),
            external_id=self.row["external_id"],
            inputs=_json_decoder.decode(self.row["inputs"]),
            max_entries=max_entries,
        )


@dataclass(frozen=True, slots=True)
class LoadedJob:
    """A job and the run it belongs to."""

    row: Mapping[str, Any]
    run: LoadedRun

    @property
    def in_group(self) -> bool:
        """True for an item of a fan-out."""
        return bool(self.row["kind"] == "item")


async def load_run(room: Execution, project_id: str, run_id: str) -> LoadedRun:
    """Return the run for a decision; raise NotFound."""
    row = await queries.run_with_state(room.store, project_id, run_id)
    return await _loaded(room, row)


async def load_job(room: Execution, project_id: str, job_id: str) -> LoadedJob:
    """Return the job and its run for a decision; raise NotFound."""
    job, run = await queries.job_with_run(room.store, project_id, job_id)
    return LoadedJob(job, await _loaded(room, run))


async def _loaded(room: Execution, row: dict[str, Any]) -> LoadedRun:
    version, text = row.pop("version"), row.pop("state")
    spec = await room.specs.get(row["project_id"], row["spec_hash"])
    return LoadedRun(row["project_id"], row["id"], row, version, spec, _state_decoder.decode(text), len(text))
