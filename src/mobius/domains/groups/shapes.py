"""Request and response types of groups, as the contract says."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.schema import Timestamp

RoutingPolicy = Literal["first_responder", "all_members"]

Name = Annotated[str, Meta(description="Name for people, 1 to 64 characters.")]
Handle = Annotated[
    str,
    Meta(
        description=(
            "Stands for the group in paths and targets. Lower-case letters, digits and single hyphens, at "
            "most 64 characters; unique in the project; never changes. Without one it is made from the name."
        )
    ),
]
Description = Annotated[str, Meta(description="What the group is for, up to 2,000 characters.")]
Policy = Annotated[
    RoutingPolicy,
    Meta(
        description=(
            "Who has to answer when the group is asked: the first member who does (`first_responder`), or "
            "every one (`all_members`)."
        )
    ),
]


class Group(Struct, kw_only=True):
    """Members of the organization who are asked together."""

    id: Annotated[str, Meta(description="The group's id; its handle is accepted in its place.")]
    org_id: Annotated[str, Meta(description="The organization it belongs to.")]
    handle: Handle
    name: Name
    description: Description | UnsetType = UNSET
    routing_policy: Policy
    created_at: Annotated[Timestamp, Meta(description="When it was created.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was last changed; members do not count.")]


class GroupWithCount(Group, kw_only=True):
    """A group and how many members it has now."""

    member_count: Annotated[int, Meta(description="How many members it has at the moment.")]


class GroupMember(Struct, kw_only=True):
    """That a user belongs to a group."""

    id: Annotated[str, Meta(description="Id of the membership.")]
    group_id: Annotated[str, Meta(description="The group.")]
    org_id: Annotated[str, Meta(description="The organization of both.")]
    user_id: Annotated[str, Meta(description="The member.")]
    added_by: (
        Annotated[str, Meta(description="The user who added the member; null for a service account.")] | None
    ) = None
    added_at: Annotated[Timestamp, Meta(description="Since when the user is a member.")]


class _Page(Struct, kw_only=True):
    has_more: Annotated[bool, Meta(description="Whether there are further pages.")] | UnsetType = UNSET
    next_cursor: (
        Annotated[str, Meta(description="The `cursor` of the next page, if there is one.")] | UnsetType
    ) = UNSET


class GroupListResponse(_Page, kw_only=True):
    """One page of groups, newest first."""

    items: Annotated[list[Group], Meta(description="The groups of this page.")]


class GroupWithCountListResponse(_Page, kw_only=True):
    """One page of groups, newest first, each with the number of its members."""

    items: Annotated[list[GroupWithCount], Meta(description="The groups of this page.")]


class GroupMemberListResponse(_Page, kw_only=True):
    """One page of the members of a group, who joined last first."""

    items: Annotated[list[GroupMember], Meta(description="The members of this page.")]


class CreateGroupRequest(Struct, kw_only=True):
    """A new group, without members."""

    name: Name
    handle: Handle | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    routing_policy: Policy = "first_responder"


class UpdateGroupRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change. What is left out stays; `null` clears the description."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    routing_policy: Policy | UnsetType = UNSET


class AddGroupMemberRequest(Struct, kw_only=True):
    """Who joins a group."""

    user_id: Annotated[str, Meta(description="The user, who has to be a member of the organization.")]
