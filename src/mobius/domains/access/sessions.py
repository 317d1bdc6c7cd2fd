"""Signing in and out with a password, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mobius.api.errors import ApiError, Forbidden, Invalid
from mobius.api.origins import check_same_site, client_network
from mobius.clock import to_micros
from mobius.domains.access import session_queries
from mobius.domains.access.credentials import SESSION, SESSION_PREFIX, new_secret, secret_hash
from mobius.domains.access.throttle import Throttles
from mobius.domains.identity import rules as identity
from mobius.domains.identity import sign_in as people
from mobius.domains.identity.addresses import LONGEST_EMAIL, folded_email
from mobius.domains.identity.passwords import Passwords
from mobius.store import GuardMissed, new_id

if TYPE_CHECKING:
    from mobius.api.call import OrgCall, PublicCall
    from mobius.api.settings import Settings
    from mobius.store import Write

SECOND = 1_000_000


class WrongPassword(ApiError):
    """The address or the password is wrong: which one is not told."""

    def __init__(self) -> None:
        super().__init__(401, "wrong_password", "the address or the password is wrong")


class NotAMember(Forbidden):
    """The person cannot go there, or not any more."""

    def __init__(self) -> None:
        super().__init__(
            "not_a_member",
            "you are not a member of this organization, or your session or password has just ended",
        )


class NewSession(NamedTuple):
    """A session that has just begun."""

    token: str
    user_id: str
    org_id: str


def cookie_name(settings: Settings, name: str = "mobius_session") -> str:
    """The cookie's name; with the prefix a browser takes it from this very host over TLS only."""
    return f"__Host-{name}" if is_secure(settings) else name


def is_secure(settings: Settings) -> bool:
    """Whether people reach the server over TLS."""
    return settings.base_url.startswith("https://")


def cookie(settings: Settings, token: str) -> str:
    """The Set-Cookie header for a session; an empty token ends it."""
    return browser_cookie(
        settings, cookie_name(settings), token, int(settings.session_seconds) if token else 0
    )


def browser_cookie(settings: Settings, name: str, content: str, seconds: int) -> str:
    """The Set-Cookie header for what scripts and other sites shall not get."""
    secure = "; Secure" if is_secure(settings) else ""
    return f"{name}={content}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


async def sign_in(call: PublicCall, email: str, password: str, org_id: str | None) -> NewSession:
    """Begins a session for who knows the password; raises WrongPassword, TooManyRequests or CrossSite.

    Only wrong passwords count against the limits.
    """
    check_same_site(call.connection, call.settings, needs_proof=False)
    folded = folded_email(email[:LONGEST_EMAIL])
    user = await people.user_by_email(call.store, folded)
    stored = user["password_hash"] if user else None
    await _check_password(call, folded, stored, password)
    if user is None or stored is None:
        raise WrongPassword
    return await begin(call, user["id"], org_id, people.holds_password(user["id"], stored))


async def begin(call: PublicCall, user_id: str, org_id: str | None, *conditions: Write) -> NewSession:
    """Begins a session in an org of the user's: the one that is named, else the one joined first."""
    if org_id is None:
        orgs = await identity.orgs_of(call.store, user_id)
        org_id = orgs[0].id if orgs else ""
    now, token = to_micros(call.clock.now()), new_secret(SESSION_PREFIX)
    expires_at = now + int(call.settings.session_seconds * SECOND)
    unused_since = now - int(call.settings.session_idle_seconds * SECOND)
    try:
        await call.store.write(
            *conditions,
            identity.holds_member(org_id, user_id),
            session_queries.insert_session(
                org_id, new_id("ses"), user_id, secret_hash(token), now, expires_at
            ),
            session_queries.delete_ended_sessions(now, unused_since),
        )
    except GuardMissed:
        raise NotAMember from None
    return NewSession(token, user_id, org_id)


async def move(call: OrgCall, org_id: str) -> NewSession:
    """Goes on in another org of the user's, with another token, and no longer than before."""
    old, user_id = own_session(call), call.caller.actor_id
    now, token = to_micros(call.clock.now()), new_secret(SESSION_PREFIX)
    try:
        await call.store.write(
            identity.holds_member(org_id, user_id),
            session_queries.move_session(
                call.caller.org_id, old, org_id, new_id("ses"), secret_hash(token), now
            ),
            session_queries.delete_session(call.caller.org_id, old),
            wake=[f"keys:{old}"],
        )
    except GuardMissed:
        raise NotAMember from None
    return NewSession(token, user_id, org_id)


async def end(call: OrgCall) -> None:
    """Ends the session that the caller uses."""
    session = own_session(call)
    await call.store.write(
        session_queries.delete_session(call.caller.org_id, session), wake=[f"keys:{session}"]
    )


def own_session(call: OrgCall) -> str:
    """The id of the session that the caller uses; raises Invalid when it uses another credential."""
    if call.caller.credential_type != SESSION:
        raise Invalid("this is for people who are signed in; an API key or CLI credential has no session")
    return call.caller.credential_id


async def change_password(call: OrgCall, current: str, new: str) -> None:
    """Gives the signed-in user another password, and ends all their other sessions."""
    session, user_id = own_session(call), call.caller.actor_id
    user = await people.user_by_id(call.store, user_id)
    await _check_password(call, user["email_folded"] or user_id, user["password_hash"], current)
    held = people.holds_password(user_id, user["password_hash"])
    await _store(call, user_id, (held, await people.new_password(call, user_id, new)), kept_session=session)


async def set_password(call: OrgCall, user_id: str, password: str) -> None:
    """Gives a member a password, as an admin or for oneself, and ends all their sessions."""
    await people.check_may_set_sign_in(call, user_id)
    held = identity.holds_member(call.caller.org_id, user_id)
    await _store(call, user_id, (await people.new_password(call, user_id, password), held), kept_session="")


async def _check_password(call: PublicCall | OrgCall, folded: str, stored: str | None, password: str) -> None:
    """Raises WrongPassword, or TooManyRequests for who guesses; only wrong passwords count."""
    throttles, network = call.room(Throttles), client_network(call.connection, call.settings)
    taken = (
        (throttles.by_network, network),
        (throttles.by_user_and_network, f"{network} {folded}"),
        (throttles.by_user, folded),
    )
    for throttle, name in taken:
        throttle.take(name)
    if not await call.room(Passwords).matches(stored, password):
        raise WrongPassword
    for throttle, name in taken:
        throttle.give_back(name)


async def _store(call: OrgCall, user_id: str, writes: tuple[Write, ...], kept_session: str) -> None:
    await call.store.write(
        *writes,
        session_queries.delete_other_sessions(user_id, kept_session),
        wake=[f"actors:{user_id}"],
    )
