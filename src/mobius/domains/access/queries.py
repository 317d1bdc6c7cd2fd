"""SQL of API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row

_KEY_COLUMNS = (
    "org_id, id, project_id, name, key_prefix, scope, permissions, service_account_id, created_by,"
    " expires_at, last_used_at, created_at, updated_at"
)


class NewKey(NamedTuple):
    """A row of `api_keys` as it is inserted; times in microseconds, permissions as JSON text."""

    org_id: str
    id: str
    project_id: str | None
    name: str
    key_prefix: str
    key_hash: str
    scope: str
    permissions: str | None
    service_account_id: str | None
    created_by: str
    expires_at: int | None
    created_at: int


async def live_keys_by_hash(store: Database, hashes: Sequence[str]) -> list[Row]:
    """The keys with these hashes that are not revoked, in the shape of every credential (unique index
    api_keys_hash).
    """
    return await store.all(
        """
        SELECT key_hash AS hash, org_id, id, created_by AS user_id, service_account_id AS account_id,
            project_id, name, permissions, expires_at, last_used_at
        FROM api_keys WHERE key_hash @in($1) AND revoked_at IS NULL""",
        list(hashes),
    )


async def live_org_keys(store: Database, org_id: str) -> list[Row]:
    """The live keys of the org that are not pinned to a project, newest first (index api_keys_name)."""
    return await store.all(
        f"SELECT {_KEY_COLUMNS} FROM api_keys"
        " WHERE org_id = $1 AND project_id IS NULL AND revoked_at IS NULL ORDER BY id DESC",
        org_id,
    )


async def live_project_keys(store: Database, org_id: str, project_id: str) -> list[Row]:
    """The live keys pinned to the project, newest first (index api_keys_name)."""
    return await store.all(
        f"SELECT {_KEY_COLUMNS} FROM api_keys"
        " WHERE org_id = $1 AND project_id = $2 AND revoked_at IS NULL ORDER BY id DESC",
        org_id,
        project_id,
    )


async def live_key(store: Database, org_id: str, project_id: str | None, key_id: str) -> Row:
    """One live key of the org, or of the project when one is given (primary key)."""
    return await store.one(
        "API key",
        f"SELECT {_KEY_COLUMNS} FROM api_keys WHERE org_id = $1 AND id = $2"
        " AND coalesce(project_id, '') = $3 AND revoked_at IS NULL",
        org_id,
        key_id,
        project_id or "",
    )


def insert_key(key: NewKey) -> Write:
    """A new key."""
    return Write(
        "INSERT INTO api_keys (org_id, id, project_id, name, key_prefix, key_hash, scope, permissions,"
        " service_account_id, created_by, expires_at, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        tuple(key),
    )


def revoke_key(org_id: str, project_id: str | None, key_id: str, now: int) -> Write:
    """Ends a live key; RETURNING its id, no row when there is none (primary key)."""
    return Write(
        "UPDATE api_keys SET revoked_at = $4, updated_at = $4 WHERE org_id = $1 AND id = $2"
        " AND coalesce(project_id, '') = $3 AND revoked_at IS NULL RETURNING id",
        (org_id, key_id, project_id or "", now),
    )


def revoke_keys_of_user(org_id: str, user_id: str, now: int) -> Write:
    """Ends the keys that act as a user (index api_keys_by_creator)."""
    return Write(
        "UPDATE api_keys SET revoked_at = $3, updated_at = $3"
        " WHERE org_id = $1 AND created_by = $2 AND service_account_id IS NULL AND revoked_at IS NULL",
        (org_id, user_id, now),
    )


def find_live_key_of_account(org_id: str, account_id: str, now: int) -> Write:
    """A live key that acts as a service account, if there is one (index api_keys_by_account)."""
    return Write(
        "SELECT id FROM api_keys WHERE org_id = $1 AND service_account_id = $2 AND revoked_at IS NULL"
        " AND (expires_at IS NULL OR expires_at > $3) LIMIT 1",
        (org_id, account_id, now),
    )


def delete_keys_of_org(org_id: str) -> Write:
    """Removes the keys of an org."""
    return Write("DELETE FROM api_keys WHERE org_id = $1", (org_id,))


def delete_keys_of_project(project_id: str) -> Write:
    """Removes the keys that are pinned to a project."""
    return Write("DELETE FROM api_keys WHERE project_id = $1", (project_id,))


def note_use(org_id: str, key_id: str, used_at: int) -> Write:
    """Moves `last_used_at` forward, never back (primary key)."""
    return Write(
        "UPDATE api_keys SET last_used_at = $3"
        " WHERE org_id = $1 AND id = $2 AND coalesce(last_used_at, 0) < $3",
        (org_id, key_id, used_at),
    )
