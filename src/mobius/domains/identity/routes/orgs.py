"""HTTP of orgs."""

from msgspec import UNSET, UnsetType

from mobius.api.call import OrgCall
from mobius.api.operation import operation, operations
from mobius.api.paging import cursor_scope, decode_cursor, page_of
from mobius.api.schema import timestamp
from mobius.domains.identity import orgs, queries
from mobius.domains.identity.shapes import (
    CreateOrgRequest,
    ListQuery,
    Org,
    OrgListResponse,
    UpdateOrgRequest,
)
from mobius.store import Row

TAGS = ("orgs",)


@operation(
    "GET", "/orgs", tags=TAGS, permission="mobius.org.read", errors=(400,), summary="List your organizations"
)
async def list_orgs(call: OrgCall, query: ListQuery) -> OrgListResponse:
    """Answers with the orgs that the caller may use: an API key opens one, a person who signed in sees all of
    theirs.
    """
    caller = call.caller
    scope = cursor_scope("orgs", caller.actor_id)
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    if caller.user_id is None or caller.credential_type == "api_key":
        return OrgListResponse(items=[_org(await queries.org(call.store, caller.org_id))], has_more=False)
    rows = await queries.orgs_of_user(call.store, caller.user_id, before, query.limit + 1)
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    return OrgListResponse(
        items=[_org(row) for row in page.rows], has_more=page.has_more, next_cursor=page.next_cursor
    )


@operation(
    "POST",
    "/orgs",
    tags=TAGS,
    permission="mobius.org.create",
    status=201,
    errors=(400, 409),
    summary="Create an organization",
)
async def create_org(call: OrgCall, body: CreateOrgRequest) -> Org:
    """The calling user owns it. With `with_key` the answer holds a first API key of it.

    A handle in use is answered with 409 `handle_taken`.
    """
    row, secret = await orgs.create_org(call, body)
    return _org(row, UNSET if secret is None else secret)


@operation(
    "GET",
    "/orgs/{id}",
    tags=TAGS,
    permission="mobius.org.read",
    errors=(404,),
    summary="Get an organization",
)
async def get_org(call: OrgCall, id: str) -> Org:
    """A credential opens one org; any other is not found."""
    orgs.check_own(call, id)
    return _org(await queries.org(call.store, id))


@operation(
    "PATCH",
    "/orgs/{id}",
    tags=TAGS,
    permission="mobius.org.update",
    errors=(400, 404, 409),
    summary="Update an organization",
)
async def update_org(call: OrgCall, id: str, body: UpdateOrgRequest) -> Org:
    """Changes name, handle or metadata."""
    return _org(await orgs.update_org(call, id, body))


@operation(
    "DELETE",
    "/orgs/{id}",
    tags=TAGS,
    permission="mobius.org.delete",
    status=204,
    errors=(404, 409),
    summary="Delete an organization",
)
async def delete_org(call: OrgCall, id: str) -> None:
    """Removes the org with its members, keys and all else that belongs to it, for good.

    409 `org_in_use` while it has projects, and for the last org of the server. Members who belong to no other
    org cannot sign in any more.
    """
    await orgs.delete_org(call, id)


def _org(row: Row, key: str | UnsetType = UNSET) -> Org:
    return Org(
        id=row["id"],
        name=row["name"],
        handle=row["handle"],
        metadata=orgs.metadata_of(row),
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
        key=key,
    )


routes = operations(__name__)
