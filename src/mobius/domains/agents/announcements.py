"""The events `agent.online` and `agent.offline`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mobius.execution.event_log import event

if TYPE_CHECKING:
    from mobius.domains.agents.shapes import Presence
    from mobius.store import Dialect, Row, Write

_TOLD = ("id", "name", "display_name", "kind", "service_account_id", "status")
"""What an event says of an agent: not what it is configured with, which is nobody's business outside."""


def announcement(dialect: Dialect, agent: Row, presence: Presence, now: int) -> list[Write]:
    """The writes of the event that an agent came online, or that it is offline or stale now."""
    kind = "agent.online" if presence == "online" else "agent.offline"
    told = {name: agent[name] for name in _TOLD if agent[name] is not None} | {"presence": presence}
    data = msgspec.json.encode(told).decode()
    return event(dialect, agent["project_id"], agent["id"], kind, data, now)
