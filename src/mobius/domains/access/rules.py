"""What an API key is, who may make one, and what ends with a member or an org."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from mobius.api.errors import Conflict, Forbidden, Invalid, PermissionDenied
from mobius.api.permissions import SYSTEM_ROLES, check_grant, check_names, check_role_grant
from mobius.api.schema import LATEST, timestamp
from mobius.clock import to_micros
from mobius.domains.access import cli_queries, queries, session_queries
from mobius.domains.access.credentials import SHOWN_CHARACTERS, new_secret, permissions_of, secret_hash
from mobius.domains.access.shapes import APIKey, APIKeyCreateResult, CreateAPIKeyRequest
from mobius.domains.identity import rules as identity
from mobius.store import GuardMissed, NotFound, UniqueViolation, new_id

if TYPE_CHECKING:
    from mobius.api.call import OrgCall, ProjectCall
    from mobius.domains.identity.rules import AccountRef
    from mobius.store import Row, Write

MAX_NAME = 200
END_KEYS_OF_OTHERS = "mobius.api_key.update"
ACT_AS_ACCOUNTS = "mobius.service_account.update"


class NameTaken(Conflict):
    """A live key of the same org or project has the name."""

    def __init__(self, name: str) -> None:
        super().__init__("name_taken", f"a live API key is already called {name!r}; choose another name")


async def create_key(
    call: OrgCall | ProjectCall, project_id: str | None, wanted: CreateAPIKeyRequest
) -> APIKeyCreateResult:
    """Makes a key of the org, or one that opens a single project. Its secret is in the answer only."""
    caller = call.caller
    now = to_micros(call.clock.now())
    permissions = check_names(wanted.permissions or ())
    check_grant(caller, permissions)
    _check_request(call, wanted, project_id)
    account = await _account(call, project_id, wanted)
    if account is not None:
        await _check_account_grant(call, account, permissions)
        held = identity.holds_service_account(account.project_id, account.id)
    else:
        held = identity.holds_member(caller.org_id, caller.actor_id)
    secret = new_secret()
    key = queries.NewKey(
        org_id=caller.org_id,
        id=new_id("key"),
        project_id=project_id,
        name=wanted.name,
        key_prefix=secret[:SHOWN_CHARACTERS],
        key_hash=secret_hash(secret),
        scope=wanted.scope,
        # A key without permissions of its own may all that its actor may, within the limit of its maker.
        permissions=_json(permissions or caller.cut),
        service_account_id=account.id if account else None,
        created_by=caller.actor_id,
        expires_at=to_micros(wanted.expires_at) if wanted.expires_at else None,
        created_at=now,
    )
    try:
        await call.store.write(held, queries.insert_key(key))
    except UniqueViolation as violation:
        if violation.constraint == "api_keys_name":
            raise NameTaken(wanted.name) from None
        raise
    except GuardMissed:
        raise Conflict("conflict", "who the key is for was removed at the same time") from None
    row = {**key._asdict(), "updated_at": now, "last_used_at": None}
    return APIKeyCreateResult(key=secret, **_fields(row))


async def revoke_key(call: OrgCall | ProjectCall, project_id: str | None, key_id: str) -> None:
    """Ends a key: the next request with it is refused, open streams and polls of it end."""
    if not call.caller.allows(END_KEYS_OF_OTHERS):
        key = await queries.live_key(call.store, call.caller.org_id, project_id, key_id)
        if call.caller.actor_id not in {key["created_by"], key["service_account_id"]}:
            raise PermissionDenied(END_KEYS_OF_OTHERS)
    now = to_micros(call.clock.now())
    [rows] = await call.store.write(
        queries.revoke_key(call.caller.org_id, project_id, key_id, now), wake=[f"keys:{key_id}"]
    )
    if not rows:
        raise NotFound("API key")


def shown(row: Row) -> APIKey:
    """A row as the API shows it."""
    return APIKey(**_fields(row))


def first_key(secret: str, org_id: str, user_id: str, now: int, name: str = "default") -> Write:
    """The write of a user's key without a limit of its own: it may all that the user may."""
    return queries.insert_key(
        queries.NewKey(
            org_id=org_id,
            id=new_id("key"),
            project_id=None,
            name=name,
            key_prefix=secret[:SHOWN_CHARACTERS],
            key_hash=secret_hash(secret),
            scope="org",
            permissions=None,
            service_account_id=None,
            created_by=user_id,
            expires_at=None,
            created_at=now,
        )
    )


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove the keys pinned to a project."""
    return [queries.delete_keys_of_project(project_id)]


def new_first_key(org_id: str, user_id: str, name: str, now: int) -> tuple[str, Write]:
    """The first key of a new user, and its write."""
    secret = new_secret()
    return secret, first_key(secret, org_id, user_id, now, name)


def delete_all_of_org(org_id: str) -> list[Write]:
    """The writes that remove the keys, credentials and sessions of an org."""
    return [
        queries.delete_keys_of_org(org_id),
        cli_queries.delete_credentials_of_org(org_id),
        session_queries.delete_sessions_of_org(org_id),
    ]


def end_all_of_member(org_id: str, user_id: str, now: int) -> list[Write]:
    """The writes that end what a member proves who they are with."""
    return [
        queries.revoke_keys_of_user(org_id, user_id, now),
        cli_queries.revoke_credentials_of_member(org_id, user_id, now),
        session_queries.delete_sessions_of_member(org_id, user_id),
    ]


def live_keys_of_account(account: AccountRef, now: int) -> Write:
    """A write that returns a row while a live key acts as the account."""
    return queries.find_live_key_of_account(account.org_id, account.id, now)


async def _account(
    call: OrgCall | ProjectCall, project_id: str | None, wanted: CreateAPIKeyRequest
) -> AccountRef | None:
    """The account that the key will act as: the one that is named, or the one that asks."""
    caller = call.caller
    own = caller.actor_id if caller.actor_type == "service_account" else None
    account_id = wanted.service_account_id or own
    if account_id is None:
        return None
    if account_id != own and not caller.allows(ACT_AS_ACCOUNTS):
        raise PermissionDenied(ACT_AS_ACCOUNTS)
    return await identity.account_named(call.store, caller.org_id, project_id, account_id)


async def _check_account_grant(
    call: OrgCall | ProjectCall, account: AccountRef, permissions: tuple[str, ...]
) -> None:
    """A key without permissions of its own hands on all that the account's role holds."""
    if permissions:
        return
    role = await identity.account_role(call.store, account)
    if role is not None:
        check_role_grant(call.caller, role, SYSTEM_ROLES[role])
    elif call.caller.actor_id != account.id:
        raise Invalid("permissions: the service account holds no role; say what the key may do")


def _check_request(call: OrgCall | ProjectCall, wanted: CreateAPIKeyRequest, project_id: str | None) -> None:
    if not wanted.name.strip():
        raise Invalid("$.name: must not be empty")
    if len(wanted.name) > MAX_NAME:
        raise Invalid(f"$.name: longer than {MAX_NAME} characters")
    if wanted.scope == "system" and (project_id is not None or call.caller.permissions is not None):
        raise Forbidden(
            "permission_denied", "$.scope: only a caller with every permission makes `system` keys"
        )
    if wanted.expires_at and wanted.expires_at <= call.clock.now():
        raise Invalid("$.expires_at: lies in the past")
    if wanted.expires_at and wanted.expires_at > LATEST:
        raise Invalid("$.expires_at: lies after the year 9999 in UTC")


def _fields(row: Row) -> dict[str, Any]:
    times = {
        name: timestamp(row[name])
        for name in ("created_at", "updated_at", "expires_at", "last_used_at")
        if row[name] is not None
    }
    optional = {name: row[name] for name in ("project_id", "service_account_id") if row[name] is not None}
    if (permissions := permissions_of(row)) is not None:
        optional["permissions"] = list(permissions)
    return {**{name: row[name] for name in ("id", "name", "key_prefix", "scope")}, **optional, **times}


def _json(permissions: tuple[str, ...] | None) -> str | None:
    return msgspec.json.encode(permissions).decode() if permissions else None
