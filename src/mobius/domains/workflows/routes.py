"""HTTP of workflow definitions."""

from typing import Any

from msgspec import UNSET

from mobius.api.call import ProjectCall
from mobius.api.operation import operation, operations
from mobius.api.paging import cursor_scope, decode_cursor, page_of
from mobius.api.schema import timestamp
from mobius.domains.workflows import queries, rules
from mobius.domains.workflows.shapes import (
    CreateWorkflowRequest,
    ListWorkflowsQuery,
    ListWorkflowVersionsQuery,
    UpdateWorkflowRequest,
    WorkflowDefinition,
    WorkflowDefinitionListResponse,
    WorkflowVersion,
    WorkflowVersionListResponse,
)
from mobius.execution.spec_shapes import WorkflowSpec
from mobius.execution.stored_specs import stored_specs
from mobius.store import Row

TAGS = ("workflows",)


@operation(
    "GET",
    "/projects/{project}/workflows",
    tags=TAGS,
    permission="mobius.workflow.read",
    errors=(400, 404),
    summary="List workflows",
)
async def list_workflows(call: ProjectCall, query: ListWorkflowsQuery) -> WorkflowDefinitionListResponse:
    """Answers with one page of workflows, newest first, without their specifications."""
    scope = cursor_scope("workflows", call.project.id)
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    rows = await queries.workflows_of_project(call.store, call.project.id, before, query.limit + 1)
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    items = [_definition(row) for row in page.rows]
    return WorkflowDefinitionListResponse(
        data=items, items=items, has_more=page.has_more, next_cursor=page.next_cursor
    )


@operation(
    "POST",
    "/projects/{project}/workflows",
    tags=TAGS,
    permission="mobius.workflow.create",
    status=201,
    errors=(400, 404, 409, 413),
    summary="Create a workflow",
)
async def create_workflow(call: ProjectCall, body: CreateWorkflowRequest) -> WorkflowDefinition:
    """Creates a workflow; its specification becomes version 1.

    A specification with problems is answered with 400 and all of them in `error.details`, each with `path`,
    `step` and `message`. Answers 409 `name_taken` or `handle_taken` when the name or the handle is in use.
    """
    return await _with_spec(call, await rules.create_workflow(call, body))


@operation(
    "GET",
    "/projects/{project}/workflows/{id}",
    tags=TAGS,
    permission="mobius.workflow.read",
    errors=(404,),
    summary="Get a workflow",
)
async def get_workflow(call: ProjectCall, id: str) -> WorkflowDefinition:
    """Answers with the workflow of this id or handle and the specification of its latest version."""
    return await _with_spec(call, await queries.workflow(call.store, call.project.id, id))


@operation(
    "PATCH",
    "/projects/{project}/workflows/{id}",
    tags=TAGS,
    permission="mobius.workflow.update",
    errors=(400, 404, 409, 413),
    summary="Update a workflow",
)
async def update_workflow(call: ProjectCall, id: str, body: UpdateWorkflowRequest) -> WorkflowDefinition:
    """Changes what is given. A `spec` becomes the next version; without one the version stays as it is.

    Runs go on with the version they were started with. The handle of a workflow never changes.
    """
    return await _with_spec(call, await rules.update_workflow(call, id, body))


@operation(
    "DELETE",
    "/projects/{project}/workflows/{id}",
    tags=TAGS,
    permission="mobius.workflow.delete",
    status=204,
    errors=(404,),
    summary="Delete a workflow",
)
async def delete_workflow(call: ProjectCall, id: str) -> None:
    """Removes the workflow and all its versions. Its runs are kept, and those in progress go on."""
    await rules.delete_workflow(call, id)


@operation(
    "GET",
    "/projects/{project}/workflows/{id}/versions",
    tags=TAGS,
    permission="mobius.workflow.read",
    errors=(400, 404),
    summary="List the versions of a workflow",
)
async def list_workflow_versions(
    call: ProjectCall, id: str, query: ListWorkflowVersionsQuery
) -> WorkflowVersionListResponse:
    """Answers with all versions, newest first; with `include_spec=true` also with their specifications."""
    workflow = await queries.workflow(call.store, call.project.id, id)
    rows = await queries.versions_of_workflow(call.store, call.project.id, workflow["id"])
    specs: dict[str, Any] = {}
    if query.include_spec:
        specs = await stored_specs(call.store, call.project.id, (row["spec_hash"] for row in rows))
    return WorkflowVersionListResponse(
        items=[_version(row, specs.get(row["spec_hash"], UNSET)) for row in rows]
    )


async def _with_spec(call: ProjectCall, row: Row) -> WorkflowDefinition:
    specs = await stored_specs(call.store, call.project.id, [row["spec_hash"]])
    return _definition(row, specs[row["spec_hash"]])


def _definition(row: Row, spec: Any = UNSET) -> WorkflowDefinition:
    return WorkflowDefinition(
        id=row["id"],
        name=row["name"],
        handle=row["handle"],
        description=UNSET if row["description"] is None else row["description"],
        latest_version=row["latest_version"],
        published_as_tool=bool(row["published_as_tool"]),
        spec=spec,
        created_by=row["created_by"],
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
    )


def _version(row: Row, spec: Any) -> WorkflowVersion:
    return WorkflowVersion(
        id=row["id"],
        version=row["version"],
        spec=spec,
        created_by=row["created_by"],
        created_at=timestamp(row["created_at"]),
    )


routes = operations(__name__)
schemas = [WorkflowSpec]
"""Components that the operations name by reference only."""
