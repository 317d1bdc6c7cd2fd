"""SQL of service accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row


class NewAccount(NamedTuple):
    """A row of `service_accounts` as it is inserted; times in microseconds, metadata as JSON text."""

    project_id: str
    id: str
    org_id: str
    name: str
    display_name: str
    description: str | None
    owner_user_id: str | None
    role: str | None
    metadata: str
    created_by: str
    created_at: int


class Changes(NamedTuple):
    """What an update changes; None leaves a column as it is, unless `sets_...` says that it is meant."""

    display_name: str | None
    sets_description: bool
    description: str | None
    status: str | None
    sets_owner: bool
    owner_user_id: str | None
    metadata: str | None


async def account(store: Database, project_id: str, account_id: str) -> Row:
    """An account of the project; raises NotFound (primary key)."""
    return await store.one(
        "service account",
        "SELECT * FROM service_accounts WHERE project_id = $1 AND id = $2",
        project_id,
        account_id,
    )


async def accounts_of_project(
    store: Database, project_id: str, before: str | None, at_most: int
) -> list[Row]:
    """Accounts of the project, newest first (primary key)."""
    return await store.all(
        """
        SELECT * FROM service_accounts WHERE project_id = $1 AND ($2::text IS NULL OR id < $2::text)
        ORDER BY id DESC LIMIT $3""",
        project_id,
        before,
        at_most,
    )


async def accounts_of_orgs(store: Database, org_ids: Sequence[str], ids: Sequence[str]) -> list[Row]:
    """These accounts, as far as they belong to these orgs (index service_accounts_id)."""
    return await store.all(
        "SELECT org_id, project_id, id, status, role FROM service_accounts"
        " WHERE org_id @in($1) AND id @in($2)",
        list(org_ids),
        list(ids),
    )


def insert_account(account: NewAccount) -> Write:
    """A new, active account; `service_accounts_name` keeps its name unique in the project."""
    return Write(
        """
        INSERT INTO service_accounts
            (project_id, id, org_id, name, display_name, description, owner_user_id, role, metadata,
             created_by, created_at, updated_at, status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 'active') RETURNING *""",
        tuple(account),
    )


def update_account(project_id: str, account_id: str, changes: Changes, now: int) -> Write:
    """Changes an account; RETURNING it, no row when there is none."""
    return Write(
        """
        UPDATE service_accounts SET
            display_name = coalesce($3::text, display_name),
            description = CASE WHEN $4::integer = 1 THEN $5::text ELSE description END,
            status = coalesce($6::text, status),
            owner_user_id = CASE WHEN $7::integer = 1 THEN $8::text ELSE owner_user_id END,
            metadata = coalesce($9::text, metadata),
            updated_at = $10
        WHERE project_id = $1 AND id = $2 RETURNING *""",
        (
            project_id,
            account_id,
            changes.display_name,
            int(changes.sets_description),
            changes.description,
            changes.status,
            int(changes.sets_owner),
            changes.owner_user_id,
            changes.metadata,
            now,
        ),
    )


def hold_account(project_id: str, account_id: str) -> Write:
    """Keeps an account from being removed until the batch is written; it must be there (primary key)."""
    return Write(
        "SELECT 1 FROM service_accounts WHERE project_id = $1 AND id = $2 @for_share",
        (project_id, account_id),
        rows=1,
    )


def delete_account(project_id: str, account_id: str) -> Write:
    """Removes an account, which must still be there."""
    return Write(
        "DELETE FROM service_accounts WHERE project_id = $1 AND id = $2", (project_id, account_id), rows=1
    )


def forget_owner(org_id: str, user_id: str, now: int) -> Write:
    """Accounts that a user owned have no owner any more (index service_accounts_by_owner)."""
    return Write(
        "UPDATE service_accounts SET owner_user_id = NULL, updated_at = $3"
        " WHERE org_id = $1 AND owner_user_id = $2",
        (org_id, user_id, now),
    )


def delete_accounts_of_project(project_id: str) -> Write:
    """Removes some of the service accounts of a project."""
    return Write(
        "DELETE FROM service_accounts WHERE @some(service_accounts, project_id = $1) RETURNING 1",
        (project_id,),
    )
