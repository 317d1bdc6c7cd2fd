"""What may be done with service accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from mobius.api.errors import Conflict, Invalid, PermissionDenied
from mobius.api.handles import checked_handle
from mobius.api.metadata import checked_metadata
from mobius.api.names import checked_name
from mobius.api.permissions import SYSTEM_ROLES, check_role_grant
from mobius.clock import to_micros
from mobius.domains.identity import account_queries, rules
from mobius.domains.identity.rules import AccountRef, ServiceAccountUses
from mobius.store import GuardMissed, NotFound, UniqueViolation, new_id

if TYPE_CHECKING:
    from mobius.api.call import ProjectCall
    from mobius.domains.identity.account_shapes import (
        CreateServiceAccountRequest,
        UpdateServiceAccountRequest,
    )
    from mobius.store import Row

LONGEST_DESCRIPTION = 2_000
GIVE_ROLES = "mobius.permission.manage"


class NameTaken(Conflict):
    """Another service account of the project has the name."""

    def __init__(self, name: str) -> None:
        super().__init__("name_taken", f"a service account of this project is already called {name!r}")


class InUse(Conflict):
    """Something acts as the account."""

    def __init__(self, sentence: str) -> None:
        super().__init__("service_account_in_use", sentence)


async def create_account(call: ProjectCall, request: CreateServiceAccountRequest) -> Row:
    """Makes an account of the project."""
    org_id, project_id, now = call.project.org_id, call.project.id, to_micros(call.clock.now())
    name = checked_handle(request.name, field="name")
    role = _checked_role(call, request)
    owner = None if request.owner_user_id is UNSET else request.owner_user_id
    if owner is not None:
        await rules.check_member(call.store, org_id, owner, "owner_user_id")
    account = account_queries.NewAccount(
        project_id=project_id,
        id=new_id("sa"),
        org_id=org_id,
        name=name,
        display_name=name if request.display_name is UNSET else checked_name(request.display_name),
        description=None if request.description is UNSET else _checked_description(request.description),
        owner_user_id=owner,
        role=role,
        metadata=checked_metadata(request.metadata),
        created_by=call.caller.actor_id,
        created_at=now,
    )
    held = [] if owner is None else [rules.holds_member(org_id, owner)]
    try:
        *_, [row] = await call.store.write(*held, account_queries.insert_account(account))
    except UniqueViolation:
        raise NameTaken(name) from None
    return row


async def update_account(call: ProjectCall, account_id: str, changes: UpdateServiceAccountRequest) -> Row:
    """Changes what the request names. A disabled account cannot do anything from then on."""
    org_id, project_id = call.project.org_id, call.project.id
    owner = changes.owner_user_id or None
    if owner is not None:
        await rules.check_member(call.store, org_id, owner, "owner_user_id")
    wanted = account_queries.Changes(
        display_name=None if changes.display_name is UNSET else checked_name(changes.display_name),
        sets_description=changes.description is not UNSET,
        description=_checked_description(changes.description) if changes.description else None,
        status=None if changes.status is UNSET else changes.status,
        sets_owner=changes.owner_user_id is not UNSET,
        owner_user_id=owner,
        metadata=None if changes.metadata is UNSET else checked_metadata(changes.metadata),
    )
    held = [] if owner is None else [rules.holds_member(org_id, owner)]
    *_, rows = await call.store.write(
        *held,
        account_queries.update_account(project_id, account_id, wanted, to_micros(call.clock.now())),
        wake=[f"actors:{account_id}"],
    )
    if not rows:
        raise NotFound("service account")
    return rows[0]


async def delete_account(call: ProjectCall, account_id: str) -> None:
    """Removes an account that nothing uses. What would begin to use it meanwhile fails, or this does."""
    account = AccountRef(call.project.org_id, call.project.id, account_id)
    now = to_micros(call.clock.now())
    uses = call.room(ServiceAccountUses).uses
    try:
        await call.store.write(
            account_queries.delete_account(account.project_id, account_id),
            *(use.found(account, now)._replace(rows=0) for use in uses),
            wake=[f"actors:{account_id}"],
        )
    except GuardMissed:
        await account_queries.account(call.store, account.project_id, account_id)
        for use in uses:
            found = use.found(account, now)
            if (await call.store.write(found))[0]:
                raise InUse(use.sentence) from None
        raise


def _checked_role(call: ProjectCall, request: CreateServiceAccountRequest) -> str | None:
    """The role that the request names, which the caller may give."""
    if request.role_id is UNSET and request.role_name is UNSET:
        return None
    if request.role_id is not UNSET and request.role_name is not UNSET:
        raise Invalid("role_id: give either `role_id` or `role_name`")
    if not call.caller.allows(GIVE_ROLES):
        raise PermissionDenied(GIVE_ROLES)
    if request.role_id is not UNSET:
        raise Invalid(f"role_id: there is no role {request.role_id[:80]!r}")
    role = str(request.role_name)
    if role not in SYSTEM_ROLES:
        raise Invalid(f"role_name: there is no role {role[:80]!r}; use one of {', '.join(SYSTEM_ROLES)}")
    check_role_grant(call.caller, role, SYSTEM_ROLES[role])
    return role


def _checked_description(description: str) -> str:
    if len(description) > LONGEST_DESCRIPTION:
        raise Invalid(
            f"description: {len(description)} characters; at most {LONGEST_DESCRIPTION} are allowed"
        )
    return description
