"""HTTP of the members of an org."""

from mobius.api.call import OrgCall
from mobius.api.operation import operation, operations
from mobius.api.paging import cursor_scope, decode_cursor, page_of
from mobius.api.schema import timestamp
from mobius.domains.identity import people, queries
from mobius.domains.identity.orgs import check_own
from mobius.domains.identity.routes.users import user_of
from mobius.domains.identity.shapes import (
    AddOrgMemberRequest,
    ListQuery,
    OrgMember,
    OrgMemberListResponse,
    UpdateOrgMemberRoleRequest,
)
from mobius.store import Row

TAGS = ("orgs",)


@operation(
    "GET",
    "/orgs/{id}/members",
    tags=TAGS,
    permission="mobius.org.read",
    errors=(400, 404),
    summary="List the members of an organization",
)
async def list_org_members(call: OrgCall, id: str, query: ListQuery) -> OrgMemberListResponse:
    """Answers with a page of members and their users, newest user first."""
    check_own(call, id)
    scope = cursor_scope("members", id)
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    rows = await queries.members_of_org(call.store, id, before, query.limit + 1)
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    return OrgMemberListResponse(
        items=[_member(row) for row in page.rows], has_more=page.has_more, next_cursor=page.next_cursor
    )


@operation(
    "POST",
    "/orgs/{id}/members",
    tags=TAGS,
    permission="mobius.org.update",
    status=201,
    errors=(400, 404, 409),
    summary="Add a member to an organization",
)
async def add_org_member(call: OrgCall, id: str, body: AddOrgMemberRequest) -> OrgMember:
    """Adds a user with whom the caller shares another org; anybody else is not found.

    New users are added with `POST /users`.
    """
    return _member(await people.add_member(call, id, body))


@operation(
    "PATCH",
    "/orgs/{id}/members/{userId}",
    tags=TAGS,
    permission="mobius.org.update",
    errors=(400, 404, 409),
    summary="Change the role of a member",
)
async def update_org_member_role(
    call: OrgCall, id: str, user_id: str, body: UpdateOrgMemberRoleRequest
) -> OrgMember:
    """What the member may do changes at once. The last owner stays owner (409 `last_owner`)."""
    return _member(await people.change_role(call, id, user_id, body.role))


@operation(
    "DELETE",
    "/orgs/{id}/members/{userId}",
    tags=TAGS,
    permission="mobius.org.update",
    status=204,
    errors=(404, 409),
    summary="Remove a member from an organization",
)
async def remove_org_member(call: OrgCall, id: str, user_id: str) -> None:
    """Ends the member's keys, credentials and sessions in this org at once. The last owner stays.

    Who belongs to no other org cannot sign in any more, and the address is free again.
    """
    await people.remove_member(call, id, user_id)


def _member(row: Row) -> OrgMember:
    return OrgMember(
        id=f"{row['org_id']}:{row['id']}",
        org_id=row["org_id"],
        user_id=row["id"],
        role=row["role"],
        created_at=timestamp(row["joined_at"]),
        updated_at=timestamp(row["changed_at"]),
        user=user_of(row),
    )


routes = operations(__name__)
