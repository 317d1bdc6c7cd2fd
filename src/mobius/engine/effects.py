"""What must be done about an event, as data; to be written together with the new state."""

from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

ActionKind: TypeAlias = Literal["worker", "server"]


class CreateJob(msgspec.Struct, frozen=True):
    """Create the job of an executable step."""

    entry: int
    branch: str
    step: str
    action: str
    action_kind: ActionKind
    parameters: dict[str, Any]
    max_attempts: int
    timeout_seconds: float | None


class CreateFanOut(msgspec.Struct, frozen=True):
    """Create one job per item of an `each` step; `items` holds the parameters of each, in item order."""

    entry: int
    branch: str
    step: str
    action: str
    action_kind: ActionKind
    items: tuple[dict[str, Any], ...]
    max_attempts: int
    timeout_seconds: float | None


class SetTimer(msgspec.Struct, frozen=True):
    """Report TimerFired for the entry at `due`."""

    entry: int
    due: datetime


class ClearTimer(msgspec.Struct, frozen=True):
    """Forget the timer of the entry."""

    entry: int


class AwaitSignal(msgspec.Struct, frozen=True):
    """Take the oldest stored signal of the topic, if any, and report it within the same transaction."""

    entry: int
    topic: str


class OpenInteraction(msgspec.Struct, frozen=True):
    """Ask a person or a group.

    The engine sets a timer for the timeout as well; when it fires, the interaction has expired.
    """

    entry: int
    branch: str
    step: str
    type: Literal["approval", "review", "input"]
    message: str
    context: dict[str, Any] | None
    spec: dict[str, Any] | None
    target_type: Literal["user", "group"]
    target_id: str
    require_all: bool
    timeout_seconds: float


class StopWork(msgspec.Struct, frozen=True):
    """The run failed or is being cancelled.

    Pending jobs are dropped, claimed ones are told to cancel, timers and interactions end.
    """


Effect: TypeAlias = (
    CreateJob | CreateFanOut | SetTimer | ClearTimer | AwaitSignal | OpenInteraction | StopWork
)
