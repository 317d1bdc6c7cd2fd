"""SQL of sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row


async def sessions_by_hash(store: Database, hashes: Sequence[str]) -> list[Row]:
    """The sessions with these hashes, in the shape of every credential (unique index sessions_token)."""
    return await store.all(
        """
        SELECT token_hash AS hash, org_id, id, user_id, NULL AS account_id, NULL AS project_id,
            'browser' AS name, NULL AS permissions, expires_at, last_used_at
        FROM sessions WHERE token_hash @in($1)""",
        list(hashes),
    )


def insert_session(org_id: str, id: str, user_id: str, token_hash: str, now: int, expires_at: int) -> Write:
    """A new session."""
    return Write(
        "INSERT INTO sessions (org_id, id, user_id, token_hash, expires_at, last_used_at, created_at)"
        " VALUES ($1, $2, $3, $4, $6, $5, $5)",
        (org_id, id, user_id, token_hash, now, expires_at),
    )


def move_session(org_id: str, id: str, to_org: str, new_id: str, token_hash: str, now: int) -> Write:
    """A new session in another org, which ends when the old one would have."""
    return Write(
        "INSERT INTO sessions (org_id, id, user_id, token_hash, expires_at, last_used_at, created_at)"
        " SELECT $3, $4, user_id, $5, expires_at, $6, created_at FROM sessions WHERE org_id = $1 AND id = $2",
        (org_id, id, to_org, new_id, token_hash, now),
        rows=1,
    )


def delete_session(org_id: str, id: str) -> Write:
    """Ends a session (primary key)."""
    return Write("DELETE FROM sessions WHERE org_id = $1 AND id = $2", (org_id, id))


def delete_sessions_of_member(org_id: str, user_id: str) -> Write:
    """Ends the sessions of somebody in one org (index sessions_by_user)."""
    return Write("DELETE FROM sessions WHERE org_id = $1 AND user_id = $2", (org_id, user_id))


def delete_other_sessions(user_id: str, kept_id: str) -> Write:
    """Ends the sessions of somebody in all orgs, apart from one (index sessions_by_user)."""
    return Write("DELETE FROM sessions WHERE user_id = $1 AND id <> $2", (user_id, kept_id))


def delete_sessions_of_org(org_id: str) -> Write:
    """Removes the sessions of an org."""
    return Write("DELETE FROM sessions WHERE org_id = $1", (org_id,))


def delete_ended_sessions(now: int, unused_since: int) -> Write:
    """Forgets sessions that nobody can use any more (index sessions_expiring; there are few)."""
    return Write("DELETE FROM sessions WHERE expires_at < $1 OR last_used_at < $2", (now, unused_since))


def note_use(org_id: str, id: str, used_at: int) -> Write:
    """Moves `last_used_at` forward, never back (primary key)."""
    return Write(
        "UPDATE sessions SET last_used_at = $3 WHERE org_id = $1 AND id = $2 AND last_used_at < $3",
        (org_id, id, used_at),
    )
