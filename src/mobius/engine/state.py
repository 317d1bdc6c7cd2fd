"""The state of a run: all that decides what it does next, and nothing else.

Everything is frozen and values inside variables are never changed in place, so that branches can share them.
`msgspec.json` turns a state into JSON and back without loss.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

Variables: TypeAlias = Mapping[str, Any]

MAX_ENTRIES = 10_000


class RunContext(msgspec.Struct, frozen=True):
    """The facts of a run that never change."""

    id: str
    name: str
    metadata: dict[str, str]
    external_id: str | None
    inputs: dict[str, Any]
    max_entries: int = MAX_ENTRIES
    """How many steps the run may execute before it fails with `step_limit`."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The branch stands before its step: it has not been entered, or the run failed in it."""


class Held(msgspec.Struct, frozen=True, tag="held"):
    """The step is complete, but its edges were not followed because the run was stopping."""


class Job(msgspec.Struct, frozen=True, tag="job"):
    """The branch waits for a job."""


class FanOut(msgspec.Struct, frozen=True, tag="fan_out"):
    """The branch waits for the jobs of all items of an `each` step."""


class Signal(msgspec.Struct, frozen=True, tag="signal"):
    """The branch waits for a signal on `topic` or for the timeout."""

    topic: str


class Sleep(msgspec.Struct, frozen=True, tag="sleep"):
    """The branch waits for a timer."""


class Pause(msgspec.Struct, frozen=True, tag="pause"):
    """The branch waits until the run is resumed."""


class Interaction(msgspec.Struct, frozen=True, tag="interaction"):
    """The branch waits for a person's response or for the timeout."""


class Join(msgspec.Struct, frozen=True, tag="join"):
    """The branch waits for other branches to complete."""


Waiting: TypeAlias = Ready | Held | Job | FanOut | Signal | Sleep | Pause | Interaction | Join


class BranchState(msgspec.Struct, frozen=True):
    """A branch that has not completed."""

    name: str
    step: str
    entry: int
    """The number of the execution of `step`, unique in the run; 0 before the first one."""
    waiting: Waiting
    variables: dict[str, Any]


class RunError(msgspec.Struct, frozen=True):
    """Why a run failed; `step` is empty when no step is to blame."""

    step: str
    type: str
    message: str


class RunState(msgspec.Struct, frozen=True):
    """Where a run stands.

    A failed run keeps its branches where they stopped, so that a retry can go on from there.
    """

    status: Literal["active", "suspended", "completed", "failed"]
    attempt: int
    branches: dict[str, BranchState]
    entries: int = 0
    """How many step executions the run has begun."""
    forks: int = 0
    """The last number given to a branch that the workflow does not name."""
    completed: int = 0
    """How many branches have completed."""
    kept: dict[str, dict[str, Any]] = {}
    """Variables of completed branches that a join or an output of the workflow may read."""
    used: tuple[str, ...] = ()
    """The names from the workflow's edges that branches have had."""
    cancelling: bool = False
    cancel_reason: str = ""
    running: tuple[int, ...] = ()
    """While cancelling: the entries whose claimed job has not ended."""
    result: Any = None
    error: RunError | None = None
