"""SQL of sign-ins that are under way at an OpenID provider."""

from __future__ import annotations

from mobius.store import Write


def insert_sign_in(state_hash: str, nonce: str, code_verifier: str, next_path: str, expires_at: int) -> Write:
    """Somebody went to the provider."""
    return Write(
        "INSERT INTO oidc_sign_ins (state_hash, nonce, code_verifier, next_path, expires_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        (state_hash, nonce, code_verifier, next_path, expires_at),
    )


def take_sign_in(state_hash: str, now: int) -> Write:
    """Somebody came back, in time and for the first time; RETURNING what they left with (primary key)."""
    return Write(
        "DELETE FROM oidc_sign_ins WHERE state_hash = $1 AND expires_at > $2"
        " RETURNING nonce, code_verifier, next_path",
        (state_hash, now),
    )


def delete_expired(now: int) -> Write:
    """Forgets who did not come back (index oidc_sign_ins_expiring)."""
    return Write("DELETE FROM oidc_sign_ins WHERE expires_at <= $1", (now,))
