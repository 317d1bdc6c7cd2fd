"""A run, and a job with its run, as read for one decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mobius.engine.spec import WorkflowSpec
from mobius.engine.state import RunContext, RunState
from mobius.execution.large_values import Known

ENDED = ("completed", "failed")


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """What a decision about a run is taken on.

    `row` holds the columns of `runs`; `state_size` is how many characters of JSON the state takes.
    `large` are the large values that the state, the inputs or the metadata hold.
    """

    project_id: str
    id: str
    row: Mapping[str, Any]
    version: int
    spec: WorkflowSpec
    state: RunState
    inputs: dict[str, Any]
    metadata: dict[str, str]
    state_size: int = 0
    large: Known = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """True when the run is completed or failed."""
        return bool(self.row["status"] in ENDED)

    def context(self, max_entries: int) -> RunContext:
        """Return the facts of the run that never change, and how many steps it may execute."""
        return RunContext(
            id=self.row["id"],
            name=self.row["workflow_name"],
            metadata=self.metadata,
            external_id=self.row["external_id"],
            inputs=self.inputs,
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
