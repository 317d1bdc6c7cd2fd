"""Signing in a device that has no browser (RFC 8628), and the credentials that come of it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from mobius.api.errors import ApiError, Forbidden, Invalid, Missing
from mobius.api.origins import client_address, client_network
from mobius.clock import to_micros
from mobius.domains.access import cli_queries
from mobius.domains.access.credentials import CLI_PREFIX, SHOWN_CHARACTERS, new_secret, secret_hash
from mobius.domains.access.throttle import Throttles
from mobius.domains.identity import rules as identity
from mobius.store import GuardMissed, NotFound, UniqueViolation, new_id

if TYPE_CHECKING:
    from mobius.api.call import OrgCall, PublicCall
    from mobius.domains.access.device_shapes import DeviceCodeForm, DeviceTokenForm
    from mobius.store import Row

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
INTERVAL_SECONDS = 5
SLOWER_BY_SECONDS = 5
SLOWEST_SECONDS = 60
LONGEST_LABEL = 200
LONGEST_ORG_ID = 64
MOST_LISTED = 200
SECOND = 1_000_000
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so that no code is a word


class OAuthError(ApiError):
    """An error as RFC 6749 words it."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(400, code, description)

    def body(self) -> bytes:
        """The JSON text of the error."""
        return msgspec.json.encode({"error": self.code, "error_description": self.message})


class NewDevice(NamedTuple):
    """What a device is told when it begins to wait."""

    device_code: str
    user_code: str


class Issued(NamedTuple):
    """A credential that a device has just got."""

    token: str
    credential_id: str
    org_id: str
    expires_in: int


async def begin(call: PublicCall, form: DeviceCodeForm) -> NewDevice:
    """Lets a device wait for somebody who confirms its code."""
    address = client_address(call.connection, call.settings)
    call.room(Throttles).devices.take(client_network(call.connection, call.settings))
    if len(form.mobius_requested_org_id) > LONGEST_ORG_ID:
        raise OAuthError("invalid_request", "mobius_requested_org_id: there is no org with such an id")
    label = (form.mobius_label or "command line").strip()[:LONGEST_LABEL]
    now, device_code = to_micros(call.clock.now()), secrets.token_urlsafe(32)
    device = cli_queries.NewDevice(
        device_hash=secret_hash(device_code),
        user_code=_new_user_code(),
        label=label if label.isprintable() else "command line",
        requested_org=form.mobius_requested_org_id or None,
        requested_from=address,
        interval_seconds=INTERVAL_SECONDS,
        expires_at=now + int(call.settings.device_code_seconds * SECOND),
        created_at=now,
    )
    try:
        await call.store.write(cli_queries.delete_expired_devices(now), cli_queries.insert_device(device))
    except UniqueViolation:  # one in 20^8 for each device that waits
        return await begin(call, form)
    return NewDevice(device_code, device.user_code)


async def waiting_device(call: OrgCall, user_code: str) -> Row:
    """The device that shows the code; raises Missing, and TooManyRequests for who guesses."""
    throttle = call.room(Throttles).codes
    throttle.take(call.caller.actor_id)
    now = to_micros(call.clock.now())
    row = await cli_queries.waiting_device(call.store, as_shown(user_code), now)
    if row is None:
        raise Missing("device code")
    throttle.give_back(call.caller.actor_id)
    return row


async def confirm(call: OrgCall, user_code: str, label: str | None, org_id: str | None = None) -> None:
    """Lets the device that shows the code in, as the calling user.

    Without `org_id` into the org of the caller's credential, which must be the one that the device asked for.
    """
    check_person(call)
    device = await waiting_device(call, user_code)
    wanted = org_id or device["requested_org"] or call.caller.org_id
    if org_id is None and wanted != call.caller.org_id:
        raise Invalid(f"user_code: the device asks for the org {wanted[:80]!r}; confirm it signed in there")
    shown = device["label"] if label is None else label.strip()[:LONGEST_LABEL] or device["label"]
    await _decide(call, device, "confirmed", wanted, shown)


async def refuse(call: OrgCall, user_code: str) -> None:
    """Sends the device that shows the code away."""
    check_person(call)
    device = await waiting_device(call, user_code)
    await _decide(call, device, "denied", None, device["label"])


async def token_for(call: PublicCall, form: DeviceTokenForm) -> Issued:
    """The token of a device that was confirmed; raises OAuthError while it was not, or will not be."""
    if not form.grant_type or not form.device_code:
        raise OAuthError("invalid_request", "grant_type and device_code are required")
    if form.grant_type != GRANT_TYPE:
        raise OAuthError("unsupported_grant_type", f"the only grant_type is {GRANT_TYPE}")
    device_hash, now = secret_hash(form.device_code), to_micros(call.clock.now())
    device = await cli_queries.device(call.store, device_hash)
    if device is None:
        raise OAuthError("invalid_grant", "the device_code is unknown or was used; begin again")
    if device["expires_at"] <= now:
        raise OAuthError("expired_token", "nobody confirmed the code in time; begin again")
    if device["status"] == "pending":
        raise await _too_early(call, device, now)
    if device["status"] == "denied":
        await call.store.write(cli_queries.take_device(device_hash, "denied"))
        raise OAuthError("access_denied", "the code was refused")
    return await _issue(call, device, now)


async def revoke(call: OrgCall, credential_id: str) -> None:
    """Ends a credential of the calling user: the next request with it is refused, open streams end."""
    check_person(call)
    user_id, now = call.caller.actor_id, to_micros(call.clock.now())
    [rows] = await call.store.write(
        cli_queries.revoke_credential(call.caller.org_id, user_id, credential_id, now),
        wake=[f"keys:{credential_id}"],
    )
    if not rows:
        raise NotFound("CLI credential")


def as_shown(user_code: str) -> str:
    """A code that somebody typed, as the device shows it."""
    letters = "".join(one for one in user_code.upper() if one in _LETTERS)
    return f"{letters[:4]}-{letters[4:8]}"


def _new_user_code() -> str:
    return as_shown("".join(secrets.choice(_LETTERS) for _ in range(8)))


def check_person(call: OrgCall) -> None:
    """Refuses all but a person by a credential without limits: who confirms hands on all that they may."""
    caller = call.caller
    if caller.user_id is None or caller.cut is not None or caller.project_id is not None:
        raise Forbidden(
            "permission_denied",
            "this takes a person: sign in, or use a key of yours that no permissions and no project limit",
        )


async def _decide(call: OrgCall, device: Row, status: str, org_id: str | None, label: str) -> None:
    user_id, now = call.caller.actor_id, to_micros(call.clock.now())
    held = [] if org_id is None else [identity.holds_member(org_id, user_id)]
    try:
        await call.store.write(
            *held, cli_queries.decide_device(device["user_code"], status, org_id, user_id, label, now)
        )
    except GuardMissed:
        raise Missing("device code, or the organization that it asks for,") from None


async def _too_early(call: PublicCall, device: Row, now: int) -> OAuthError:
    interval = device["interval_seconds"]
    # A little early is in time: the device's clock and the network are not ours.
    early = device["polled_at"] is not None and now < device["polled_at"] + (interval * SECOND * 9) // 10
    if early:
        interval = min(interval + SLOWER_BY_SECONDS, SLOWEST_SECONDS)
    await call.store.write(cli_queries.note_poll(device["device_hash"], now, interval))
    if early:
        return OAuthError("slow_down", f"ask every {interval} seconds at most")
    return OAuthError("authorization_pending", "nobody has confirmed the code yet")


async def _issue(call: PublicCall, device: Row, now: int) -> Issued:
    token, seconds = new_secret(CLI_PREFIX), int(call.settings.cli_credential_seconds)
    credential = cli_queries.NewCredential(
        org_id=device["confirmed_org"],
        id=new_id("clc"),
        user_id=device["confirmed_by"],
        label=device["label"],
        token_prefix=token[:SHOWN_CHARACTERS],
        token_hash=secret_hash(token),
        expires_at=now + seconds * SECOND,
        created_at=now,
    )
    try:
        await call.store.write(
            cli_queries.take_device(device["device_hash"], "confirmed"),
            identity.holds_member(credential.org_id, credential.user_id),
            cli_queries.insert_credential(credential),
        )
    except GuardMissed:
        raise OAuthError("invalid_grant", "the code was used, or who confirmed it was removed") from None
    return Issued(token, credential.id, credential.org_id, seconds)
