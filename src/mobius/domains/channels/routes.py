"""HTTP of channels."""

from msgspec import UNSET
from starlette.responses import Response

from mobius.api.call import ProjectCall
from mobius.api.operation import operation, operations
from mobius.api.paging import PageQuery, cursor_scope, decode_cursor, page_of
from mobius.api.sse import StreamQuery, sse_response, stream_start
from mobius.domains.channels import member_queries, members, message_queries, messages, rules
from mobius.domains.channels.access import seen_channel
from mobius.domains.channels.live import channel_frames
from mobius.domains.channels.records import channel_shape, member_fields, member_shape, message_shape
from mobius.domains.channels.shapes import (
    AddChannelMemberRequest,
    Channel,
    ChannelListResponse,
    ChannelMember,
    ChannelMemberListResponse,
    ChannelMembership,
    ChannelMessage,
    ChannelMessageListResponse,
    CreateChannelRequest,
    ListChannelMessagesQuery,
    ListChannelsQuery,
    SendChannelMessageRequest,
    UpdateChannelMembershipRequest,
    UpdateChannelMessageRequest,
    UpdateChannelRequest,
)

TAGS = ("channels",)


@operation(
    "POST",
    "/projects/{project}/channels",
    tags=TAGS,
    permission="mobius.channel.create",
    status=201,
    errors=(400, 409),
    summary="Create a channel",
)
async def create_channel(call: ProjectCall, body: CreateChannelRequest) -> Channel:
    """Creates a channel, or a direct message between 2 to 8 people; the caller is its admin.

    Answers 409 `name_taken`, or `direct_message_exists` when there is one between the same people.
    """
    return channel_shape(await rules.create_channel(call, body))


@operation(
    "GET",
    "/projects/{project}/channels",
    tags=TAGS,
    permission="mobius.channel.read",
    errors=(400,),
    summary="List channels",
)
async def list_channels(call: ProjectCall, query: ListChannelsQuery) -> ChannelListResponse:
    """Answers with one page of the channels that the caller sees, newest first."""
    scope = cursor_scope("channels", call.project.id, query.kind, query.private)
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    rows = await rules.list_channels(call, query, before)
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    items = [channel_shape(row) for row in page.rows]
    return ChannelListResponse(items=items, has_more=page.has_more, next_cursor=page.next_cursor)


@operation(
    "GET",
    "/projects/{project}/channels/{id}",
    tags=TAGS,
    permission="mobius.channel.read",
    errors=(404,),
    summary="Get a channel",
)
async def get_channel(call: ProjectCall, id: str) -> Channel:
    """Answers with the channel of this id or name."""
    return channel_shape(await seen_channel(call, id))


@operation(
    "PATCH",
    "/projects/{project}/channels/{id}",
    tags=TAGS,
    permission="mobius.channel.update",
    errors=(400, 404),
    summary="Update a channel",
)
async def update_channel(call: ProjectCall, id: str, body: UpdateChannelRequest) -> Channel:
    """Changes what is given; for admins of the channel. Its name and its kind never change."""
    return channel_shape(await rules.update_channel(call, id, body))


@operation(
    "DELETE",
    "/projects/{project}/channels/{id}",
    tags=TAGS,
    permission="mobius.channel.delete",
    status=204,
    errors=(404,),
    summary="Delete a channel",
)
async def delete_channel(call: ProjectCall, id: str) -> None:
    """Removes the channel with all its messages, for good; for admins of the channel."""
    await rules.delete_channel(call, id)


@operation(
    "GET",
    "/projects/{project}/channels/{id}/events",
    tags=TAGS,
    permission="mobius.channel.read",
    summary="Follow a channel",
    media_type="text/event-stream",
    errors=(404,),
)
async def stream_channel_events(call: ProjectCall, id: str, query: StreamQuery) -> Response:
    """Streams the channel as it is, then its events as server-sent events, from `since` on.

    It ends when the channel is deleted, or when the caller may not see it any more.
    """
    channel = await seen_channel(call, id)
    return sse_response(call, channel_frames(call, channel["id"], stream_start(call, query)))


@operation(
    "GET",
    "/projects/{project}/channels/{id}/members",
    tags=TAGS,
    permission="mobius.channel.read",
    errors=(404,),
    summary="List channel members",
)
async def list_channel_members(call: ProjectCall, id: str, query: PageQuery) -> ChannelMemberListResponse:
    """Answers with one page of the members, who joined last first."""
    channel = await seen_channel(call, id)
    scope = cursor_scope("channel members", call.project.id, channel["id"])
    [before] = decode_cursor(scope, query.cursor, str) if query.cursor else [None]
    rows = await member_queries.members_page(
        call.store, call.project.id, channel["id"], before, query.limit + 1
    )
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    items = [member_shape(row) for row in page.rows]
    return ChannelMemberListResponse(items=items, has_more=page.has_more, next_cursor=page.next_cursor)


@operation(
    "POST",
    "/projects/{project}/channels/{id}/members",
    tags=TAGS,
    permission="mobius.channel.post",
    status=201,
    errors=(400, 404, 409),
    summary="Add a member to a channel",
)
async def add_channel_member(call: ProjectCall, id: str, body: AddChannelMemberRequest) -> ChannelMember:
    """Adds a user or an agent. Anybody may join a public channel; the rest is for admins of the channel.

    Answers 409 `already_member`, `channel_full`, or `fixed_members` for a direct message.
    """
    return member_shape(await members.add_member(call, id, body))


@operation(
    "DELETE",
    "/projects/{project}/channels/{id}/members/{userId}",
    tags=TAGS,
    permission="mobius.channel.post",
    status=204,
    errors=(404, 409),
    summary="Remove a member from a channel",
)
async def remove_channel_member(call: ProjectCall, id: str, user_id: str) -> None:
    """Removes a user or an agent, by id. Anybody may leave; the rest is for admins of the channel.

    When no admin is left, the user who joined first becomes one. Answers 409 `fixed_members` for a direct
    message.
    """
    await members.remove_member(call, id, user_id)


@operation(
    "GET",
    "/projects/{project}/channels/{id}/membership",
    tags=TAGS,
    permission="mobius.channel.read",
    errors=(404,),
    summary="Get one's own membership of a channel",
)
async def get_channel_membership(call: ProjectCall, id: str) -> ChannelMembership:
    """Answers with the caller's membership and the number of messages that the caller has not read."""
    row, unread = await members.own_membership(call, id)
    return ChannelMembership(**member_fields(row), unread_count=unread)


@operation(
    "PATCH",
    "/projects/{project}/channels/{id}/membership",
    tags=TAGS,
    permission="mobius.channel.read",
    errors=(400, 404),
    summary="Update one's own membership of a channel",
)
async def update_channel_membership(
    call: ProjectCall, id: str, body: UpdateChannelMembershipRequest
) -> ChannelMembership:
    """Marks messages as read up to one, mutes or stars the channel, for the caller. Marks never move back."""
    row, unread = await members.update_own_membership(call, id, body)
    return ChannelMembership(**member_fields(row), unread_count=unread)


@operation(
    "GET",
    "/projects/{project}/channels/{id}/messages",
    tags=TAGS,
    permission="mobius.channel.read",
    errors=(404,),
    summary="List messages in a channel",
)
async def list_channel_messages(
    call: ProjectCall, id: str, query: ListChannelMessagesQuery
) -> ChannelMessageListResponse:
    """Answers with one page of messages, newest first; filters combine.

    Messages stand in the order in which they were stored, so what is posted meanwhile stands before the pages
    that follow, and none of these repeats or omits a message.
    """
    channel = await seen_channel(call, id)
    given = {
        name: getattr(query, name) for name in ("sender_id", "reply_to") if getattr(query, name) is not UNSET
    }
    scope = cursor_scope("channel messages", call.project.id, channel["id"], given, query.pinned)
    [before] = decode_cursor(scope, query.cursor, int) if query.cursor else [None]
    pinned = None if query.pinned is UNSET else query.pinned
    rows = await message_queries.messages_page(
        call.store, call.project.id, channel["id"], given, pinned, before, query.limit + 1
    )
    page = page_of(rows, query.limit, scope, lambda row: [row["number"]])
    items = [message_shape(row) for row in page.rows]
    return ChannelMessageListResponse(items=items, has_more=page.has_more, next_cursor=page.next_cursor)


@operation(
    "POST",
    "/projects/{project}/channels/{id}/messages",
    tags=TAGS,
    permission="mobius.channel.post",
    status=201,
    errors=(400, 404, 413),
    summary="Send a message to a channel",
)
async def send_channel_message(call: ProjectCall, id: str, body: SendChannelMessageRequest) -> ChannelMessage:
    """Posts a message as the caller, or as an agent that the caller may act as.

    A public channel takes messages of anybody who may post, a private one those of its members.
    """
    return message_shape(await messages.post_message(call, id, body))


@operation(
    "GET",
    "/projects/{project}/channels/{id}/messages/{messageId}",
    tags=TAGS,
    permission="mobius.channel.read",
    errors=(404,),
    summary="Get a channel message",
)
async def get_channel_message(call: ProjectCall, id: str, message_id: str) -> ChannelMessage:
    """Answers with the message."""
    channel = await seen_channel(call, id)
    return message_shape(
        await message_queries.message(call.store, call.project.id, channel["id"], message_id)
    )


@operation(
    "PATCH",
    "/projects/{project}/channels/{id}/messages/{messageId}",
    tags=TAGS,
    permission="mobius.channel.post",
    errors=(400, 404, 409, 413),
    summary="Update a channel message",
)
async def update_channel_message(
    call: ProjectCall, id: str, message_id: str, body: UpdateChannelMessageRequest
) -> ChannelMessage:
    """Edits a message, which its sender may and which sets `edited_at`, or pins it, which any member may.

    Answers 409 `too_many_pinned` when 100 messages of the channel are pinned.
    """
    return message_shape(await messages.update_message(call, id, message_id, body))


routes = operations(__name__)
