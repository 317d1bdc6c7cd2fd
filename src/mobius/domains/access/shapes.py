"""Request and response types of API keys and of the caller's own identity."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.schema import Instant, Timestamp

KeyScope = Annotated[Literal["org", "system"], Meta(description="Keys for API access are `org`.")]


class _KeyFields(Struct, kw_only=True):
    id: str
    name: Annotated[str, Meta(description="Label, unique among the live keys of the org or project.")]
    key_prefix: Annotated[str, Meta(description="The first eight characters of the key, to tell keys apart.")]
    scope: KeyScope
    created_at: Timestamp
    updated_at: Timestamp
    permissions: (
        Annotated[list[str], Meta(description="What the key may do; absent, all that its creator may.")]
        | UnsetType
    ) = UNSET
    project_id: (
        Annotated[str, Meta(description="The one project that the key opens, if it is pinned.")] | UnsetType
    ) = UNSET
    service_account_id: str | UnsetType = UNSET
    expires_at: Timestamp | UnsetType = UNSET
    last_used_at: (
        Annotated[Timestamp, Meta(description="When it was last used, to the minute.")] | UnsetType
    ) = UNSET


class APIKey(_KeyFields, kw_only=True):
    """An API key without its secret."""


class APIKeyCreateResult(_KeyFields, kw_only=True):
    """A new API key, with its secret for the only time."""

    key: Annotated[str, Meta(description="The secret. It is not stored and cannot be shown again.")]


class APIKeyListResponse(Struct, kw_only=True):
    """The live keys, newest first."""

    items: list[APIKey]


class CreateAPIKeyRequest(Struct, kw_only=True):
    """What a new key is called and may do."""

    name: Annotated[str, Meta(description="Label, unique among the live keys of the org or project.")]
    scope: KeyScope = "org"
    permissions: (
        Annotated[
            list[str], Meta(description="Names or wildcards such as `mobius.run.*`; no more than you hold.")
        ]
        | UnsetType
    ) = UNSET
    service_account_id: str | UnsetType = UNSET
    expires_at: Annotated[Instant, Meta(description="From then on the key is refused.")] | UnsetType = UNSET


class AuthContext(Struct, kw_only=True):
    """Who the presented credential stands for."""

    user_id: Annotated[str, Meta(description="The acting user or service account.")]
    auth_type: Annotated[
        str, Meta(description="The kind of the credential: `api_key`, `cli_token` or `session`.")
    ]
    is_admin: bool
    org_id: str | UnsetType = UNSET
    role: (
        Annotated[str, Meta(description="Role of the member: owner, admin or member; not for API keys.")]
        | UnsetType
    ) = UNSET
    credential_id: Annotated[str, Meta(description="Id of the credential.")] | UnsetType = UNSET
