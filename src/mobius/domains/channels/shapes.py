"""Request and response types of channels, as the contract says."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.paging import DEFAULT_LIMIT, Cursor, Limit
from mobius.api.schema import Timestamp

ChannelKind = Literal["dm", "channel"]
Role = Literal["member", "admin"]
Display = Literal["message", "notice", "card"]
SenderType = Annotated[
    Literal["member", "agent"],
    Meta(title="ChannelMessageSenderType", description="Whether a user or an agent sent the message."),
]
Metadata = Annotated[
    dict[str, Any], Meta(title="Metadata", description="Anything that goes with it, as a JSON object.")
]
DisplayName = Annotated[str, Meta(description="Name for people, 1 to 200 characters.")]
Topic = Annotated[str, Meta(description="What the channel is about, up to 1,000 characters.")]
Private = Annotated[
    bool, Meta(description="Only members see the channel. Direct messages are always private.")
]
Content = Annotated[str, Meta(description="The text in Markdown, up to 32 KiB.")]
MessageType = Annotated[
    str, Meta(description="What kind of message it is: words with dots between them, such as `ai.response`.")
]


class Channel(Struct, kw_only=True):
    """A room for messages (`channel`), or a thread between a fixed set of people and agents (`dm`)."""

    id: Annotated[str, Meta(description="The channel's id; its name is accepted in its place.")]
    name: Annotated[str, Meta(description="Stands for the channel in paths; never changes.")]
    display_name: DisplayName
    topic: Topic | UnsetType = UNSET
    kind: ChannelKind
    private: Private
    created_by: Annotated[str, Meta(description="Id of the user or agent who created it.")]
    archived_at: Annotated[
        Timestamp | None, Meta(description="Always null: there is no request that archives a channel.")
    ] = None
    created_at: Annotated[Timestamp, Meta(description="When it was created.")]
    updated_at: Annotated[Timestamp, Meta(description="When its names, topic or privacy last changed.")]
    member_count: Annotated[int, Meta(description="How many members it has.")] | UnsetType = UNSET


class ChannelListResponse(Struct, kw_only=True):
    """One page of channels, newest first."""

    items: Annotated[list[Channel], Meta(description="The channels of this page.")]
    has_more: Annotated[bool, Meta(description="Whether there are further pages.")] | UnsetType = UNSET
    next_cursor: (
        Annotated[str, Meta(description="The `cursor` of the next page, if there is one.")] | UnsetType
    ) = UNSET


class ChannelMember(Struct, kw_only=True):
    """A user or an agent who belongs to a channel."""

    id: Annotated[str, Meta(description="Id of the membership.")]
    channel_id: Annotated[str, Meta(description="Id of the channel.")]
    user_id: Annotated[str, Meta(description="Id of the user or the agent.")]
    role: Annotated[Role, Meta(description="An `admin` changes the channel and its members.")]
    last_read_message_id: Annotated[
        str | None, Meta(description="The newest message that the member has read.")
    ] = None
    muted: Annotated[bool, Meta(description="Whether the member wants no notifications.")] | UnsetType = UNSET
    starred: Annotated[bool, Meta(description="Whether the member keeps it at hand.")] | UnsetType = UNSET
    joined_at: Annotated[Timestamp, Meta(description="When the member joined.")]


class ChannelMemberListResponse(Struct, kw_only=True):
    """One page of members, who joined last first."""

    items: Annotated[list[ChannelMember], Meta(description="The members of this page.")]
    has_more: Annotated[bool, Meta(description="Whether there are further pages.")] | UnsetType = UNSET
    next_cursor: (
        Annotated[str, Meta(description="The `cursor` of the next page, if there is one.")] | UnsetType
    ) = UNSET


class ChannelMembership(ChannelMember, kw_only=True):
    """The caller's own membership."""

    unread_count: Annotated[
        int,
        Meta(
            description="Messages of others after the last one read. Only the first 1,000 messages after it "
            "are looked at, so it is never more."
        ),
    ]


class ChannelMessage(Struct, kw_only=True):
    """A message in a channel."""

    id: Annotated[str, Meta(description="The message's id.")]
    channel_id: Annotated[str, Meta(description="Id of its channel.")]
    sender_type: SenderType
    sender_id: Annotated[str, Meta(description="Id of the user (`member`) or the agent (`agent`).")]
    sender_session_id: Annotated[
        str | None, Meta(description="The session in which the agent was connected.")
    ] = None
    display: Annotated[Display, Meta(description="How to show it.")] | UnsetType = UNSET
    type: MessageType
    content: Content
    reply_to: Annotated[str | None, Meta(description="The message that it answers.")] = None
    metadata: Metadata | UnsetType = UNSET
    pinned: Annotated[bool, Meta(description="Whether it is pinned in the channel.")] | UnsetType = UNSET
    pinned_by: Annotated[str | None, Meta(description="Id of the user or agent who pinned it.")] = None
    edited_at: Annotated[Timestamp | None, Meta(description="When its content or metadata last changed.")] = (
        None
    )
    created_at: Annotated[Timestamp, Meta(description="When it was posted.")]


class ChannelMessageListResponse(Struct, kw_only=True):
    """One page of messages, newest first."""

    items: Annotated[list[ChannelMessage], Meta(description="The messages of this page.")]
    has_more: Annotated[bool, Meta(description="Whether there are further pages.")] | UnsetType = UNSET
    next_cursor: (
        Annotated[str, Meta(description="The `cursor` of the next page, if there is one.")] | UnsetType
    ) = UNSET


class CreateChannelRequest(Struct, kw_only=True):
    """A new channel or direct message."""

    name: Annotated[
        str,
        Meta(
            description="Lower-case letters, digits and single hyphens, at most 64 characters; unique in the "
            "project; never changes."
        ),
    ]
    display_name: DisplayName
    topic: Topic | UnsetType = UNSET
    kind: ChannelKind
    private: Private = False
    member_ids: (
        Annotated[
            list[str],
            Meta(
                description="Users and agents who are members from the start, up to 100; beside the caller."
            ),
        ]
        | UnsetType
    ) = UNSET


class UpdateChannelRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change. What is left out stays; `null` clears the topic."""

    display_name: DisplayName | UnsetType = UNSET
    topic: Topic | UnsetType | None = UNSET
    private: Private | UnsetType = UNSET


class AddChannelMemberRequest(Struct, kw_only=True):
    """A new member."""

    user_id: Annotated[str, Meta(description="Id of the user or agent; an agent's name is accepted as well.")]
    role: Role = "member"


class UpdateChannelMembershipRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of one's own membership. What is left out stays."""

    last_read_message_id: (
        Annotated[str, Meta(description="The newest message read. The mark never moves back.")] | UnsetType
    ) = UNSET
    muted: Annotated[bool, Meta(description="Whether notifications are unwanted.")] | UnsetType = UNSET
    starred: Annotated[bool, Meta(description="Whether to keep it at hand.")] | UnsetType = UNSET


class SendChannelMessageRequest(Struct, kw_only=True):
    """A new message."""

    sender_agent_id: (
        Annotated[str, Meta(description="Post as this agent (id or name), as which the caller may act.")]
        | UnsetType
    ) = UNSET
    sender_session_id: (
        Annotated[str, Meta(description="The session in which that agent is connected.")] | UnsetType
    ) = UNSET
    content: Content
    display: Display = "message"
    type: MessageType = "user.message"
    reply_to: Annotated[str, Meta(description="The message of this channel to answer.")] | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET


class UpdateChannelMessageRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change. What is left out stays; `null` clears the metadata."""

    content: Content | UnsetType = UNSET
    metadata: Metadata | UnsetType | None = UNSET
    pinned: Annotated[bool, Meta(description="Pin it, or take the pin away.")] | UnsetType = UNSET


class ListChannelsQuery(Struct, kw_only=True):
    """Which channels to list."""

    kind: Annotated[ChannelKind, Meta(description="Only this kind.")] | UnsetType = UNSET
    private: Annotated[bool, Meta(description="Only private ones, or only public ones.")] | UnsetType = UNSET
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT


class ListChannelMessagesQuery(Struct, kw_only=True):
    """Which messages to list; all given filters must match."""

    sender_id: Annotated[str, Meta(description="Only messages of this user or agent.")] | UnsetType = UNSET
    reply_to: Annotated[str, Meta(description="Only replies to this message.")] | UnsetType = UNSET
    pinned: Annotated[bool, Meta(description="Only pinned ones, or only those that are not.")] | UnsetType = (
        UNSET
    )
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT
