"""What can happen to a run.

A fact about a step names the entry it belongs to; when that entry is no longer current, it changes nothing.
"""

from typing import Any, TypeAlias

import msgspec


class Started(msgspec.Struct, frozen=True):
    """The run begins."""


class StepCompleted(msgspec.Struct, frozen=True):
    """The job of a step succeeded; for an `each` step, the jobs of all items (results in item order)."""

    entry: int
    result: Any


class StepFailed(msgspec.Struct, frozen=True):
    """The job of a step failed for good, after its retries.

    Or an interaction could not be opened, or a signal carries more than can be taken in.
    """

    entry: int
    error_type: str
    message: str
    details: dict[str, Any]
    """`action`, `attempt` and `job_id` of the job that failed."""


class SignalReceived(msgspec.Struct, frozen=True):
    """A signal arrived on the topic that the entry waits for."""

    entry: int
    payload: Any


class TimerFired(msgspec.Struct, frozen=True):
    """A sleep is over, or a signal or a response did not come in time."""

    entry: int


class InteractionCompleted(msgspec.Struct, frozen=True):
    """The interaction that the entry opened was answered."""

    entry: int
    response: dict[str, Any]


class Resumed(msgspec.Struct, frozen=True):
    """Somebody resumed the run: paused branches go on."""


class CancelRequested(msgspec.Struct, frozen=True):
    """Somebody cancels the run.

    `running` are the entries that have a claimed job: the run ends when the last of them ends.
    """

    running: frozenset[int]
    reason: str = ""


class RetryRequested(msgspec.Struct, frozen=True):
    """Somebody retries a failed run: its branches enter again the steps at which they stopped."""


Event: TypeAlias = (
    Started
    | StepCompleted
    | StepFailed
    | SignalReceived
    | TimerFired
    | InteractionCompleted
    | Resumed
    | CancelRequested
    | RetryRequested
)
