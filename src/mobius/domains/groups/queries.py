"""SQL of groups and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row


class NewGroup(NamedTuple):
    """A row of `groups` as it is inserted; `created_at` in microseconds."""

    project_id: str
    id: str
    org_id: str
    handle: str
    name: str
    description: str | None
    routing_policy: str
    created_at: int


class Changes(NamedTuple):
    """What an update changes; None leaves a column as it is, the description unless `sets_description`."""

    name: str | None
    sets_description: bool
    description: str | None
    routing_policy: str | None


class NewMember(NamedTuple):
    """A row of `group_members` as it is inserted; `added_at` in microseconds."""

    project_id: str
    group_id: str
    user_id: str
    id: str
    org_id: str
    added_by: str | None
    added_at: int


async def group(store: Database, project_id: str, id_or_handle: str) -> Row | None:
    """A group of the project by id or handle. Primary key and `groups_handle`."""
    return await store.first(
        "SELECT * FROM groups WHERE project_id = $1 AND (id = $2 OR handle = $2)", project_id, id_or_handle
    )


async def groups_of_project(
    store: Database, project_id: str, before_id: str | None, at_most: int
) -> list[Row]:
    """Groups older than `before_id`, newest first. Primary key."""
    return await store.all(
        """
        SELECT * FROM groups WHERE project_id = $1 AND ($2::text IS NULL OR id < $2::text)
        ORDER BY id DESC LIMIT $3""",
        project_id,
        before_id,
        at_most,
    )


async def groups_of_member(
    store: Database, org_id: str, project_id: str, user_id: str, before_id: str | None, at_most: int
) -> list[Row]:
    """The groups that a user belongs to, newest first. `group_members_by_user`, then the primary key."""
    return await store.all(
        """
        SELECT g.* FROM group_members m
        JOIN groups g ON g.project_id = m.project_id AND g.id = m.group_id
        WHERE m.org_id = $1 AND m.user_id = $2 AND m.project_id = $3
            AND ($4::text IS NULL OR m.group_id < $4::text)
        ORDER BY m.group_id DESC LIMIT $5""",
        org_id,
        user_id,
        project_id,
        before_id,
        at_most,
    )


async def member_counts(store: Database, project_id: str, group_ids: Sequence[str]) -> dict[str, int]:
    """How many members each of the groups has; those without any are missing. Primary key."""
    rows = await store.all(
        """
        SELECT group_id, count(*) AS members FROM group_members
        WHERE project_id = $1 AND group_id @in($2) GROUP BY group_id""",
        project_id,
        list(group_ids),
    )
    return {row["group_id"]: row["members"] for row in rows}


async def members_page(
    store: Database, project_id: str, group_id: str, before_id: str | None, at_most: int
) -> list[Row]:
    """Memberships older than `before_id`, newest first. `group_members_newest`."""
    return await store.all(
        """
        SELECT * FROM group_members
        WHERE project_id = $1 AND group_id = $2 AND ($3::text IS NULL OR id < $3::text)
        ORDER BY id DESC LIMIT $4""",
        project_id,
        group_id,
        before_id,
        at_most,
    )


async def user_ids(store: Database, project_id: str, group_id: str) -> list[str]:
    """The users who are members, who joined first first; there are not too many. `group_members_newest`."""
    rows = await store.all(
        "SELECT user_id FROM group_members WHERE project_id = $1 AND group_id = $2 ORDER BY id",
        project_id,
        group_id,
    )
    return [row["user_id"] for row in rows]


def insert_group(group: NewGroup) -> Write:
    """Adds a group; `groups_handle` keeps its handle unique."""
    return Write(
        """
        INSERT INTO groups
            (project_id, id, org_id, handle, name, description, routing_policy, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING *""",
        tuple(group),
    )


def update_group(project_id: str, group_id: str, changes: Changes, now: int) -> Write:
    """Changes a group, which must still be there."""
    return Write(
        """
        UPDATE groups SET
            name = coalesce($3::text, name),
            description = CASE WHEN $4::integer = 1 THEN $5::text ELSE description END,
            routing_policy = coalesce($6::text, routing_policy),
            updated_at = $7
        WHERE project_id = $1 AND id = $2 RETURNING *""",
        (
            project_id,
            group_id,
            changes.name,
            int(changes.sets_description),
            changes.description,
            changes.routing_policy,
            now,
        ),
        rows=1,
    )


def delete_group(project_id: str, group_id: str) -> Write:
    """Removes a group, which must still be there."""
    return Write("DELETE FROM groups WHERE project_id = $1 AND id = $2", (project_id, group_id), rows=1)


def delete_members(project_id: str, group_id: str) -> Write:
    """Removes all members of a group."""
    return Write("DELETE FROM group_members WHERE project_id = $1 AND group_id = $2", (project_id, group_id))


def lock_group(project_id: str, group_id: str) -> Write:
    """Keeps a group, which must be there, from being changed by others until the batch is written."""
    return Write(
        "UPDATE groups SET id = id WHERE project_id = $1 AND id = $2", (project_id, group_id), rows=1
    )


def hold_group(project_id: str, group_id: str) -> Write:
    """Keeps a group and its members as they are until the batch is written; it must be there."""
    return Write(
        "SELECT 1 FROM groups WHERE project_id = $1 AND id = $2 @for_share", (project_id, group_id), rows=1
    )


def insert_member(member: NewMember, at_most: int) -> Write:
    """Adds a member, unless the group has `at_most` already; the group must be locked in the batch."""
    return Write(
        """
        INSERT INTO group_members (project_id, group_id, user_id, id, org_id, added_by, added_at)
        SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::bigint
        WHERE (SELECT count(*) FROM group_members WHERE project_id = $1 AND group_id = $2) < $8
        RETURNING *""",
        (*member, at_most),
        rows=1,
    )


def delete_member(project_id: str, group_id: str, user_id: str) -> Write:
    """Removes a member, who must be one."""
    return Write(
        "DELETE FROM group_members WHERE project_id = $1 AND group_id = $2 AND user_id = $3",
        (project_id, group_id, user_id),
        rows=1,
    )


def delete_memberships_of_user(org_id: str, user_id: str) -> Write:
    """Removes a user from all groups of an org. `group_members_by_user`."""
    return Write("DELETE FROM group_members WHERE org_id = $1 AND user_id = $2", (org_id, user_id))


def delete_groups_of_project(project_id: str) -> Write:
    """Removes some of the groups of a project."""
    return Write("DELETE FROM groups WHERE @some(groups, project_id = $1) RETURNING 1", (project_id,))


def delete_members_of_project(project_id: str) -> Write:
    """Removes some of the members of all groups of a project."""
    return Write(
        "DELETE FROM group_members WHERE @some(group_members, project_id = $1) RETURNING 1", (project_id,)
    )
