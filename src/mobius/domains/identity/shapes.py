"""Request and response types of orgs, users and members, as the contract says."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.paging import InlineCursor, InlineLimit
from mobius.api.schema import Timestamp

MemberRole = Annotated[
    Literal["owner", "admin", "member"],
    Meta(
        description=(
            "`owner` may do everything; `admin` everything but delete the org and pay for it; `member` runs "
            "and reads, answers and talks. docs/identity.md has the whole table."
        )
    ),
]
Metadata = Annotated[dict[str, Any], Meta(description="Whatever you want to keep with it.")]
OrgHandle = Annotated[
    str,
    Meta(
        description=(
            "Short name, unique on the server. Lower-case letters, digits and single hyphens, at most 64 "
            "characters."
        )
    ),
]


class Org(Struct, kw_only=True):
    """An organization: the outermost wall. Nothing is shared between two of them but people."""

    id: str
    name: Annotated[str, Meta(description="Name for people.")]
    handle: OrgHandle
    metadata: Metadata | UnsetType = UNSET
    created_at: Timestamp
    updated_at: Timestamp
    key: (
        Annotated[
            str,
            Meta(description="Its first API key, yours, shown this once; when the request asked for it."),
        ]
        | UnsetType
    ) = UNSET


class _PageFields(Struct, kw_only=True):
    has_more: Annotated[bool, Meta(description="Whether there is another page.")] | UnsetType = UNSET
    next_cursor: Annotated[str, Meta(description="The `cursor` of the next page.")] | UnsetType = UNSET


class OrgListResponse(_PageFields, kw_only=True):
    """Orgs, newest first."""

    items: list[Org]


class CreateOrgRequest(Struct, kw_only=True):
    """A new org; whoever creates it owns it."""

    name: Annotated[str, Meta(description="Name for people, 1 to 200 characters.")]
    handle: OrgHandle
    metadata: Metadata | UnsetType = UNSET
    with_key: Annotated[bool, Meta(description="Whether to make a first API key as well.")] = False


class UpdateOrgRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change. What is left out stays."""

    name: str | UnsetType = UNSET
    handle: OrgHandle | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET


class User(Struct, kw_only=True):
    """A person."""

    id: str
    email: Annotated[str, Meta(description="Address for signing in; empty when there is none.")]
    name: Annotated[str, Meta(description="Name for people.")] | UnsetType = UNSET
    first_name: Annotated[str, Meta(description="Not kept by this server.")] | UnsetType = UNSET
    last_name: Annotated[str, Meta(description="Not kept by this server.")] | UnsetType = UNSET
    avatar_url: Annotated[str, Meta(description="Not kept by this server.")] | UnsetType = UNSET
    created_at: Timestamp
    updated_at: Timestamp
    key: (
        Annotated[
            str,
            Meta(description="A first API key of the user, shown this once; when the request asked for it."),
        ]
        | UnsetType
    ) = UNSET


class UserListResponse(_PageFields, kw_only=True):
    """Users of the org, newest first."""

    items: list[User]


class CreateUserRequest(Struct, kw_only=True):
    """A new user, who becomes a member of the caller's org."""

    name: Annotated[str, Meta(description="Name for people, 1 to 200 characters.")]
    email: Annotated[str, Meta(description="Address for signing in; unique on the server.")] | UnsetType = (
        UNSET
    )
    password: Annotated[str, Meta(description="For signing in; needs an `email`.")] | UnsetType = UNSET
    role: MemberRole = "member"
    with_key: Annotated[bool, Meta(description="Whether to make a first API key as well.")] = False


class UpdateUserRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change. What is left out stays."""

    name: Annotated[str, Meta(description="Name for people, 1 to 200 characters.")] | UnsetType = UNSET
    email: Annotated[str, Meta(description="Address for signing in; unique on the server.")] | UnsetType = (
        UNSET
    )


class OrgMember(Struct, kw_only=True):
    """A user's membership of an org."""

    id: str
    org_id: str
    user_id: str
    role: MemberRole
    created_at: Timestamp
    updated_at: Timestamp
    user: User | UnsetType = UNSET


class OrgMemberListResponse(_PageFields, kw_only=True):
    """Members, newest user first."""

    items: list[OrgMember]


class AddOrgMemberRequest(Struct, kw_only=True):
    """A user to add, with whom you share another org already. `POST /users` adds new ones."""

    user_id: str
    role: MemberRole


class UpdateOrgMemberRoleRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """The new role."""

    role: MemberRole


class ListQuery(Struct, kw_only=True):
    """A page of a list."""

    cursor: InlineCursor | UnsetType = UNSET
    limit: InlineLimit = 50
