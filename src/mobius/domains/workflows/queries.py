"""SQL of workflow definitions and their versions."""

from __future__ import annotations

from typing import NamedTuple

from mobius.store import Database, Row, Write


class NewWorkflow(NamedTuple):
    """A row of `workflows` as it is inserted; `created_at` in microseconds."""

    project_id: str
    id: str
    org_id: str
    name: str
    handle: str
    description: str | None
    published_as_tool: int
    created_by: str
    created_at: int


class Changes(NamedTuple):
    """What an update changes; None leaves a column as it is, the description unless `sets_description`."""

    name: str | None
    sets_description: bool
    description: str | None
    published_as_tool: int | None
    new_versions: int


async def workflow(store: Database, project_id: str, id_or_handle: str) -> Row:
    """A workflow of the project by id or handle, with `spec_hash` of its latest version; raises NotFound.

    Primary key and `workflows_handle_in_project`.
    """
    return await store.one(
        "workflow",
        """
        SELECT w.*, v.spec_hash FROM workflows w
        JOIN workflow_versions v
            ON v.project_id = w.project_id AND v.workflow_id = w.id AND v.version = w.latest_version
        WHERE w.project_id = $1 AND (w.id = $2 OR w.handle = $2)""",
        project_id,
        id_or_handle,
    )


async def workflows_of_project(
    store: Database, project_id: str, before_id: str | None, at_most: int
) -> list[Row]:
    """Workflows older than `before_id`, newest first. Primary key."""
    return await store.all(
        """
        SELECT * FROM workflows WHERE project_id = $1 AND ($2::text IS NULL OR id < $2::text)
        ORDER BY id DESC LIMIT $3""",
        project_id,
        before_id,
        at_most,
    )


async def versions_of_workflow(store: Database, project_id: str, workflow_id: str) -> list[Row]:
    """All versions of a workflow, newest first. Primary key."""
    return await store.all(
        """
        SELECT * FROM workflow_versions WHERE project_id = $1 AND workflow_id = $2
        ORDER BY version DESC""",
        project_id,
        workflow_id,
    )


async def is_name_taken(store: Database, project_id: str, name: str) -> bool:
    """Whether a workflow of the project has the name. `workflows_name`."""
    row = await store.first(
        "SELECT 1 AS taken FROM workflows WHERE project_id = $1 AND name = $2", project_id, name
    )
    return row is not None


def insert_workflow(workflow: NewWorkflow) -> Write:
    """Adds a workflow with latest version 1; `workflows_handle` and `workflows_name` keep it unique."""
    return Write(
        """
        INSERT INTO workflows (project_id, id, org_id, name, handle, description, latest_version,
            published_as_tool, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $9) RETURNING *""",
        tuple(workflow),
    )


def update_workflow(project_id: str, workflow_id: str, changes: Changes, now: int) -> Write:
    """Changes a workflow, which must still be there. Locks its row, so versions are counted one by one."""
    return Write(
        """
        UPDATE workflows SET
            name = coalesce($3::text, name),
            description = CASE WHEN $4::integer = 1 THEN $5::text ELSE description END,
            published_as_tool = coalesce($6::integer, published_as_tool),
            latest_version = latest_version + $7::integer,
            updated_at = $8
        WHERE project_id = $1 AND id = $2 RETURNING *""",
        (
            project_id,
            workflow_id,
            changes.name,
            int(changes.sets_description),
            changes.description,
            changes.published_as_tool,
            changes.new_versions,
            now,
        ),
        rows=1,
    )


def insert_latest_version(
    project_id: str, workflow_id: str, id: str, spec_hash: str, created_by: str, now: int
) -> Write:
    """Adds the version that the workflow's `latest_version` counts already, in the same transaction."""
    return Write(
        """
        INSERT INTO workflow_versions
            (project_id, workflow_id, version, id, spec_hash, created_by, created_at)
        SELECT project_id, id, latest_version, $3::text, $4::text, $5::text, $6::bigint FROM workflows
        WHERE project_id = $1 AND id = $2""",
        (project_id, workflow_id, id, spec_hash, created_by, now),
        rows=1,
    )


def delete_workflow(project_id: str, workflow_id: str) -> Write:
    """Removes a workflow, which must still be there."""
    return Write("DELETE FROM workflows WHERE project_id = $1 AND id = $2", (project_id, workflow_id), rows=1)


def delete_versions(project_id: str, workflow_id: str) -> Write:
    """Removes all versions of a workflow."""
    return Write(
        "DELETE FROM workflow_versions WHERE project_id = $1 AND workflow_id = $2", (project_id, workflow_id)
    )


def delete_workflows_of_project(project_id: str) -> Write:
    """Removes all workflows of a project."""
    return Write("DELETE FROM workflows WHERE project_id = $1", (project_id,))


def delete_versions_of_project(project_id: str) -> Write:
    """Removes some of the versions of all workflows of a project."""
    return Write(
        "DELETE FROM workflow_versions WHERE @some(workflow_versions, project_id = $1) RETURNING 1",
        (project_id,),
    )
