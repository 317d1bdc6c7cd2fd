"""HTTP of users."""

from msgspec import UNSET, UnsetType

from mobius.api.call import OrgCall
from mobius.api.operation import operation, operations
from mobius.api.paging import cursor_scope, decode_cursor, page_of
from mobius.api.schema import timestamp
from mobius.domains.identity import people, queries
from mobius.domains.identity.shapes import (
    CreateUserRequest,
    ListQuery,
    UpdateUserRequest,
    User,
    UserListResponse,
)
from mobius.store import Row

TAGS = ("users",)


@operation("GET", "/users", tags=TAGS, permission="mobius.org.read", errors=(400,), summary="List users")
async def list_users(call: OrgCall, query: ListQuery) -> UserListResponse:
    """Answers with a page of the users of the caller's org, newest first."""
    org_id = call.caller.org_id
    scope = cursor_scope("users", org_id)
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    rows = await queries.members_of_org(call.store, org_id, before, query.limit + 1)
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    return UserListResponse(
        items=[user_of(row) for row in page.rows], has_more=page.has_more, next_cursor=page.next_cursor
    )


@operation(
    "POST",
    "/users",
    tags=TAGS,
    permission="mobius.org.update",
    status=201,
    errors=(400, 409),
    summary="Create a user",
)
async def create_user(call: OrgCall, body: CreateUserRequest) -> User:
    """Creates a user who is a member of the caller's org.

    With `with_key` the answer holds a first API key, which acts as the user. An address that belongs to
    somebody already is answered with 409 `email_taken`. Nobody gives a role that holds more than they do.
    """
    row, secret = await people.create_user(call, body)
    return user_of(row, UNSET if secret is None else secret)


@operation("GET", "/users/{id}", tags=TAGS, permission="mobius.org.read", errors=(404,), summary="Get a user")
async def get_user(call: OrgCall, id: str) -> User:
    """Answers with a user of the caller's org."""
    return user_of(await queries.user_of_org(call.store, call.caller.org_id, id))


@operation(
    "PATCH",
    "/users/{id}",
    tags=TAGS,
    permission="mobius.org.update",
    errors=(400, 404, 409),
    summary="Update a user",
)
async def update_user(call: OrgCall, id: str, body: UpdateUserRequest) -> User:
    """Changes the name or the address of a user of the caller's org.

    Not of one who holds more than the caller, nor of one who belongs to another org as well.
    """
    return user_of(await people.update_user(call, id, body))


def user_of(row: Row, key: str | UnsetType = UNSET) -> User:
    """A row as the API shows it."""
    return User(
        id=row["id"],
        email=row["email"] or "",
        name=row["name"],
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
        key=key,
    )


routes = operations(__name__)
