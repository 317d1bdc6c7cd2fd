"""What may be done with users and with the members of an org."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from mobius.api.errors import Conflict, Invalid
from mobius.api.names import checked_name
from mobius.api.permissions import MEMBER_ROLES, check_role_grant
from mobius.clock import to_micros
from mobius.domains.identity import account_queries, queries, sign_in
from mobius.domains.identity.addresses import checked_email, folded_email
from mobius.domains.identity.orgs import check_own
from mobius.domains.identity.passwords import Passwords, checked_password
from mobius.domains.identity.rules import FirstKey, MemberRemovals
from mobius.store import GuardMissed, NotFound, UniqueViolation, new_id

if TYPE_CHECKING:
    from mobius.api.call import OrgCall
    from mobius.domains.identity.shapes import AddOrgMemberRequest, CreateUserRequest, UpdateUserRequest
    from mobius.store import Row


class EmailTaken(Conflict):
    """The address belongs to somebody on this server; of which org is not told."""

    def __init__(self, email: str) -> None:
        super().__init__("email_taken", f"the address {email!r} belongs to a user of this server already")


class LastOwner(Conflict):
    """The org would be left without an owner."""

    def __init__(self) -> None:
        super().__init__("last_owner", "an org needs an owner: make somebody else one first")


async def create_user(call: OrgCall, request: CreateUserRequest) -> tuple[Row, str | None]:
    """Makes a user who is a member of the caller's org, and a first key when the request asks for one."""
    org_id = call.caller.org_id
    name = checked_name(request.name)
    email = None if request.email is UNSET else checked_email(request.email)
    check_role_grant(call.caller, request.role, MEMBER_ROLES[request.role])
    password_hash = None
    if request.password is not UNSET:
        if email is None:
            raise Invalid("password: without an `email` nobody can sign in with it; give both")
        password_hash = await call.room(Passwords).hash(checked_password(request.password, name, email))
    user_id, now = new_id("usr"), to_micros(call.clock.now())
    folded = None if email is None else folded_email(email)
    writes = [
        queries.hold_org(org_id),
        queries.insert_user(user_id, name, email, folded, password_hash, now),
        queries.insert_member(org_id, user_id, request.role, now),
    ]
    secret = None
    if request.with_key:
        secret, key = call.room(FirstKey).make(org_id, user_id, f"first key of {user_id}", now)
        writes.append(key)
    try:
        await call.store.write(*writes)
    except UniqueViolation as violation:
        if violation.constraint == "users_email":
            raise EmailTaken(email or "") from None
        raise
    return await queries.user_of_org(call.store, org_id, user_id), secret


async def update_user(call: OrgCall, user_id: str, changes: UpdateUserRequest) -> Row:
    """Changes the name or the address of a member of the caller's org."""
    await sign_in.check_may_set_sign_in(call, user_id)
    name = None if changes.name is UNSET else checked_name(changes.name)
    email = None if changes.email is UNSET else checked_email(changes.email)
    folded = None if email is None else folded_email(email)
    try:
        await call.store.write(
            # The user before the member, as whoever removes them does.
            queries.update_user(user_id, name, email, folded, to_micros(call.clock.now())),
            queries.hold_member(call.caller.org_id, user_id),
        )
    except UniqueViolation:
        raise EmailTaken(email or "") from None
    except GuardMissed:
        raise NotFound("user") from None
    return await queries.user_of_org(call.store, call.caller.org_id, user_id)


async def add_member(call: OrgCall, org_id: str, request: AddOrgMemberRequest) -> Row:
    """Makes a user of another org of the caller's a member of this one."""
    check_own(call, org_id)
    check_role_grant(call.caller, request.role, MEMBER_ROLES[request.role])
    caller_id = call.caller.user_id
    if caller_id is None or await queries.shared_org(call.store, caller_id, request.user_id) is None:
        raise NotFound("user")
    now = to_micros(call.clock.now())
    try:
        await call.store.write(
            queries.hold_org(org_id),
            queries.lock_user(request.user_id),
            queries.insert_member(org_id, request.user_id, request.role, now),
        )
    except UniqueViolation:
        raise Conflict("already_member", "the user is a member of this org already") from None
    return await queries.member(call.store, org_id, request.user_id)


async def change_role(call: OrgCall, org_id: str, user_id: str, role: str) -> Row:
    """Gives a member another role. The last owner stays one."""
    check_own(call, org_id)
    member = await queries.member(call.store, org_id, user_id)
    for one in (member["role"], role):
        check_role_grant(call.caller, one, MEMBER_ROLES[one])
    try:
        await call.store.write(
            queries.lock_org(org_id),
            queries.update_member(org_id, user_id, member["role"], role, to_micros(call.clock.now())),
            queries.an_owner_is_left(org_id),
            wake=[f"actors:{user_id}"],
        )
    except GuardMissed:
        raise await _why_not(call, org_id, member) from None
    return await queries.member(call.store, org_id, user_id)


async def remove_member(call: OrgCall, org_id: str, user_id: str) -> None:
    """Takes a member out of the org, with all that is theirs there. The last owner stays.

    Who is a member of no other org cannot sign in any more, and the address is free again.
    """
    check_own(call, org_id)
    member = await queries.member(call.store, org_id, user_id)
    check_role_grant(call.caller, member["role"], MEMBER_ROLES[member["role"]])
    now = to_micros(call.clock.now())
    of_rooms = [write for remove in call.room(MemberRemovals).rooms for write in remove(org_id, user_id, now)]
    try:
        await call.store.write(
            queries.lock_org(org_id),
            queries.lock_user(user_id),
            queries.delete_member(org_id, user_id, member["role"]),
            queries.an_owner_is_left(org_id),
            account_queries.forget_owner(org_id, user_id, now),
            *of_rooms,
            queries.forget_sign_in_of(user_id, now),
            queries.forget_identities_of(user_id),
            wake=[f"actors:{user_id}"],
        )
    except GuardMissed:
        raise await _why_not(call, org_id, member) from None


async def _why_not(call: OrgCall, org_id: str, member: Row) -> Exception:
    """What the batch met: the member is gone, has another role by now, or is the last owner."""
    now = await queries.member(call.store, org_id, member["id"])
    if now["role"] != member["role"]:
        return Conflict("conflict", "somebody changed the role at the same time; read it again and retry")
    return LastOwner()
