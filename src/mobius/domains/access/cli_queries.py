"""SQL of CLI credentials and of the devices that wait for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row


class NewCredential(NamedTuple):
    """A row of `cli_credentials` as it is inserted; times in microseconds."""

    org_id: str
    id: str
    user_id: str
    label: str
    token_prefix: str
    token_hash: str
    expires_at: int
    created_at: int


class NewDevice(NamedTuple):
    """A row of `device_codes` as it is inserted; times in microseconds."""

    device_hash: str
    user_code: str
    label: str
    requested_org: str | None
    requested_from: str
    interval_seconds: int
    expires_at: int
    created_at: int


async def live_credentials_by_hash(store: Database, hashes: Sequence[str]) -> list[Row]:
    """The credentials with these hashes that are not revoked, in the shape of every credential (unique index
    cli_credentials_token).
    """
    return await store.all(
        """
        SELECT token_hash AS hash, org_id, id, user_id, NULL AS account_id, NULL AS project_id,
            label AS name, NULL AS permissions, expires_at, last_used_at
        FROM cli_credentials WHERE token_hash @in($1) AND revoked_at IS NULL""",
        list(hashes),
    )


async def credentials_of_user(store: Database, org_id: str, user_id: str, at_most: int) -> list[Row]:
    """The credentials of a member, newest first, revoked ones too (index cli_credentials_by_user)."""
    return await store.all(
        "SELECT * FROM cli_credentials WHERE org_id = $1 AND user_id = $2 ORDER BY id DESC LIMIT $3",
        org_id,
        user_id,
        at_most,
    )


def insert_credential(credential: NewCredential) -> Write:
    """A new credential."""
    return Write(
        "INSERT INTO cli_credentials (org_id, id, user_id, label, token_prefix, token_hash, expires_at,"
        " created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        tuple(credential),
    )


def revoke_credential(org_id: str, user_id: str, id: str, now: int) -> Write:
    """Ends a live credential of a member; RETURNING its id, no row when there is none (primary key)."""
    return Write(
        "UPDATE cli_credentials SET revoked_at = $4, updated_at = $4"
        " WHERE org_id = $1 AND user_id = $2 AND id = $3 AND revoked_at IS NULL RETURNING id",
        (org_id, user_id, id, now),
    )


def revoke_credentials_of_member(org_id: str, user_id: str, now: int) -> Write:
    """Ends all credentials of a member (index cli_credentials_by_user)."""
    return Write(
        "UPDATE cli_credentials SET revoked_at = $3, updated_at = $3"
        " WHERE org_id = $1 AND user_id = $2 AND revoked_at IS NULL",
        (org_id, user_id, now),
    )


def delete_credentials_of_org(org_id: str) -> Write:
    """Removes the credentials of an org."""
    return Write("DELETE FROM cli_credentials WHERE org_id = $1", (org_id,))


def note_use(org_id: str, id: str, used_at: int) -> Write:
    """Moves `last_used_at` forward, never back (primary key)."""
    return Write(
        "UPDATE cli_credentials SET last_used_at = $3"
        " WHERE org_id = $1 AND id = $2 AND coalesce(last_used_at, 0) < $3",
        (org_id, id, used_at),
    )


def insert_device(device: NewDevice) -> Write:
    """A device that waits; `device_codes_user_code` keeps what people type unique."""
    return Write(
        "INSERT INTO device_codes (device_hash, user_code, label, requested_org, requested_from,"
        " interval_seconds, expires_at, created_at, status)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending')",
        tuple(device),
    )


def delete_expired_devices(now: int) -> Write:
    """Forgets devices that waited in vain (index device_codes_expiring)."""
    return Write("DELETE FROM device_codes WHERE expires_at < $1", (now,))


async def waiting_device(store: Database, user_code: str, now: int) -> Row | None:
    """The device that shows this code, while nobody has decided about it."""
    return await store.first(
        "SELECT * FROM device_codes WHERE user_code = $1 AND status = 'pending' AND expires_at > $2",
        user_code,
        now,
    )


def decide_device(
    user_code: str, status: str, org_id: str | None, user_id: str, label: str, now: int
) -> Write:
    """Confirms or refuses the device that shows this code, once."""
    return Write(
        """
        UPDATE device_codes SET status = $2, confirmed_org = $3, confirmed_by = $4, label = $5
        WHERE user_code = $1 AND status = 'pending' AND expires_at > $6""",
        (user_code, status, org_id, user_id, label, now),
        rows=1,
    )


async def device(store: Database, device_hash: str) -> Row | None:
    """A device by its code (primary key)."""
    return await store.first("SELECT * FROM device_codes WHERE device_hash = $1", device_hash)


def note_poll(device_hash: str, now: int, interval_seconds: int) -> Write:
    """Remembers when a device asked, and how long it shall wait now (primary key)."""
    return Write(
        "UPDATE device_codes SET polled_at = $2, interval_seconds = $3 WHERE device_hash = $1",
        (device_hash, now, interval_seconds),
    )


def take_device(device_hash: str, status: str) -> Write:
    """Ends the waiting of a device about which somebody has decided, once (primary key)."""
    return Write(
        "DELETE FROM device_codes WHERE device_hash = $1 AND status = $2", (device_hash, status), rows=1
    )
