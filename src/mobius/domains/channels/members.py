"""Members of channels, and what each of them has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from mobius.api.errors import Conflict, Invalid
from mobius.clock import to_micros
from mobius.domains.channels import member_queries, message_queries, queries
from mobius.domains.channels.access import NotAMember, NotChannelAdmin, manages, seats_of, seen_channel
from mobius.domains.channels.people import checked_people, holds_people
from mobius.domains.channels.records import member_shape
from mobius.domains.channels.rules import members_hint
from mobius.domains.channels.told import told
from mobius.execution.drive import until_it_holds
from mobius.execution.event_log import EVENTS_HINT
from mobius.store import NotFound, UniqueViolation, new_id

if TYPE_CHECKING:
    from mobius.api.call import ProjectCall
    from mobius.domains.channels.shapes import AddChannelMemberRequest, UpdateChannelMembershipRequest
    from mobius.store import Row

MAX_MEMBERS = 1_000


class AlreadyMember(Conflict):
    """The user or agent belongs to the channel."""

    def __init__(self, user_id: str, channel: Row) -> None:
        super().__init__(
            "already_member", f"{user_id!r} is a member of the channel {channel['name']!r} already"
        )


class ChannelFull(Conflict):
    """The channel has as many members as it may have."""

    def __init__(self, channel: Row) -> None:
        super().__init__(
            "channel_full",
            f"the channel {channel['name']!r} has {MAX_MEMBERS:,} members; more are not allowed",
        )


class FixedMembers(Conflict):
    """The members of a direct message stay the same."""

    def __init__(self) -> None:
        super().__init__(
            "fixed_members", "a direct message keeps its members; create a channel, or another direct message"
        )


async def add_member(call: ProjectCall, id_or_name: str, request: AddChannelMemberRequest) -> Row:
    """Adds a member; anybody may join a public channel, all else is for those who manage the channel.

    Raises Invalid, NotFound, NotChannelAdmin, AlreadyMember, ChannelFull or FixedMembers.
    """

    async def attempt() -> Row:
        seats = await seats_of(call)
        channel = await seen_channel(call, id_or_name, seats)
        if channel["kind"] == "dm":
            raise FixedMembers
        [user_id] = await checked_people(call, [request.user_id], "user_id")
        joins = not channel["private"] and user_id in seats and request.role == "member"
        if not (joins or manages(call.caller, channel)):
            raise NotChannelAdmin(channel)
        if channel["members"] >= MAX_MEMBERS:
            raise ChannelFull(channel)
        return await _write_member(call, channel, user_id, request.role)

    added: Row = await until_it_holds(f"channel {id_or_name}", attempt)
    return added


async def remove_member(call: ProjectCall, id_or_name: str, user_id: str) -> None:
    """Removes a member; anybody may leave, all else is for those who manage the channel.

    When no admin is left, the user who joined first becomes one. Raises NotFound, NotChannelAdmin or
    FixedMembers.
    """

    async def attempt() -> None:
        seats = await seats_of(call)
        channel = await seen_channel(call, id_or_name, seats)
        if user_id not in seats and not manages(call.caller, channel):
            raise NotChannelAdmin(channel)
        here = call.project.id, channel["id"]
        member = await member_queries.member(call.store, *here, user_id)
        if channel["kind"] == "dm":
            raise FixedMembers
        now = to_micros(call.clock.now())
        await call.store.write(
            queries.count_member(*here, -1, MAX_MEMBERS),
            member_queries.delete_member(*here, user_id),
            member_queries.hand_on(*here),
            *told(call, channel["id"], "channel.member.removed", member_shape(member), now),
            wake=[EVENTS_HINT, members_hint(channel["id"])],
        )

    await until_it_holds(f"channel {id_or_name}", attempt)


async def own_membership(call: ProjectCall, id_or_name: str) -> tuple[Row, int]:
    """The caller's membership and how much of the channel it has not read; raises NotFound or NotAMember."""
    channel = await seen_channel(call, id_or_name)
    if channel["seat"] is None:
        raise NotAMember(channel)
    row = await member_queries.member(call.store, call.project.id, channel["id"], channel["seat"])
    return row, await _unread(call, row)


async def update_own_membership(
    call: ProjectCall, id_or_name: str, request: UpdateChannelMembershipRequest
) -> tuple[Row, int]:
    """Changes what the request names; a read mark that lies before the present one stays without effect.

    Raises Invalid, NotFound or NotAMember.
    """

    async def attempt() -> Row:
        channel = await seen_channel(call, id_or_name)
        if channel["seat"] is None:
            raise NotAMember(channel)
        read = request.last_read_message_id
        marks = member_queries.Marks(
            message_id=None if read is UNSET else read,
            number=None if read is UNSET else await _number_of(call, channel["id"], read),
            muted=None if request.muted is UNSET else int(request.muted),
            starred=None if request.starred is UNSET else int(request.starred),
        )
        [[row]] = await call.store.write(
            member_queries.update_marks(call.project.id, channel["id"], channel["seat"], marks)
        )
        return row

    row: Row = await until_it_holds(f"membership of channel {id_or_name}", attempt)
    return row, await _unread(call, row)


async def _write_member(call: ProjectCall, channel: Row, user_id: str, role: str) -> Row:
    here = call.project.id, channel["id"]
    now = to_micros(call.clock.now())
    new = member_queries.NewMember(*here, user_id, new_id("cmb"), call.project.org_id, role, now)
    shown = {**new._asdict(), "last_read_message_id": None, "muted": 0, "starred": 0}
    try:
        _, [row], *_ = await call.store.write(
            queries.count_member(*here, 1, MAX_MEMBERS),
            member_queries.insert_member(new),
            *holds_people(call, [user_id]),
            *told(call, channel["id"], "channel.member.added", member_shape(shown), now),
            wake=[EVENTS_HINT],
        )
    except UniqueViolation:
        raise AlreadyMember(user_id, channel) from None
    return row


async def _number_of(call: ProjectCall, channel_id: str, message_id: str) -> int:
    try:
        row = await message_queries.message(call.store, call.project.id, channel_id, message_id)
    except NotFound:
        raise Invalid(f"last_read_message_id: {message_id[:80]!r} is no message of this channel") from None
    number: int = row["number"]
    return number


async def _unread(call: ProjectCall, member: Row) -> int:
    return await message_queries.unread(
        call.store, call.project.id, member["channel_id"], member["last_read_number"], member["user_id"]
    )
