"""Request and response types of the device sign-in and of CLI credentials."""

from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.errors import ApiError
from mobius.api.form import Form
from mobius.api.schema import Timestamp
from mobius.domains.access.devices import OAuthError

CLICredentialStatus = Annotated[Literal["active", "revoked"], Meta(title="CLICredentialStatus")]


class OAuthErrorResponse(Struct, kw_only=True):
    """An error as RFC 6749 words it."""

    error: Annotated[str, Meta(description="A word for programs, such as `authorization_pending`.")]
    error_description: Annotated[str, Meta(description="A sentence for people.")] | UnsetType = UNSET


class _OAuthForm(Form, kw_only=True):
    problem: ClassVar[type[Struct] | None] = OAuthErrorResponse

    @classmethod
    def refused(cls, message: str) -> ApiError:
        """As RFC 6749 words it."""
        return OAuthError("invalid_request", message)


class DeviceCodeForm(_OAuthForm, kw_only=True):
    """A device that wants to be signed in."""

    client_id: Annotated[str, Meta(description="Any name of the program.")] = ""
    scope: Annotated[str, Meta(description="Not looked at: the device may all that the user may.")] = ""
    mobius_label: Annotated[str, Meta(description="What the credential shall be called.")] = ""
    mobius_requested_org_id: Annotated[str, Meta(description="The org to be signed in to.")] = ""


class DeviceCode(Struct, kw_only=True, omit_defaults=False):
    """What the device shows, and what it asks with."""

    device_code: Annotated[str, Meta(description="The device's own secret.")]
    user_code: Annotated[str, Meta(description="What the person types.")]
    verification_uri: Annotated[str, Meta(description="Where the person types it.")]
    verification_uri_complete: Annotated[str, Meta(description="The same with the code filled in.")]
    expires_in: int
    interval: Annotated[int, Meta(description="Seconds to wait between two questions.")]


class DeviceTokenForm(_OAuthForm, kw_only=True):
    """The question whether somebody has confirmed."""

    grant_type: Annotated[
        str, Meta(description="`urn:ietf:params:oauth:grant-type:device_code`; nothing else.")
    ] = ""
    device_code: str = ""
    client_id: str = ""


class DeviceToken(Struct, kw_only=True):
    """The credential, for the only time."""

    access_token: Annotated[str, Meta(description="The bearer token. It cannot be shown again.")]
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  no secret
    expires_in: int
    credential_id: Annotated[str, Meta(description="Its id among the CLI credentials.")]
    org_id: Annotated[str, Meta(description="The org that it opens.")]


class ConfirmDeviceCodeRequest(Struct, kw_only=True):
    """The code that a device shows."""

    user_code: Annotated[str, Meta(description="Lower case, and without its hyphen, too.")]
    label: Annotated[str, Meta(description="What to call the credential.")] | UnsetType = UNSET


class ConfirmDeviceCodeResult(Struct, kw_only=True):
    """The device gets its credential when it asks next."""

    confirmed: bool


class CLICredential(Struct, kw_only=True):
    """A credential of the command line, without its token."""

    id: str
    org_id: str
    user_id: str
    label: str
    token_prefix: Annotated[str, Meta(description="The first eight characters of the token.")]
    status: CLICredentialStatus
    created_at: Timestamp
    updated_at: Timestamp
    last_used_at: (
        Annotated[Timestamp, Meta(description="When it was last used, to the minute.")] | UnsetType
    ) = UNSET
    expires_at: Timestamp | UnsetType = UNSET


class CLICredentialListResponse(Struct, kw_only=True):
    """The caller's credentials, newest first; both lists are the same."""

    items: list[CLICredential]
    data: list[CLICredential] | UnsetType = UNSET
