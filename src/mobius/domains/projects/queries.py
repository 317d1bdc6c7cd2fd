"""SQL of projects."""

from __future__ import annotations

from mobius.store import Database, Row, Write


def folded(text: str) -> str:
    """The text without the difference between upper and lower case."""
    return text.casefold()


async def find_project(store: Database, org_id: str, id_or_handle: str) -> Row | None:
    """The project of an org by its id or its handle. Primary key and `projects_handle`."""
    return await store.first(
        "SELECT * FROM projects WHERE org_id = $1 AND (id = $2 OR handle = $2)", org_id, id_or_handle
    )


async def org_of_project(store: Database, id: str) -> Row:
    """The org that a project belongs to; raises NotFound. `projects_id`."""
    return await store.one("project", "SELECT org_id FROM projects WHERE id = $1", id)


async def project(store: Database, org_id: str, id: str) -> Row:
    """The project of an org by its id; raises NotFound. Primary key."""
    return await store.one("project", "SELECT * FROM projects WHERE org_id = $1 AND id = $2", org_id, id)


async def projects_of_org(
    store: Database, org_id: str, beginning: str, only: str | None, at_most: int
) -> list[Row]:
    """Projects whose folded name or handle matches the LIKE pattern `beginning`, newest first.

    `!` stands before characters of the pattern that LIKE would not take literally. `only` holds the answer to
    the project of this id.
    """
    return await store.all(
        """
        SELECT * FROM projects
        WHERE org_id = $1
            AND (name_folded LIKE $2 ESCAPE '!' OR handle LIKE $2 ESCAPE '!')
            AND ($3::text IS NULL OR id = $3::text)
        ORDER BY id DESC LIMIT $4""",
        org_id,
        beginning,
        only,
        at_most,
    )


def insert_project(
    org_id: str, id: str, name: str, handle: str, description: str | None, created_by: str, now: int
) -> Write:
    """Adds a project; `projects_handle` keeps its handle unique."""
    return Write(
        """
        INSERT INTO projects
            (org_id, id, name, name_folded, handle, description, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING *""",
        (org_id, id, name, folded(name), handle, description, created_by, now),
    )


def update_project(
    org_id: str, id: str, name: str | None, sets_description: bool, description: str | None, now: int
) -> Write:
    """Changes the name unless it is None, and the description when `sets_description`."""
    return Write(
        """
        UPDATE projects SET
            name = coalesce($3::text, name),
            name_folded = coalesce($4::text, name_folded),
            description = CASE WHEN $5::integer = 1 THEN $6::text ELSE description END,
            updated_at = $7
        WHERE org_id = $1 AND id = $2 RETURNING *""",
        (org_id, id, name, None if name is None else folded(name), int(sets_description), description, now),
    )


def no_project_is_left(org_id: str) -> Write:
    """Undoes the batch when the org has a project."""
    return Write("SELECT id FROM projects WHERE org_id = $1 LIMIT 1", (org_id,), rows=0)


def delete_project(org_id: str, id: str) -> Write:
    """Removes the project's own row, which must still be there."""
    return Write("DELETE FROM projects WHERE org_id = $1 AND id = $2", (org_id, id), rows=1)


def remember_removal(org_id: str, id: str, now: int) -> Write:
    """Notes that something of a project is left to be removed."""
    return Write(
        "INSERT INTO removed_projects (org_id, project_id, removed_at, due_at) VALUES ($1, $2, $3, $3)",
        (org_id, id, now),
    )


async def next_removal(store: Database) -> Row | None:
    """The removed project that is due first. `removed_projects_due`."""
    return await store.first("SELECT due_at FROM removed_projects ORDER BY due_at LIMIT 1")


def take_due_removal(now: int, until: int) -> Write:
    """Takes a removed project that is due. `removed_projects_due`."""
    return Write(
        """
        UPDATE removed_projects SET due_at = $2
        WHERE (org_id, project_id) IN (
            SELECT org_id, project_id FROM removed_projects
            WHERE due_at <= $1 ORDER BY due_at LIMIT 1 @skip_locked)
        RETURNING org_id, project_id, removed_at""",
        (now, until),
    )


def go_on_removing_at(org_id: str, id: str, due_at: int) -> Write:
    """Changes when a removed project is due. Primary key."""
    return Write(
        "UPDATE removed_projects SET due_at = $3 WHERE org_id = $1 AND project_id = $2", (org_id, id, due_at)
    )


def forget_removal(org_id: str, id: str) -> Write:
    """Forgets a removed project. Primary key."""
    return Write("DELETE FROM removed_projects WHERE org_id = $1 AND project_id = $2", (org_id, id))
