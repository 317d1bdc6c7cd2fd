"""SQL of kept answers."""

from __future__ import annotations

from mobius.store import Database, Row, Write

Place = tuple[str, str, str]
"""Org, credential and key: the primary key of `idempotency_keys`."""


def reserve(place: Place, request_hash: str, now: int, *, free_if_before: int, unfilled_before: int) -> Write:
    """Takes the key when nobody has it, or what it holds is too old; RETURNING nothing when it is taken."""
    return Write(
        """
        INSERT INTO idempotency_keys (org_id, credential_id, key, request_hash, created_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (org_id, credential_id, key) DO UPDATE SET
            request_hash = excluded.request_hash, created_at = excluded.created_at, status = NULL, body = NULL
        WHERE idempotency_keys.created_at <= $6
            OR (idempotency_keys.status IS NULL AND idempotency_keys.created_at <= $7)
        RETURNING created_at""",
        (*place, request_hash, now, free_if_before, unfilled_before),
    )


def carry_out(place: Place, reserved_at: int, status: int) -> Write:
    """Notes that the request is carried out; a guard that misses when another one has taken the key over."""
    return Write(
        """
        UPDATE idempotency_keys SET status = $5
        WHERE org_id = $1 AND credential_id = $2 AND key = $3 AND created_at = $4 AND status IS NULL""",
        (*place, reserved_at, status),
        rows=1,
    )


def fill(place: Place, reserved_at: int, status: int, body: str | None) -> Write:
    """Leaves the answer, unless another request has taken the key over."""
    return Write(
        """
        UPDATE idempotency_keys SET status = $5, body = $6
        WHERE org_id = $1 AND credential_id = $2 AND key = $3 AND created_at = $4""",
        (*place, reserved_at, status, body),
    )


def release(place: Place, reserved_at: int) -> Write:
    """Frees the key, unless the request was carried out or another one has taken the key over."""
    return Write(
        """
        DELETE FROM idempotency_keys
        WHERE org_id = $1 AND credential_id = $2 AND key = $3 AND created_at = $4 AND status IS NULL""",
        (*place, reserved_at),
    )


async def kept_answer(store: Database, place: Place) -> Row | None:
    """What the key holds."""
    return await store.first(
        """
        SELECT request_hash, status, body FROM idempotency_keys
        WHERE org_id = $1 AND credential_id = $2 AND key = $3""",
        *place,
    )


def delete_before(created_before: int) -> Write:
    """Forgets old answers of all orgs (index idempotency_keys_created)."""
    return Write("DELETE FROM idempotency_keys WHERE created_at <= $1", (created_before,))
