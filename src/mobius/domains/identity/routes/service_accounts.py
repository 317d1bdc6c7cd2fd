"""HTTP of service accounts."""

from msgspec import UNSET

from mobius.api.call import ProjectCall
from mobius.api.operation import operation, operations
from mobius.api.paging import cursor_scope, decode_cursor, page_of
from mobius.api.schema import timestamp
from mobius.domains.identity import account_queries, service_accounts
from mobius.domains.identity.account_shapes import (
    CreateServiceAccountRequest,
    ServiceAccount,
    ServiceAccountListResponse,
    UpdateServiceAccountRequest,
)
from mobius.domains.identity.orgs import metadata_of
from mobius.domains.identity.shapes import ListQuery
from mobius.store import Row

TAGS = ("service-accounts",)


@operation(
    "GET",
    "/projects/{project}/service-accounts",
    tags=TAGS,
    permission="mobius.service_account.read",
    errors=(400, 404),
    summary="List service accounts",
)
async def list_service_accounts(call: ProjectCall, query: ListQuery) -> ServiceAccountListResponse:
    """Answers with a page of the project's service accounts, newest first."""
    scope = cursor_scope("service-accounts", call.project.id)
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    rows = await account_queries.accounts_of_project(call.store, call.project.id, before, query.limit + 1)
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    return ServiceAccountListResponse(
        items=[_account(row) for row in page.rows], has_more=page.has_more, next_cursor=page.next_cursor
    )


@operation(
    "POST",
    "/projects/{project}/service-accounts",
    tags=TAGS,
    permission="mobius.service_account.create",
    status=201,
    errors=(400, 404, 409),
    summary="Create a service account",
)
async def create_service_account(call: ProjectCall, body: CreateServiceAccountRequest) -> ServiceAccount:
    """Creates an actor that is not a person. API keys made with its id act as it.

    A name in use is answered with 409 `name_taken`. Without a role its keys need permissions of their own.
    """
    return _account(await service_accounts.create_account(call, body))


@operation(
    "GET",
    "/projects/{project}/service-accounts/{id}",
    tags=TAGS,
    permission="mobius.service_account.read",
    errors=(404,),
    summary="Get a service account",
)
async def get_service_account(call: ProjectCall, id: str) -> ServiceAccount:
    """Answers with a service account of the project."""
    return _account(await account_queries.account(call.store, call.project.id, id))


@operation(
    "PATCH",
    "/projects/{project}/service-accounts/{id}",
    tags=TAGS,
    permission="mobius.service_account.update",
    errors=(400, 404),
    summary="Update a service account",
)
async def update_service_account(
    call: ProjectCall, id: str, body: UpdateServiceAccountRequest
) -> ServiceAccount:
    """Changes what the request names. `disabled` refuses its keys at once and ends its open streams."""
    return _account(await service_accounts.update_account(call, id, body))


@operation(
    "DELETE",
    "/projects/{project}/service-accounts/{id}",
    tags=TAGS,
    permission="mobius.service_account.delete",
    status=204,
    errors=(404, 409),
    summary="Delete a service account",
)
async def delete_service_account(call: ProjectCall, id: str) -> None:
    """409 `service_account_in_use` while a live key or an agent uses it."""
    await service_accounts.delete_account(call, id)


def _account(row: Row) -> ServiceAccount:
    return ServiceAccount(
        id=row["id"],
        org_id=row["org_id"],
        project_id=row["project_id"],
        name=row["name"],
        display_name=row["display_name"],
        description=UNSET if row["description"] is None else row["description"],
        status=row["status"],
        owner_user_id=UNSET if row["owner_user_id"] is None else row["owner_user_id"],
        role_name=UNSET if row["role"] is None else row["role"],
        metadata=metadata_of(row),
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
    )


routes = operations(__name__)
