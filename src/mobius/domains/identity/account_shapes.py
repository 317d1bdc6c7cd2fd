"""Request and response types of service accounts, as the contract says."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.schema import Timestamp
from mobius.domains.identity.shapes import Metadata

ServiceAccountStatus = Annotated[
    Literal["active", "disabled"],
    Meta(
        title="ServiceAccountStatus",
        description="`disabled` ends all that its keys do, and keeps the account.",
    ),
]
Label = Annotated[str, Meta(description="Name for people.")]
Description = Annotated[str, Meta(description="What the account is for.")]
Owner = Annotated[str, Meta(description="Member of the org who is responsible for it.")]
RoleName = Annotated[
    str,
    Meta(
        description=(
            "System role that the account holds in its project: owner, admin, operator, author, worker, "
            "agent or viewer. Needs the permission `mobius.permission.manage`, and all that the role holds."
        )
    ),
]


class ServiceAccount(Struct, kw_only=True):
    """An actor that is not a person: a worker, an agent, a pipeline. Its API keys act as it."""

    id: str
    org_id: str
    project_id: str | UnsetType = UNSET
    name: Annotated[str, Meta(description="Name for programs, unique in the project; never changes.")]
    display_name: Label
    description: Description | UnsetType = UNSET
    status: ServiceAccountStatus
    owner_user_id: Owner | UnsetType = UNSET
    role_name: Annotated[str, Meta(description="System role, if it holds one.")] | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET
    created_at: Timestamp
    updated_at: Timestamp


class ServiceAccountListResponse(Struct, kw_only=True):
    """Service accounts, newest first."""

    items: list[ServiceAccount]
    has_more: Annotated[bool, Meta(description="Whether there is another page.")] | UnsetType = UNSET
    next_cursor: Annotated[str, Meta(description="The `cursor` of the next page.")] | UnsetType = UNSET


class CreateServiceAccountRequest(Struct, kw_only=True):
    """A new service account."""

    name: Annotated[
        str, Meta(description="Lower-case letters, digits and single hyphens, at most 64 characters.")
    ]
    display_name: Annotated[str, Meta(description="Name for people; without one, `name`.")] | UnsetType = (
        UNSET
    )
    description: Description | UnsetType = UNSET
    owner_user_id: Owner | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET
    role_id: Annotated[str, Meta(description="Id of a role; instead of `role_name`.")] | UnsetType = UNSET
    role_name: RoleName | UnsetType = UNSET


class UpdateServiceAccountRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change. What is left out stays; `null` clears description and owner."""

    display_name: Label | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    status: ServiceAccountStatus | UnsetType = UNSET
    owner_user_id: Owner | UnsetType | None = UNSET
    metadata: Metadata | UnsetType = UNSET
