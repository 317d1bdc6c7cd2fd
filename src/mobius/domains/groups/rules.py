"""What may be done with groups, and what others learn of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET

from mobius.api.errors import ApiError, Conflict, Invalid
from mobius.api.handles import HandleTaken, checked_handle, handle_from
from mobius.api.names import checked_name
from mobius.clock import to_micros
from mobius.domains.groups import queries
from mobius.domains.identity.rules import holds_member, members_among
from mobius.store import GuardMissed, NotFound, UniqueViolation, Write, new_id

if TYPE_CHECKING:
    from msgspec import UnsetType

    from mobius.api.call import ProjectCall
    from mobius.domains.groups.shapes import CreateGroupRequest, UpdateGroupRequest
    from mobius.store import Database, Row

MAX_MEMBERS = 1_000
MAX_NAME = 64
MAX_DESCRIPTION = 2_000

IsUnused = Callable[[str, str], Write]
"""A write that fails its batch when something needs the group, given the ids of its project and its own."""


@dataclass(frozen=True, slots=True)
class GroupUses:
    """What keeps a group from being deleted; `server/app.py` puts the list together."""

    unused: tuple[IsUnused, ...]


class GroupInUse(ApiError):
    """A question to the group is open."""

    def __init__(self, group: Row) -> None:
        super().__init__(
            400,
            "group_in_use",
            f"group {group['handle']!r} has pending interactions; let them be answered or expire first",
        )


class AlreadyMember(Conflict):
    """The user belongs to the group."""

    def __init__(self, user_id: str, group: Row) -> None:
        super().__init__(
            "already_member", f"user {user_id!r} is a member of group {group['handle']!r} already"
        )


class GroupFull(Conflict):
    """The group has as many members as it may have."""

    def __init__(self, group: Row) -> None:
        super().__init__(
            "group_full", f"group {group['handle']!r} has {MAX_MEMBERS} members; more are not allowed"
        )


async def find_group(store: Database, project_id: str, id_or_handle: str) -> Row | None:
    """A group of the project, if there is one."""
    return await queries.group(store, project_id, id_or_handle)


async def members_of(store: Database, project_id: str, group_id: str) -> list[str]:
    """The users who belong to a group, who joined first first."""
    return await queries.user_ids(store, project_id, group_id)


def holds_group(project_id: str, group_id: str) -> Write:
    """A write for the batch that adds what needs a group: it fails unless the group still is there."""
    return queries.hold_group(project_id, group_id)


async def group_of(call: ProjectCall, id_or_handle: str) -> Row:
    """The group that a path names; raises NotFound."""
    row = await queries.group(call.store, call.project.id, id_or_handle)
    if row is None:
        raise NotFound("group")
    return row


async def create_group(call: ProjectCall, request: CreateGroupRequest) -> Row:
    """Creates a group without members; raises HandleTaken."""
    name = checked_name(request.name, MAX_NAME)
    handle = handle_from(name) if request.handle is UNSET else checked_handle(request.handle)
    group = queries.NewGroup(
        project_id=call.project.id,
        id=new_id("grp"),
        org_id=call.project.org_id,
        handle=handle,
        name=name,
        description=_checked_description(request.description),
        routing_policy=request.routing_policy,
        created_at=to_micros(call.clock.now()),
    )
    try:
        [[row]] = await call.store.write(queries.insert_group(group))
    except UniqueViolation:
        raise HandleTaken(handle, "project") from None
    return row


async def update_group(call: ProjectCall, id_or_handle: str, request: UpdateGroupRequest) -> Row:
    """Changes what the request names; raises NotFound."""
    changes = queries.Changes(
        name=None if request.name is UNSET else checked_name(request.name, MAX_NAME),
        sets_description=request.description is not UNSET,
        description=_checked_description(request.description),
        routing_policy=None if request.routing_policy is UNSET else request.routing_policy,
    )
    group = await group_of(call, id_or_handle)
    now = to_micros(call.clock.now())
    try:
        [[row]] = await call.store.write(queries.update_group(call.project.id, group["id"], changes, now))
    except GuardMissed:
        raise NotFound("group") from None
    return row


async def delete_group(call: ProjectCall, uses: GroupUses, id_or_handle: str) -> None:
    """Removes a group with its memberships; raises GroupInUse, or NotFound.

    The group's row goes first, so that whoever needs the group at the same moment either is seen here or
    does not find it any more.
    """
    group = await group_of(call, id_or_handle)
    here = call.project.id, group["id"]
    unused = [is_unused(*here) for is_unused in uses.unused]
    try:
        await call.store.write(queries.delete_group(*here), *unused, queries.delete_members(*here))
    except GuardMissed:
        await group_of(call, group["id"])
        raise GroupInUse(group) from None


async def add_member(call: ProjectCall, id_or_handle: str, user_id: str) -> Row:
    """Adds a member of the org to a group; raises Invalid, AlreadyMember, GroupFull or NotFound."""
    group = await group_of(call, id_or_handle)
    member = queries.NewMember(
        project_id=call.project.id,
        group_id=group["id"],
        user_id=user_id,
        id=new_id("gmb"),
        org_id=call.project.org_id,
        added_by=call.caller.user_id,
        added_at=to_micros(call.clock.now()),
    )
    try:
        *_, [row] = await call.store.write(
            holds_member(call.project.org_id, user_id),
            queries.lock_group(call.project.id, group["id"]),
            queries.insert_member(member, MAX_MEMBERS),
        )
    except UniqueViolation:
        raise AlreadyMember(user_id, group) from None
    except GuardMissed:
        if not await members_among(call.store, call.project.org_id, [user_id]):
            raise Invalid(f"user_id: {user_id[:80]!r} is not a member of the organization") from None
        raise GroupFull(await group_of(call, group["id"])) from None
    return row


async def remove_member(call: ProjectCall, id_or_handle: str, user_id: str) -> None:
    """Removes a member from a group; raises NotFound."""
    group = await group_of(call, id_or_handle)
    try:
        await call.store.write(queries.delete_member(call.project.id, group["id"], user_id))
    except GuardMissed:
        raise NotFound("member of the group") from None


def _checked_description(description: str | UnsetType | None) -> str | None:
    if description is UNSET or description is None:
        return None
    if len(description) > MAX_DESCRIPTION:
        raise Invalid(f"description: {len(description)} characters; at most {MAX_DESCRIPTION} are allowed")
    return description


def leave_all_groups(org_id: str, user_id: str, _now: int) -> list[Write]:
    """The writes with which a user who leaves the org leaves its groups."""
    return [queries.delete_memberships_of_user(org_id, user_id)]


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove all groups of a project."""
    return [queries.delete_groups_of_project(project_id), queries.delete_members_of_project(project_id)]
