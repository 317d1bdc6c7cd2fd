"""What is known of people for signing in: addresses and passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.api.errors import Forbidden, Invalid
from mobius.api.permissions import MEMBER_ROLES, check_role_grant
from mobius.clock import to_micros
from mobius.domains.identity import queries
from mobius.domains.identity.addresses import folded_email, is_same_address
from mobius.domains.identity.passwords import Passwords, checked_password
from mobius.store import GuardMissed, UniqueViolation

if TYPE_CHECKING:
    from mobius.api.call import OrgCall, PublicCall
    from mobius.store import Database, Row, Write


class AlsoElsewhere(Forbidden):
    """The user signs in to other orgs as well, which is theirs alone."""

    def __init__(self) -> None:
        super().__init__(
            "permission_denied",
            "the user belongs to another organization as well: only they can change this, signed in",
        )


async def user_by_email(store: Database, folded: str) -> Row | None:
    """The user with this address, folded, with the password's hash."""
    return await queries.user_by_email(store, folded)


async def user_by_id(store: Database, user_id: str) -> Row:
    """A user, with the password's hash; raises NotFound."""
    return await queries.user(store, user_id)


async def user_of_identity(
    call: PublicCall, issuer: str, subject: str, verified_email: str | None
) -> str | None:
    """Who somebody is whom a provider vouches for.

    At the first time it is the user with the verified address, who is that person for good: the address may
    be given to somebody else at the provider, the subject is not.
    """
    known = await queries.identity(call.store, issuer, subject)
    if known is not None:
        return str(known["user_id"])
    if verified_email is None:
        return None
    user = await queries.user_by_email(call.store, folded_email(verified_email))
    if user is None or not is_same_address(user["email"], verified_email):
        return None
    try:
        await call.store.write(
            queries.hold_address(user["id"], user["email_folded"]),
            queries.insert_identity(issuer, subject, user["id"], to_micros(call.clock.now())),
        )
    except GuardMissed:  # the user was removed at the same time, or has another address by now
        return None
    except UniqueViolation:
        # Somebody else at the provider had the address before; or this sign-in came twice at once.
        known = await queries.identity(call.store, issuer, subject)
        return None if known is None else str(known["user_id"])
    return str(user["id"])


def holds_password(user_id: str, stored: str) -> Write:
    """A write for the batch of who has shown a password: it fails when the user has another one by now."""
    return queries.hold_password(user_id, stored)


async def new_password(call: OrgCall, user_id: str, password: str) -> Write:
    """The write that gives a user another password; raises Invalid when it is no good one."""
    user = await queries.user(call.store, user_id)
    if user["email"] is None:
        raise Invalid("password: without an address nobody can sign in with it; set `email` first")
    checked_password(password, user["name"], user["email"])
    stored = await call.room(Passwords).hash(password)
    return queries.update_password(user_id, stored, to_micros(call.clock.now()))


async def check_may_set_sign_in(call: OrgCall, user_id: str) -> None:
    """Refuses to change how somebody signs in who holds more than the caller, or belongs elsewhere, too.

    A key of one org would open the others by the password that it gives its own user. So they must have
    signed in, unless they never could.
    """
    member = await queries.member(call.store, call.caller.org_id, user_id)
    check_role_grant(call.caller, member["role"], MEMBER_ROLES[member["role"]])
    if await queries.other_org(call.store, call.caller.org_id, user_id) is None:
        return
    is_own = user_id == call.caller.user_id
    if not is_own or (call.caller.credential_type != "session" and await _can_sign_in(call.store, user_id)):
        raise AlsoElsewhere


async def _can_sign_in(store: Database, user_id: str) -> bool:
    user = await queries.user(store, user_id)
    return user["password_hash"] is not None or await queries.any_identity(store, user_id) is not None
