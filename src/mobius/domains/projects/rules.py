"""What may be done with projects."""

from __future__ import annotations

from msgspec import UNSET

from mobius.api.call import Caller, ProjectRef
from mobius.api.errors import PermissionDenied
from mobius.api.handles import HandleTaken, checked_handle, handle_from
from mobius.api.names import checked_name
from mobius.clock import Clock, to_micros
from mobius.domains.identity.rules import holds_org
from mobius.domains.projects import queries
from mobius.domains.projects.removal import REMOVED_HINT, ProjectRemovals
from mobius.domains.projects.shapes import CreateProjectRequest, UpdateProjectRequest
from mobius.store import Database, GuardMissed, NotFound, Row, UniqueViolation, Write, new_id

MAX_LISTED = 100
LIST_PERMISSION = "mobius.project.read"


async def find_project(store: Database, org_id: str, id_or_handle: str) -> ProjectRef | None:
    """The project of the org that a path names, if there is one."""
    row = await queries.find_project(store, org_id, id_or_handle)
    return None if row is None else ProjectRef(id=row["id"], handle=row["handle"], org_id=row["org_id"])


async def org_of_project(store: Database, project_id: str) -> str:
    """The org that a project belongs to, for work that goes on without a caller; raises NotFound."""
    org_id: str = (await queries.org_of_project(store, project_id))["org_id"]
    return org_id


def new_project(
    org_id: str, name: str, handle: str, created_by: str, now: int, description: str | None = None
) -> tuple[ProjectRef, Write]:
    """A project with a fresh id and the write that stores it, for a batch of the caller's."""
    ref = ProjectRef(id=new_id("prj"), handle=handle, org_id=org_id)
    return ref, queries.insert_project(org_id, ref.id, name, handle, description, created_by, now)


async def create_project(
    store: Database, clock: Clock, org_id: str, created_by: str, request: CreateProjectRequest
) -> Row:
    """Creates a project. Raises HandleTaken when the org has one with this handle already."""
    name = checked_name(request.name)
    handle = handle_from(name) if request.handle is UNSET else checked_handle(request.handle)
    description = None if request.description is UNSET else request.description
    ref, write = new_project(org_id, name, handle, created_by, to_micros(clock.now()), description)
    try:
        [_, [row]] = await store.write(holds_org(org_id), write, wake=[f"projects:{ref.id}"])
    except UniqueViolation:
        raise HandleTaken(handle) from None
    return row


async def update_project(
    store: Database, clock: Clock, project: ProjectRef, changes: UpdateProjectRequest
) -> Row:
    """Changes what the request names; raises NotFound when the project was deleted meanwhile."""
    write = queries.update_project(
        project.org_id,
        project.id,
        name=None if changes.name is UNSET else checked_name(changes.name),
        sets_description=changes.description is not UNSET,
        description=None if changes.description is UNSET else changes.description,
        now=to_micros(clock.now()),
    )
    [rows] = await store.write(write, wake=[f"projects:{project.id}"])
    if not rows:
        raise NotFound("project")
    return rows[0]


async def delete_project(
    store: Database, clock: Clock, removals: ProjectRemovals, project: ProjectRef
) -> None:
    """Removes the project for everybody; what it holds is removed in the background.

    The project's row goes first, so that of two deletions at the same time one finds it gone.
    """
    at_once = [write for remove in removals.at_once for write in remove(project.id)]
    hints = [f"projects:{project.id}", f"project_deleted:{project.id}", REMOVED_HINT]
    try:
        await store.write(
            queries.delete_project(project.org_id, project.id),
            *at_once,
            queries.remember_removal(project.org_id, project.id, to_micros(clock.now())),
            wake=hints,
        )
    except GuardMissed:
        raise NotFound("project") from None


def keeps_org(org_id: str) -> list[Write]:
    """What undoes the removal of an org while it has projects."""
    return [queries.no_project_is_left(org_id)]


async def list_projects(store: Database, caller: Caller, search: str) -> list[Row]:
    """Up to 100 projects of the caller's org whose name or handle begins with `search`.

    A pinned key finds its own project at most. The guard would refuse such a key where a
    permission of the org is asked for, so it is checked here: raises PermissionDenied.
    """
    if not caller.allows(LIST_PERMISSION):
        raise PermissionDenied(LIST_PERMISSION)
    literal = queries.folded(search).replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return await queries.projects_of_org(store, caller.org_id, f"{literal}%", caller.project_id, MAX_LISTED)
