"""What callers present, and whom it stands for: API keys, CLI credentials and sessions, all read alike."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from mobius.api.permissions import narrowed
from mobius.domains.access import cli_queries, queries, session_queries
from mobius.domains.identity import rules as identity
from mobius.domains.identity.rules import ActorRef

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from mobius.api.permissions import Grants
    from mobius.store import Database, Row, Write

API_KEY = "api_key"
CLI_TOKEN = "cli_token"  # noqa: S105  the name of a kind
SESSION = "session"

KEY_PREFIX = "mbx_"
CLI_PREFIX = "mbc_"
SESSION_PREFIX = "mbs_"
SHOWN_CHARACTERS = 8


class Presented(NamedTuple):
    """A credential as the server compares it: what kind it must be, and its hash."""

    kind: str
    hash: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A live credential of somebody who may act, as the guard needs it; times in microseconds.

    `permissions` is what the actor's role and the credential's own limit, `cut`, both allow. `idle` is how
    long it may go unused.
    """

    presented: Presented
    id: str
    org_id: str
    project_id: str | None
    name: str
    actor: ActorRef
    role: str | None
    cut: Grants
    permissions: Grants
    expires_at: int | None
    last_used_at: int | None
    idle: int | None = None


def new_secret(prefix: str = KEY_PREFIX) -> str:
    """A new secret: 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What the database holds of a secret. It needs no salt and no stretching: the secret is random."""
    return sha256(secret.encode()).hexdigest()


def bearer(token: bytes) -> Presented:
    """What a bearer token is; a session is none, so that only browsers can use one."""
    kind = CLI_TOKEN if token.startswith(CLI_PREFIX.encode()) else API_KEY
    return Presented(kind, sha256(token).hexdigest())


def session_cookie(token: bytes) -> Presented:
    """What the cookie of a browser is."""
    return Presented(SESSION, sha256(token).hexdigest())


async def find_credentials(
    store: Database, presented: Iterable[Presented], session_idle: int
) -> dict[Presented, Credential]:
    """Those that are live, of those who may act: members, and accounts that are not disabled."""
    rows: list[tuple[str, Row]] = []
    hashes: dict[str, list[str]] = {}
    for kind, digest in presented:
        hashes.setdefault(kind, []).append(digest)
    for kind, wanted in hashes.items():
        rows += [(kind, row) for row in await _READERS[kind](store, wanted)]
    actors = await identity.find_actors(store, [_actor(row) for _, row in rows])
    found = [
        _credential(kind, row, actors[_actor(row)], session_idle)
        for kind, row in rows
        if _actor(row) in actors
    ]
    return {one.presented: one for one in found}


async def note_uses(store: Database, uses: Iterable[tuple[str, str, str, int]]) -> None:
    """Records when credentials were last used: (kind, org, id, microseconds)."""
    await store.write(*(_NOTES[kind](org, id, at) for kind, org, id, at in sorted(uses)))


def _actor(row: Row) -> ActorRef:
    account = row["account_id"]
    return ActorRef(row["org_id"], "service_account" if account else "user", str(account or row["user_id"]))


def _credential(kind: str, row: Row, actor: identity.Actor, session_idle: int) -> Credential:
    cut = permissions_of(row)
    # Without a role the key alone says what an account may do; one that says nothing allows nothing.
    permissions = narrowed(actor.grants, cut) if actor.role else cut or ()
    return Credential(
        presented=Presented(kind, row["hash"]),
        id=row["id"],
        org_id=row["org_id"],
        project_id=row["project_id"] or actor.project_id,
        name=row["name"],
        actor=_actor(row),
        role=actor.role,
        cut=cut,
        permissions=permissions,
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        idle=session_idle if kind == SESSION else None,
    )


def permissions_of(row: Mapping[str, Any]) -> Grants:
    """The limit that a row of a credential holds, if any."""
    text = row["permissions"]
    return None if text is None else msgspec.json.decode(text, type=tuple[str, ...])


_READERS: dict[str, Callable[[Database, Sequence[str]], Awaitable[list[Row]]]] = {
    API_KEY: queries.live_keys_by_hash,
    CLI_TOKEN: cli_queries.live_credentials_by_hash,
    SESSION: session_queries.sessions_by_hash,
}
_NOTES: dict[str, Callable[[str, str, int], Write]] = {
    API_KEY: queries.note_use,
    CLI_TOKEN: cli_queries.note_use,
    SESSION: session_queries.note_use,
}
