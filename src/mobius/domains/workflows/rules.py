"""What may be done with workflow definitions."""

from __future__ import annotations

from msgspec import UNSET

from mobius.api.call import ProjectCall
from mobius.api.errors import Conflict
from mobius.api.handles import HandleTaken, checked_handle, handle_from
from mobius.api.names import checked_name
from mobius.clock import to_micros
from mobius.domains.workflows import queries
from mobius.domains.workflows.shapes import CreateWorkflowRequest, UpdateWorkflowRequest
from mobius.execution.room import DefinitionToRun
from mobius.execution.stored_specs import spec_to_store
from mobius.store import Database, GuardMissed, NotFound, Row, UniqueViolation, Write, new_id


class NameTaken(Conflict):
    """Another workflow of the project has the name; nothing was changed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "name_taken", f"a workflow of this project is already called {name!r}; choose another name"
        )


async def definition_to_run(store: Database, project_id: str, id_or_handle: str) -> DefinitionToRun:
    """The latest version of a workflow, for a run that starts now; raises NotFound."""
    row = await queries.workflow(store, project_id, id_or_handle)
    return DefinitionToRun(
        workflow_id=row["id"],
        name=row["name"],
        handle=row["handle"],
        version=row["latest_version"],
        spec_hash=row["spec_hash"],
    )


async def create_workflow(call: ProjectCall, request: CreateWorkflowRequest) -> Row:
    """Creates a workflow with version 1.

    Raises Invalid with all problems of the specification, NameTaken or HandleTaken.
    """
    name = checked_name(request.name)
    handle = handle_from(name) if request.handle is UNSET else checked_handle(request.handle)
    spec = await spec_to_store(call, request.spec)
    now = to_micros(call.clock.now())
    created_by = call.caller.actor_id
    workflow = queries.NewWorkflow(
        project_id=call.project.id,
        id=new_id("wfl"),
        org_id=call.project.org_id,
        name=name,
        handle=handle,
        description=None if request.description is UNSET else request.description,
        published_as_tool=int(request.published_as_tool),
        created_by=created_by,
        created_at=now,
    )
    version = queries.insert_latest_version(
        call.project.id, workflow.id, new_id("wfv"), spec.hash, created_by, now
    )
    try:
        _, [row], _ = await call.store.write(spec.write, queries.insert_workflow(workflow), version)
    except UniqueViolation:
        # Both may be taken, and the databases do not agree on which they name.
        if await queries.is_name_taken(call.store, call.project.id, name):
            raise NameTaken(name) from None
        raise HandleTaken(handle) from None
    return {**row, "spec_hash": spec.hash}


async def update_workflow(call: ProjectCall, id_or_handle: str, request: UpdateWorkflowRequest) -> Row:
    """Changes what the request names; a specification becomes the next version, also when it says the same.

    Updates at the same time queue at the workflow's row, so none is lost and no number is skipped. Raises
    Invalid with all problems of the specification, NameTaken, or NotFound.
    """
    name = None if request.name is UNSET else checked_name(request.name)
    spec = None if request.spec is UNSET else await spec_to_store(call, request.spec)
    before = await queries.workflow(call.store, call.project.id, id_or_handle)
    now = to_micros(call.clock.now())
    changes = queries.Changes(
        name=name,
        sets_description=request.description is not UNSET,
        description=None if request.description is UNSET else request.description,
        published_as_tool=None if request.published_as_tool is UNSET else int(request.published_as_tool),
        new_versions=0 if spec is None else 1,
    )
    update = queries.update_workflow(call.project.id, before["id"], changes, now)
    try:
        if spec is None:
            await call.store.write(update)
            return await queries.workflow(call.store, call.project.id, before["id"])
        version = queries.insert_latest_version(
            call.project.id, before["id"], new_id("wfv"), spec.hash, call.caller.actor_id, now
        )
        _, [row], _ = await call.store.write(spec.write, update, version)
    except GuardMissed:
        raise NotFound("workflow") from None
    except UniqueViolation:
        raise NameTaken(name or "") from None
    return {**row, "spec_hash": spec.hash}


async def delete_workflow(call: ProjectCall, id_or_handle: str) -> None:
    """Removes a workflow and its versions; its runs go on and stay. Raises NotFound."""
    row = await queries.workflow(call.store, call.project.id, id_or_handle)
    try:
        await call.store.write(
            queries.delete_workflow(call.project.id, row["id"]),
            queries.delete_versions(call.project.id, row["id"]),
        )
    except GuardMissed:
        raise NotFound("workflow") from None


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove all workflows of a project, whose handles are free again in its org."""
    return [queries.delete_workflows_of_project(project_id)]


def delete_versions_of_project(project_id: str) -> list[Write]:
    """The writes that remove the versions of workflows that a project had, some at a time."""
    return [queries.delete_versions_of_project(project_id)]
