"""What may be done with channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from mobius.api.errors import Conflict, Invalid
from mobius.api.handles import checked_handle
from mobius.api.names import checked_name
from mobius.clock import to_micros
from mobius.domains.channels import member_queries, message_queries, queries, removal_queries
from mobius.domains.channels.access import MANAGE, managed_channel, participant, seats_of
from mobius.domains.channels.people import checked_people, holds_people
from mobius.domains.channels.records import channel_shape
from mobius.domains.channels.removal import DELETED, REMOVED_HINT
from mobius.domains.channels.told import told
from mobius.execution.drive import until_it_holds
from mobius.execution.event_log import EVENTS_HINT
from mobius.store import GuardMissed, UniqueViolation, new_id

if TYPE_CHECKING:
    from mobius.api.call import ProjectCall
    from mobius.domains.channels.access import Participant
    from mobius.domains.channels.shapes import (
        CreateChannelRequest,
        ListChannelsQuery,
        UpdateChannelRequest,
    )
    from mobius.store import Row, Write

MAX_CHANNELS = 10_000
MAX_FIRST_MEMBERS = 100
MAX_IN_DIRECT_MESSAGE = 8
MAX_TOPIC = 1_000


class NameTaken(Conflict):
    """Another channel of the project has the name; nothing was created."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "name_taken", f"a channel of this project is already called {name!r}; choose another name"
        )


class DirectMessageExists(Conflict):
    """There is a direct message between these people already."""

    def __init__(self, channel_id: str) -> None:
        super().__init__(
            "direct_message_exists", f"there is a direct message between them already; use {channel_id}"
        )


class TooManyChannels(Conflict):
    """The project has as many channels as it may have."""

    def __init__(self) -> None:
        super().__init__(
            "too_many_channels", f"the project has {MAX_CHANNELS:,} channels; delete some that are not used"
        )


async def list_channels(call: ProjectCall, query: ListChannelsQuery, before: str | None) -> list[Row]:
    """One row more than a page of the channels that the caller sees, newest first."""
    return await queries.channels_page(
        call.store,
        call.project.id,
        await seats_of(call),
        None if query.kind is UNSET else query.kind,
        None if query.private is UNSET else query.private,
        before,
        query.limit + 1,
        forsaken=call.caller.allows(MANAGE),
    )


async def create_channel(call: ProjectCall, request: CreateChannelRequest) -> Row:
    """Creates a channel or a direct message with its first members; its creator is admin.

    Raises Invalid, NameTaken, DirectMessageExists or TooManyChannels.
    """
    creator = await participant(call)
    others = await _first_members(call, request, creator)
    now = to_micros(call.clock.now())
    direct = request.kind == "dm"
    channel = queries.NewChannel(
        project_id=call.project.id,
        id=new_id("chn"),
        org_id=call.project.org_id,
        name=checked_handle(request.name, "name"),
        display_name=checked_name(request.display_name, field="display_name"),
        topic=None if request.topic is UNSET else _checked_topic(request.topic),
        kind=request.kind,
        private=int(request.private or direct),
        participants=" ".join(sorted({creator.id, *others})) if direct else None,
        members=1 + len(others),
        created_by=creator.id,
        created_at=now,
    )
    row = {**channel._asdict(), "updated_at": now}
    try:
        await call.store.write(
            *holds_people(call, [creator.id, *others]),
            queries.insert_channel(channel, MAX_CHANNELS),
            *(
                member_queries.insert_member(
                    member_queries.NewMember(
                        call.project.id, channel.id, user_id, new_id("cmb"), call.project.org_id, role, now
                    )
                )
                for user_id, role in [(creator.id, "admin"), *((other, "member") for other in others)]
            ),
            *told(call, channel.id, "channel.created", channel_shape(row), now),
            wake=[EVENTS_HINT],
        )
    except UniqueViolation:
        await _explain_clash(call, channel)
        raise
    except GuardMissed:
        await checked_people(call, others)
        raise TooManyChannels from None
    return row


async def update_channel(call: ProjectCall, id_or_name: str, request: UpdateChannelRequest) -> Row:
    """Changes what the request names; raises Invalid, NotFound or NotChannelAdmin."""
    name = (
        UNSET if request.display_name is UNSET else checked_name(request.display_name, field="display_name")
    )
    topic = _checked_topic(request.topic) if request.topic else request.topic

    async def attempt() -> Row:
        channel = await managed_channel(call, id_or_name)
        private = bool(channel["private"]) if request.private is UNSET else request.private
        if channel["kind"] == "dm" and not private:
            raise Invalid("private: a direct message is always private")
        changes = queries.Changes(
            display_name=channel["display_name"] if name is UNSET else name,
            topic=channel["topic"] if topic is UNSET else topic or None,
            private=int(private),
            updated_at=max(to_micros(call.clock.now()), channel["updated_at"] + 1),
        )
        changed = {**channel, **changes._asdict()}
        [[row], *_] = await call.store.write(
            queries.update_channel(call.project.id, channel["id"], channel["updated_at"], changes),
            *told(call, channel["id"], "channel.updated", channel_shape(changed), changes.updated_at),
            wake=[EVENTS_HINT, members_hint(channel["id"])] if changes.private else [EVENTS_HINT],
        )
        return row

    changed: Row = await until_it_holds(f"channel {id_or_name}", attempt)
    return changed


async def delete_channel(call: ProjectCall, id_or_name: str) -> None:
    """Removes a channel with its members for everybody; raises NotFound or NotChannelAdmin.

    The channel's row goes first: who posts or joins at the same moment either comes before, or finds it gone.
    Its messages and what was told of them, which nobody can reach any more, are removed in the background.
    """

    async def attempt() -> None:
        channel = await managed_channel(call, id_or_name)
        here, now = (call.project.id, channel["id"]), to_micros(call.clock.now())
        await call.store.write(
            queries.delete_channel(*here),
            member_queries.delete_members(*here),
            removal_queries.remember_removal(*here, now),
            *told(call, channel["id"], DELETED, channel_shape(channel), now),
            wake=[EVENTS_HINT, REMOVED_HINT, members_hint(channel["id"])],
        )

    await until_it_holds(f"channel {id_or_name}", attempt)


def members_hint(channel_id: str) -> str:
    """To be published when somebody may not see the channel any more; streams of it look again."""
    return f"channel_members:{channel_id}"


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove all channels of a project."""
    return [
        queries.delete_channels_of_project(project_id),
        member_queries.delete_members_of_project(project_id),
        message_queries.delete_messages_of_project(project_id),
        removal_queries.forget_removals_of_project(project_id),
    ]


def leave_all_of_org(org_id: str, user_id: str, now: int) -> list[Write]:
    """The writes with which a user who leaves the org leaves its channels. What the user said stays."""
    del now
    return [
        queries.lock_in_org(org_id, user_id),
        queries.count_out_of_org(org_id, user_id),
        member_queries.hand_on_in_org(org_id, user_id),
        member_queries.delete_memberships_in_org(org_id, user_id),
    ]


def leave_all_of_project(project_id: str, agent_id: str, now: int) -> list[Write]:
    """The writes with which an agent that is deleted leaves the channels. What it said stays."""
    del now
    return [
        queries.lock_in_project(project_id, agent_id),
        queries.count_out_of_project(project_id, agent_id),
        member_queries.hand_on_in_project(project_id, agent_id),
        member_queries.delete_memberships_in_project(project_id, agent_id),
    ]


async def _first_members(call: ProjectCall, request: CreateChannelRequest, creator: Participant) -> list[str]:
    """The members whom the request names, beside the creator."""
    wanted = request.member_ids or []
    if len(wanted) > MAX_FIRST_MEMBERS:
        raise Invalid(
            f"member_ids: {len(wanted)} ids; at most {MAX_FIRST_MEMBERS} are allowed, add others afterwards"
        )
    others = [one for one in await checked_people(call, wanted) if one != creator.id]
    if request.kind == "dm" and not 1 <= len(others) < MAX_IN_DIRECT_MESSAGE:
        raise Invalid(
            f"member_ids: a direct message is between 2 and {MAX_IN_DIRECT_MESSAGE} people, with the caller"
        )
    return others


def _checked_topic(topic: str) -> str:
    if len(topic) > MAX_TOPIC:
        raise Invalid(f"topic: {len(topic)} characters; at most {MAX_TOPIC} are allowed")
    return topic


async def _explain_clash(call: ProjectCall, channel: queries.NewChannel) -> None:
    """Both may clash, and the databases do not agree on which they name."""
    if await queries.is_name_taken(call.store, call.project.id, channel.name):
        raise NameTaken(channel.name)
    if channel.participants is not None:
        same = await queries.id_of_direct_message(call.store, call.project.id, channel.participants)
        if same is not None:
            raise DirectMessageExists(same["id"])
