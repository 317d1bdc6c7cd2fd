"""Signing in at an OpenID provider: the way there, the way back, and who came back."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from mobius.api.errors import Forbidden, Missing
from mobius.api.origins import client_network
from mobius.clock import to_micros
from mobius.domains.access import oidc_queries, sessions
from mobius.domains.access.credentials import secret_hash
from mobius.domains.access.pages import local_path
from mobius.domains.access.provider import NotBelieved, OpenIdProvider
from mobius.domains.access.throttle import Throttles
from mobius.domains.identity import sign_in as people

if TYPE_CHECKING:
    from mobius.api.call import PublicCall
    from mobius.api.settings import Settings
    from mobius.domains.access.sessions import NewSession

MINUTES = 10


class Unknown(Forbidden):
    """Nobody has added the person, or not with the address that the provider has verified."""

    def __init__(self) -> None:
        super().__init__(
            "not_added",
            "nobody of this server has the verified address that your provider tells; ask an admin to add it",
        )


class Departure(NamedTuple):
    """Where to send the browser, and the cookie that it must come back with."""

    url: str
    cookie: str


async def begin(call: PublicCall, to: str) -> Departure:
    """Sends somebody to the provider."""
    provider = call.room(OpenIdProvider)
    if not provider.configured:
        raise Missing("OpenID provider")
    call.room(Throttles).departures.take(client_network(call.connection, call.settings))
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    url = await provider.sign_in_url(state, nonce, verifier)
    now = to_micros(call.clock.now())
    await call.store.write(
        oidc_queries.delete_expired(now),
        oidc_queries.insert_sign_in(
            secret_hash(state), nonce, verifier, local_path(to), now + MINUTES * 60_000_000
        ),
    )
    cookie = sessions.browser_cookie(call.settings, cookie_name(call.settings), state, MINUTES * 60)
    return Departure(url, cookie)


def cookie_name(settings: Settings) -> str:
    """What the browser keeps the state of its sign-in as; another host cannot put its own there."""
    return sessions.cookie_name(settings, "mobius_oidc")


async def finish(call: PublicCall, state: str, code: str, cookie: str | None) -> tuple[NewSession, str]:
    """A session for who came back, and where they were going.

    The state must be that of this browser, and is good once.
    """
    if not state or not code or cookie is None or not secrets.compare_digest(state.encode(), cookie.encode()):
        raise NotBelieved
    [rows] = await call.store.write(
        oidc_queries.take_sign_in(secret_hash(state), to_micros(call.clock.now()))
    )
    if not rows:
        raise NotBelieved
    [under_way] = rows
    provider = call.room(OpenIdProvider)
    person = await provider.person(code, under_way["nonce"], under_way["code_verifier"])
    user_id = await people.user_of_identity(call, person.issuer, person.subject, person.email)
    if user_id is None:
        raise Unknown
    return await sessions.begin(call, user_id, None), under_way["next_path"]
