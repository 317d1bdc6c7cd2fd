"""SQL of orgs, users, members and service accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row


async def any_org(store: Database) -> Row | None:
    """An org, if the database is not a new one."""
    return await store.first("SELECT id FROM orgs ORDER BY id LIMIT 1")


async def members_among(store: Database, org_id: str, user_ids: Sequence[str]) -> list[Row]:
    """The memberships of these users in the org (primary key)."""
    return await store.all(
        "SELECT * FROM org_members WHERE org_id = $1 AND user_id @in($2)", org_id, list(user_ids)
    )


def hold_member(org_id: str, user_id: str) -> Write:
    """Keeps a membership from being removed until the batch is written; it must be there (primary key)."""
    return Write(
        "SELECT 1 FROM org_members WHERE org_id = $1 AND user_id = $2 @for_share", (org_id, user_id), rows=1
    )


def insert_org(org_id: str, name: str, now: int) -> Write:
    """A new org."""
    return Write(
        "INSERT INTO orgs (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)", (org_id, name, now)
    )


def insert_user(user_id: str, name: str, now: int) -> Write:
    """A new user."""
    return Write(
        "INSERT INTO users (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)", (user_id, name, now)
    )


def insert_member(org_id: str, user_id: str, role: str, now: int) -> Write:
    """Makes a user a member of an org."""
    return Write(
        "INSERT INTO org_members (org_id, user_id, role, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
        (org_id, user_id, role, now),
    )


def delete_service_accounts_of_project(project_id: str) -> Write:
    """Removes the service accounts of a project."""
    return Write("DELETE FROM service_accounts WHERE project_id = $1", (project_id,))
