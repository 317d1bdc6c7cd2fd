"""HTTP of API keys."""

from mobius.api.call import OrgCall, ProjectCall
from mobius.api.operation import operation, operations
from mobius.domains.access import queries, rules
from mobius.domains.access.shapes import (
    APIKey,
    APIKeyCreateResult,
    APIKeyListResponse,
    CreateAPIKeyRequest,
)


@operation(
    "POST",
    "/api-keys",
    tags=("api-keys",),
    permission="mobius.api_key.create",
    status=201,
    errors=(400, 409),
    summary="Create a key of the org",
)
async def create_api_key(call: OrgCall, body: CreateAPIKeyRequest) -> APIKeyCreateResult:
    """The key opens every project of the org. Its secret is shown in this answer only."""
    return await rules.create_key(call, None, body)


@operation(
    "GET",
    "/api-keys",
    tags=("api-keys",),
    permission="mobius.api_key.read",
    summary="List the keys of the org",
)
async def list_api_keys(call: OrgCall) -> APIKeyListResponse:
    """All live keys that are not pinned to a project."""
    rows = await queries.live_org_keys(call.store, call.caller.org_id)
    return APIKeyListResponse(items=[rules.shown(row) for row in rows])


@operation(
    "GET",
    "/api-keys/{id}",
    tags=("api-keys",),
    permission="mobius.api_key.read",
    errors=(404,),
    summary="Show a key of the org",
)
async def get_api_key(call: OrgCall, id: str) -> APIKey:
    """A revoked key is not found."""
    return rules.shown(await queries.live_key(call.store, call.caller.org_id, None, id))


@operation(
    "DELETE",
    "/api-keys/{id}",
    tags=("api-keys",),
    permission="mobius.api_key.delete",
    status=204,
    errors=(404,),
    summary="Revoke a key of the org",
)
async def revoke_api_key(call: OrgCall, id: str) -> None:
    """For good. The very next request with the key is refused, and its open streams end."""
    await rules.revoke_key(call, None, id)


@operation(
    "POST",
    "/projects/{project}/api-keys",
    tags=("api-keys",),
    permission="mobius.api_key.create",
    status=201,
    errors=(400, 409),
    summary="Create a key of the project",
)
async def create_project_api_key(call: ProjectCall, body: CreateAPIKeyRequest) -> APIKeyCreateResult:
    """The key opens this project and no other. Its secret is shown in this answer only."""
    return await rules.create_key(call, call.project.id, body)


@operation(
    "GET",
    "/projects/{project}/api-keys",
    tags=("api-keys",),
    permission="mobius.api_key.read",
    summary="List the keys of the project",
)
async def list_project_api_keys(call: ProjectCall) -> APIKeyListResponse:
    """All live keys that are pinned to this project."""
    rows = await queries.live_project_keys(call.store, call.caller.org_id, call.project.id)
    return APIKeyListResponse(items=[rules.shown(row) for row in rows])


@operation(
    "GET",
    "/projects/{project}/api-keys/{id}",
    tags=("api-keys",),
    permission="mobius.api_key.read",
    errors=(404,),
    summary="Show a key of the project",
)
async def get_project_api_key(call: ProjectCall, id: str) -> APIKey:
    """A revoked key is not found."""
    return rules.shown(await queries.live_key(call.store, call.caller.org_id, call.project.id, id))


@operation(
    "DELETE",
    "/projects/{project}/api-keys/{id}",
    tags=("api-keys",),
    permission="mobius.api_key.delete",
    status=204,
    errors=(404,),
    summary="Revoke a key of the project",
)
async def revoke_project_api_key(call: ProjectCall, id: str) -> None:
    """For good. The very next request with the key is refused, and its open streams end."""
    await rules.revoke_key(call, call.project.id, id)


routes = operations(__name__)
