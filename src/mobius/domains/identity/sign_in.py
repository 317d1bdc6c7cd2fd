"""What is known of people for signing in: addresses and passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.api.errors import Forbidden, Invalid
from mobius.api.permissions import MEMBER_ROLES, check_role_grant
from mobius.clock import to_micros
from mobius.domains.identity import queries
from mobius.domains.identity.passwords import Passwords, checked_password

if TYPE_CHECKING:
    from mobius.api.call import OrgCall
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
