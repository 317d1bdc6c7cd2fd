"""What the event log is told of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobius.execution.event_log import event
from mobius.execution.records import encode

if TYPE_CHECKING:
    from mobius.api.call import ProjectCall
    from mobius.store import Write


def told(call: ProjectCall, channel_id: str, kind: str, shape: Any, now: int) -> list[Write]:
    """The writes of an event about a channel; `shape` is what the API shows, `now` in microseconds."""
    return event(call.store.dialect, call.project.id, channel_id, kind, encode(shape), now)
