"""Who takes part in a channel, who sees it, who manages it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobius.api.errors import Forbidden, Invalid
from mobius.domains.agents.rules import acting_agent, agents_of_account
from mobius.domains.channels import queries
from mobius.store import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.api.call import Caller, ProjectCall
    from mobius.domains.channels.shapes import SenderType
    from mobius.store import Row

MANAGE = "mobius.project.update"
"""Who may change the project manages its public channels, and private ones that nobody belongs to."""


class AgentRequired(Forbidden):
    """A service account takes part as an agent, and it is not clear as which."""

    def __init__(self, agents: int) -> None:
        super().__init__(
            "agent_required",
            f"users and agents take part in channels, and this service account has {agents or 'no'} agents; "
            "name the agent (`sender_agent_id`), or use the key of an account with one agent, or of a user",
        )


class NotAMember(Forbidden):
    """Only members may do this."""

    def __init__(self, channel: Row) -> None:
        super().__init__(
            "not_a_member", f"only members of the channel {channel['name']!r} may do this; join it first"
        )


class NotChannelAdmin(Forbidden):
    """Only admins of the channel may do this."""

    def __init__(self, channel: Row) -> None:
        super().__init__(
            "not_channel_admin",
            f"only admins of the channel {channel['name']!r} may do this, and for a public channel whoever "
            f"holds {MANAGE!r}",
        )


@dataclass(frozen=True, slots=True)
class Participant:
    """A user or an agent who does something in a channel."""

    type: SenderType
    id: str
    session_id: str | None = None


async def seats_of(call: ProjectCall) -> list[str]:
    """The ids under which the caller can be a member: the user's own, or those of the account's agents."""
    caller = call.caller
    if caller.user_id is not None:
        return [caller.user_id]
    return await agents_of_account(call.store, call.project.id, caller.actor_id)


async def participant(
    call: ProjectCall, agent_id: str | None = None, session_id: str | None = None
) -> Participant:
    """As whom the caller takes part: as the agent that it names, as the user, or as the account's only agent.

    Raises Invalid, AgentRequired, or what `acting_agent` raises.
    """
    if agent_id is not None:
        agent = await acting_agent(call.store, call.caller, call.project.id, agent_id, session_id)
        return Participant("agent", agent["id"], session_id)
    if session_id is not None:
        raise Invalid("sender_session_id: give the agent of the session as well, as `sender_agent_id`")
    seats = await seats_of(call)
    if len(seats) != 1:
        raise AgentRequired(len(seats))
    return Participant("member" if call.caller.user_id else "agent", seats[0])


async def may_edit(call: ProjectCall, message: Row) -> bool:
    """Whether the caller sent a message, or may act as the agent who did."""
    if message["sender_type"] == "member":
        return bool(message["sender_id"] == call.caller.user_id)
    try:
        await acting_agent(call.store, call.caller, call.project.id, message["sender_id"])
    except (Forbidden, NotFound):
        return False
    return True


async def seen_channel(call: ProjectCall, id_or_name: str, seats: Sequence[str] | None = None) -> Row:
    """The channel that a path names, with the `seat` and the `role` of the caller, null for who is no member.

    Raises NotFound when there is none, or none that the caller may see.
    """
    if seats is None:
        seats = await seats_of(call)
    row = await queries.channel(call.store, call.project.id, id_or_name, seats)
    if row is None or not _sees(call.caller, row):
        raise NotFound("channel")
    return row


async def managed_channel(call: ProjectCall, id_or_name: str) -> Row:
    """The channel that a path names; raises NotFound, or NotChannelAdmin unless the caller manages it."""
    row = await seen_channel(call, id_or_name)
    if not manages(call.caller, row):
        raise NotChannelAdmin(row)
    return row


def manages(caller: Caller, channel: Row) -> bool:
    """Whether the caller may change a channel that it sees, and its members."""
    return channel["role"] == "admin" or (_is_forsaken_or_public(channel) and caller.allows(MANAGE))


def _sees(caller: Caller, channel: Row) -> bool:
    return channel["seat"] is not None or not channel["private"] or manages(caller, channel)


def _is_forsaken_or_public(channel: Row) -> bool:
    return not channel["private"] or channel["members"] == 0
