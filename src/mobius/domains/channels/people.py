"""Whom a channel may have as members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.api.errors import Invalid
from mobius.domains.agents.rules import agents_among, holds_agent
from mobius.domains.identity.rules import holds_member, members_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.api.call import ProjectCall
    from mobius.store import Write


async def checked_people(call: ProjectCall, wanted: Sequence[str], field: str = "member_ids") -> list[str]:
    """The ids of members of the org and of agents of the project, each once.

    An agent may be named by its name. Raises Invalid and says who is neither.
    """
    users = await members_among(call.store, call.project.org_id, wanted)
    others = [one for one in wanted if one not in users]
    agents = await agents_among(call.store, call.project.id, others) if others else {}
    if unknown := [one for one in others if one not in agents]:
        shown = ", ".join(repr(one[:80]) for one in unknown[:5])
        raise Invalid(f"{field}: {shown} is neither a member of the organization nor an agent of the project")
    return list(dict.fromkeys(agents.get(one, one) for one in wanted))


def holds_people(call: ProjectCall, ids: Sequence[str]) -> list[Write]:
    """Writes for the batch that makes them members of a channel: they fail unless all are still there."""
    return [
        holds_agent(call.project.id, one) if is_agent(one) else holds_member(call.project.org_id, one)
        for one in sorted(ids)
    ]


def is_agent(id: str) -> bool:
    """Whether an id of a member of a channel is that of an agent."""
    return id.startswith("agt_")
