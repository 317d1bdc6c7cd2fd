"""HTTP of projects."""

from msgspec import UNSET

from mobius.api.call import OrgCall, ProjectCall
from mobius.api.operation import AUTHENTICATED, operation, operations
from mobius.api.schema import timestamp
from mobius.domains.projects import queries, rules
from mobius.domains.projects.removal import ProjectRemovals
from mobius.domains.projects.shapes import (
    CreateProjectRequest,
    ListProjectsQuery,
    Project,
    ProjectListResponse,
    UpdateProjectRequest,
)
from mobius.store import Row

TAGS = ("projects",)


@operation("GET", "/projects", tags=TAGS, permission=AUTHENTICATED, errors=(400,), summary="List projects")
async def list_projects(call: OrgCall, query: ListProjectsQuery) -> ProjectListResponse:
    """Answers with up to 100 projects, newest first. Requires the permission `mobius.project.read`.

    A key that is pinned to a project sees that one only.
    """
    rows = await rules.list_projects(call.store, call.caller, query.search or "")
    return ProjectListResponse(items=[_project(row) for row in rows])


@operation(
    "POST",
    "/projects",
    tags=TAGS,
    permission="mobius.project.create",
    status=201,
    errors=(400, 409),
    summary="Create a project",
)
async def create_project(call: OrgCall, body: CreateProjectRequest) -> Project:
    """Creates a project in the caller's organization. A handle in use is answered with 409 `handle_taken`."""
    caller = call.caller
    return _project(await rules.create_project(call.store, call.clock, caller.org_id, caller.actor_id, body))


@operation(
    "GET",
    "/projects/{id}",
    project="id",
    tags=TAGS,
    permission="mobius.project.read",
    errors=(404,),
    summary="Get a project",
)
async def get_project(call: ProjectCall) -> Project:
    """Answers with the project of this id or handle."""
    return _project(await queries.project(call.store, call.project.org_id, call.project.id))


@operation(
    "PATCH",
    "/projects/{id}",
    project="id",
    tags=TAGS,
    permission="mobius.project.update",
    errors=(400, 404),
    summary="Update a project",
)
async def update_project(call: ProjectCall, body: UpdateProjectRequest) -> Project:
    """Changes the name or the description. The handle of a project never changes."""
    return _project(await rules.update_project(call.store, call.clock, call.project, body))


@operation(
    "DELETE",
    "/projects/{id}",
    project="id",
    tags=TAGS,
    permission="mobius.project.delete",
    status=204,
    errors=(404,),
    summary="Delete a project",
)
async def delete_project(call: ProjectCall) -> None:
    """Removes the project with its workflows, runs, jobs, keys and everything else, for good.

    Workers that still hold jobs of it get 404 from then on, and its event streams end.
    """
    await rules.delete_project(call.store, call.clock, call.room(ProjectRemovals), call.project)


def _project(row: Row) -> Project:
    return Project(
        id=row["id"],
        name=row["name"],
        handle=row["handle"],
        description=UNSET if row["description"] is None else row["description"],
        created_by=row["created_by"],
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
    )


routes = operations(__name__)
