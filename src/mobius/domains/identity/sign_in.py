"""What is known of people for signing in: addresses and passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.api.errors import Forbidden, Invalid
from mobius.api.permissions import MEMBER_ROLES, check_role_grant
from mobius.clock import to_micros
from mobius.domains.identity import queries
from mobius.domains.identity.passwords import Passwords, checked_password
from mobius.store import UniqueViolation

if TYPE_CHECKING:
    from mobius.api.call import OrgCall, PublicCall
    from mobius.store import Database, Row, Write


class AlsoElsewhere(Forbidden):
    """The user signs in to other orgs as well, which is theirs alone."""

    def __init__(self) -> None:
        super().__init__(
            "permission_denied",
            "the user belongs to another organization as well: only they can change how they sign in",
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

    At the first time it is the user with the verified address, folded, who is that person for good: the
    address may be given to somebody else at the provider, the subject is not.
    """
    known = await queries.identity(call.store, issuer, subject)
    if known is not None:
        return str(known["user_id"])
    user = None if verified_email is None else await queries.user_by_email(call.store, verified_email)
    if user is None:
        return None
    try:
        await call.store.write(
            queries.insert_identity(issuer, subject, user["id"], to_micros(call.clock.now()))
        )
    except UniqueViolation:
        # Somebody else at the provider had the address before; or this sign-in came twice at once.
        known = await queries.identity(call.store, issuer, subject)
        return None if known is None else str(known["user_id"])
    return str(user["id"])


async def new_password(call: OrgCall, user_id: str, password: str) -> Write:
    """The write that gives a user another password; raises Invalid when it is no good one."""
    user = await queries.user(call.store, user_id)
    if user["email"] is None:
        raise Invalid("password: without an address nobody can sign in with it; set `email` first")
    checked_password(password, user["name"], user["email"])
    stored = await call.room(Passwords).hash(password)
    return queries.update_password(user_id, stored, to_micros(call.clock.now()))


async def check_may_set_sign_in(call: OrgCall, user_id: str) -> None:
    """Refuses to change how somebody signs in who holds more than the caller, or belongs elsewhere, too."""
    member = await queries.member(call.store, call.caller.org_id, user_id)
    check_role_grant(call.caller, member["role"], MEMBER_ROLES[member["role"]])
    if user_id != call.caller.user_id and await queries.other_org(call.store, call.caller.org_id, user_id):
        raise AlsoElsewhere
