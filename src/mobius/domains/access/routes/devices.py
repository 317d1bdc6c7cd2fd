"""HTTP of the device sign-in and of CLI credentials."""

from typing import Any

from msgspec import UNSET

from mobius.api.call import OrgCall, PublicCall
from mobius.api.operation import AUTHENTICATED, operation, operations
from mobius.api.schema import timestamp
from mobius.domains.access import cli_queries, devices
from mobius.domains.access.device_shapes import (
    CLICredential,
    CLICredentialListResponse,
    ConfirmDeviceCodeRequest,
    ConfirmDeviceCodeResult,
    DeviceCode,
    DeviceCodeForm,
    DeviceToken,
    DeviceTokenForm,
)
from mobius.store import Row

TAGS = ("auth",)


@operation(
    "POST",
    "/auth/device/code",
    tags=TAGS,
    permission=None,
    errors=(429,),
    summary="Begin to sign in a device",
)
async def create_device_code(call: PublicCall, body: DeviceCodeForm) -> DeviceCode:
    """RFC 8628: the device shows `user_code` and `verification_uri`, and asks for its token meanwhile."""
    device = await devices.begin(call, body)
    page = f"{call.settings.base_url}/device"
    return DeviceCode(
        device_code=device.device_code,
        user_code=device.user_code,
        verification_uri=page,
        verification_uri_complete=f"{page}?user_code={device.user_code}",
        expires_in=int(call.settings.device_code_seconds),
        interval=devices.INTERVAL_SECONDS,
    )


@operation(
    "POST",
    "/auth/device/token",
    tags=TAGS,
    permission=None,
    summary="Ask for the token of a device",
)
async def create_device_token(call: PublicCall, body: DeviceTokenForm) -> DeviceToken:
    """RFC 8628. Errors are those of RFC 6749: `{"error": "authorization_pending", "error_description": ...}`,
    also `slow_down`, `expired_token`, `access_denied` and `invalid_grant`.
    """
    issued = await devices.token_for(call, body)
    return DeviceToken(
        access_token=issued.token,
        expires_in=issued.expires_in,
        credential_id=issued.credential_id,
        org_id=issued.org_id,
    )


@operation(
    "POST",
    "/auth/device/confirm",
    tags=TAGS,
    permission=AUTHENTICATED,
    errors=(400, 404, 429),
    summary="Confirm a device",
)
async def confirm_device_code(call: OrgCall, body: ConfirmDeviceCodeRequest) -> ConfirmDeviceCodeResult:
    """The device that shows the code is signed in as the calling user, to the org of the caller's credential.

    Needs a person: a session, a CLI credential, or an API key that no permissions and no project limit.
    """
    await devices.confirm(call, body.user_code, None if body.label is UNSET else body.label)
    return ConfirmDeviceCodeResult(confirmed=True)


@operation(
    "GET", "/cli-credentials", tags=TAGS, permission=AUTHENTICATED, summary="List your CLI credentials"
)
async def list_cli_credentials(call: OrgCall) -> CLICredentialListResponse:
    """The latest 200 of the calling user in this org, revoked ones too."""
    devices.check_person(call)
    rows = await cli_queries.credentials_of_user(
        call.store, call.caller.org_id, call.caller.actor_id, devices.MOST_LISTED
    )
    shown = [_credential(row) for row in rows]
    return CLICredentialListResponse(items=shown, data=shown)


@operation(
    "DELETE",
    "/cli-credentials/{id}",
    tags=TAGS,
    permission=AUTHENTICATED,
    status=204,
    errors=(404,),
    summary="Revoke a CLI credential",
)
async def revoke_cli_credential(call: OrgCall, id: str) -> None:
    """One of the calling user's. Its next request is refused, and its open streams end."""
    await devices.revoke(call, id)


def _credential(row: Row) -> CLICredential:
    times: dict[str, Any] = {
        name: timestamp(row[name])
        for name in ("created_at", "updated_at", "last_used_at", "expires_at")
        if row[name] is not None
    }
    return CLICredential(
        id=row["id"],
        org_id=row["org_id"],
        user_id=row["user_id"],
        label=row["label"],
        token_prefix=row["token_prefix"],
        status="active" if row["revoked_at"] is None else "revoked",
        **times,
    )


routes = operations(__name__)
