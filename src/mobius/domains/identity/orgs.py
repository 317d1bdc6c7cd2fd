"""What may be done with orgs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from mobius.api.errors import Conflict, Forbidden, Missing
from mobius.api.handles import checked_handle
from mobius.api.metadata import checked_metadata
from mobius.api.names import checked_name
from mobius.clock import to_micros
from mobius.domains.identity import queries
from mobius.domains.identity.rules import FirstKey, OrgRemovals
from mobius.store import GuardMissed, NotFound, UniqueViolation, new_id

if TYPE_CHECKING:
    from mobius.api.call import OrgCall
    from mobius.domains.identity.shapes import CreateOrgRequest, UpdateOrgRequest
    from mobius.store import Row


class OrgHandleTaken(Conflict):
    """Another org of the server has the handle."""

    def __init__(self, handle: str) -> None:
        super().__init__("handle_taken", f"the handle {handle!r} is taken on this server; choose another one")


def check_own(call: OrgCall, org_id: str) -> None:
    """A credential opens one org: any other is as good as absent."""
    if org_id != call.caller.org_id:
        raise Missing("org")


async def create_org(call: OrgCall, request: CreateOrgRequest) -> tuple[Row, str | None]:
    """Makes an org that the calling user owns, and its first key when the request asks for one."""
    user_id = call.caller.user_id
    if user_id is None:
        raise Forbidden("permission_denied", "an org needs an owner: a service account cannot create one")
    org_id, now = new_id("org"), to_micros(call.clock.now())
    handle = checked_handle(request.handle)
    writes = [
        queries.insert_org(
            org_id, checked_name(request.name), handle, checked_metadata(request.metadata), now
        ),
        queries.hold_member(call.caller.org_id, user_id),
        queries.insert_member(org_id, user_id, "owner", now),
    ]
    secret = None
    if request.with_key:
        secret, key = call.room(FirstKey).make(org_id, user_id, "default", now)
        writes.append(key)
    try:
        [[row], *_] = await call.store.write(*writes)
    except UniqueViolation as violation:
        if violation.constraint == "orgs_handle":
            raise OrgHandleTaken(handle) from None
        raise
    return row, secret


async def update_org(call: OrgCall, org_id: str, changes: UpdateOrgRequest) -> Row:
    """Changes what the request names."""
    check_own(call, org_id)
    handle = None if changes.handle is UNSET else checked_handle(changes.handle)
    write = queries.update_org(
        org_id,
        None if changes.name is UNSET else checked_name(changes.name),
        handle,
        None if changes.metadata is UNSET else checked_metadata(changes.metadata),
        to_micros(call.clock.now()),
    )
    try:
        [rows] = await call.store.write(write)
    except UniqueViolation:
        raise OrgHandleTaken(handle or "") from None
    if not rows:
        raise NotFound("org")
    return rows[0]


async def delete_org(call: OrgCall, org_id: str) -> None:
    """Removes an org without projects and all that belongs to it, in one transaction; not the last org."""
    check_own(call, org_id)
    now = to_micros(call.clock.now())
    of_rooms = [write for remove in call.room(OrgRemovals).rooms for write in remove(org_id)]
    try:
        await call.store.write(
            queries.lock_oldest_org(),
            queries.delete_org(org_id),
            queries.an_org_is_left(),
            queries.forget_sign_in_of_members_of(org_id, now),
            queries.forget_identities_of_members_of(org_id),
            queries.delete_members_of_org(org_id),
            *of_rooms,
            wake=["keys:", "projects:"],
        )
    except GuardMissed:
        await queries.org(call.store, org_id)
        raise Conflict(
            "org_in_use", "it is the last org of this server, or has projects: delete its projects first"
        ) from None


def metadata_of(row: Row) -> dict[str, object]:
    """The metadata of an org or a service account."""
    return msgspec.json.decode(row["metadata"], type=dict[str, object])
