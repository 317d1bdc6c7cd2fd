"""HTTP of groups."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET

from mobius.api.call import ProjectCall
from mobius.api.operation import operation, operations
from mobius.api.paging import PageQuery, cursor_scope, decode_cursor, page_of
from mobius.api.schema import timestamp
from mobius.domains.groups import queries, rules
from mobius.domains.groups.shapes import (
    AddGroupMemberRequest,
    CreateGroupRequest,
    Group,
    GroupListResponse,
    GroupMember,
    GroupMemberListResponse,
    GroupWithCount,
    GroupWithCountListResponse,
    UpdateGroupRequest,
)
from mobius.domains.identity.rules import members_among
from mobius.store import NotFound, Row

TAGS = ("groups",)


@operation(
    "POST",
    "/projects/{project}/groups",
    tags=TAGS,
    permission="mobius.group.create",
    status=201,
    errors=(400, 404, 409),
    summary="Create a group",
)
async def create_group(call: ProjectCall, body: CreateGroupRequest) -> Group:
    """Creates a group without members. Answers 409 `handle_taken` when the project has its handle already."""
    return _group(await rules.create_group(call, body))


@operation(
    "GET",
    "/projects/{project}/groups",
    tags=TAGS,
    permission="mobius.group.read",
    errors=(400, 404),
    summary="List groups",
)
async def list_groups(call: ProjectCall, query: PageQuery) -> GroupWithCountListResponse:
    """Answers with one page of groups, newest first, each with the number of members that it has now."""
    scope = cursor_scope("groups", call.project.id)
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    rows = await queries.groups_of_project(call.store, call.project.id, before, query.limit + 1)
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    return GroupWithCountListResponse(
        items=await _with_counts(call, page.rows), has_more=page.has_more, next_cursor=page.next_cursor
    )


@operation(
    "GET",
    "/projects/{project}/groups/{groupId}",
    tags=TAGS,
    permission="mobius.group.read",
    errors=(404,),
    summary="Get a group",
)
async def get_group(call: ProjectCall, group_id: str) -> GroupWithCount:
    """Answers with the group of this id or handle and the number of members that it has now."""
    [group] = await _with_counts(call, [await rules.group_of(call, group_id)])
    return group


@operation(
    "PATCH",
    "/projects/{project}/groups/{groupId}",
    tags=TAGS,
    permission="mobius.group.update",
    errors=(400, 404),
    summary="Update a group",
)
async def update_group(call: ProjectCall, group_id: str, body: UpdateGroupRequest) -> Group:
    """Changes what is given. Open interactions keep the routing policy that they were created with."""
    return _group(await rules.update_group(call, group_id, body))


@operation(
    "DELETE",
    "/projects/{project}/groups/{groupId}",
    tags=TAGS,
    permission="mobius.group.delete",
    status=204,
    errors=(400, 404),
    summary="Delete a group",
)
async def delete_group(call: ProjectCall, group_id: str) -> None:
    """Removes a group. Answers 400 `group_in_use` while a pending interaction is directed to it."""
    await rules.delete_group(call, call.room(rules.GroupUses), group_id)


@operation(
    "GET",
    "/projects/{project}/groups/{groupId}/members",
    tags=TAGS,
    permission="mobius.group.read",
    errors=(400, 404),
    summary="List members of a group",
)
async def list_group_members(call: ProjectCall, group_id: str, query: PageQuery) -> GroupMemberListResponse:
    """Answers with one page of those who are members now, who joined last first."""
    group = await rules.group_of(call, group_id)
    scope = cursor_scope("group members", call.project.id, group["id"])
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    rows = await queries.members_page(call.store, call.project.id, group["id"], before, query.limit + 1)
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    return GroupMemberListResponse(
        items=[_member(row) for row in page.rows], has_more=page.has_more, next_cursor=page.next_cursor
    )


@operation(
    "POST",
    "/projects/{project}/groups/{groupId}/members",
    tags=TAGS,
    permission="mobius.group.update",
    status=201,
    errors=(400, 404, 409),
    summary="Add a member to a group",
)
async def add_group_member(call: ProjectCall, group_id: str, body: AddGroupMemberRequest) -> GroupMember:
    """Adds a member of the organization to a group.

    Answers 409 `already_member` for one who is in it, and 409 `group_full` when it has 1,000 members.
    """
    return _member(await rules.add_member(call, group_id, body.user_id))


@operation(
    "DELETE",
    "/projects/{project}/groups/{groupId}/members/{userId}",
    tags=TAGS,
    permission="mobius.group.update",
    status=204,
    errors=(404,),
    summary="Remove a member from a group",
)
async def remove_group_member(call: ProjectCall, group_id: str, user_id: str) -> None:
    """Removes a member from a group; interactions that are open stay with those who were asked."""
    await rules.remove_member(call, group_id, user_id)


@operation(
    "GET",
    "/projects/{project}/members/{userId}/groups",
    tags=TAGS,
    permission="mobius.group.read",
    errors=(400, 404),
    summary="List groups a member belongs to",
)
async def list_member_groups(call: ProjectCall, user_id: str, query: PageQuery) -> GroupListResponse:
    """Answers with one page of the groups of the project that a member of the organization is in."""
    if not await members_among(call.store, call.project.org_id, [user_id]):
        raise NotFound("member")
    scope = cursor_scope("groups of member", call.project.id, user_id)
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    rows = await queries.groups_of_member(
        call.store, call.project.org_id, call.project.id, user_id, before, query.limit + 1
    )
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    return GroupListResponse(
        items=[_group(row) for row in page.rows], has_more=page.has_more, next_cursor=page.next_cursor
    )


async def _with_counts(call: ProjectCall, rows: Sequence[Row]) -> list[GroupWithCount]:
    counts = await queries.member_counts(call.store, call.project.id, [row["id"] for row in rows])
    return [GroupWithCount(**_fields(row), member_count=counts.get(row["id"], 0)) for row in rows]


def _group(row: Row) -> Group:
    return Group(**_fields(row))


def _fields(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "org_id": row["org_id"],
        "handle": row["handle"],
        "name": row["name"],
        "description": UNSET if row["description"] is None else row["description"],
        "routing_policy": row["routing_policy"],
        "created_at": timestamp(row["created_at"]),
        "updated_at": timestamp(row["updated_at"]),
    }


def _member(row: Row) -> GroupMember:
    return GroupMember(
        id=row["id"],
        group_id=row["group_id"],
        org_id=row["org_id"],
        user_id=row["user_id"],
        added_by=row["added_by"],
        added_at=timestamp(row["added_at"]),
    )


routes = operations(__name__)
