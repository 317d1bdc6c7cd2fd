"""Operations on channels: who talks where, what is said, what has been read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from mobius.client.events import EventReader
from mobius.client.flow import Flow, QueryValue, given
from mobius.client.operation import UNSET, Operations, PageSource, Unset, listing, operation, stream
from mobius.client.shapes import (
    Channel,
    ChannelEvent,
    ChannelMember,
    ChannelMembership,
    ChannelMessage,
    Page,
)

Kind = Literal["channel", "dm"]
Role = Literal["member", "admin"]
Display = Literal["message", "notice", "card"]


class ChannelOperations(Operations):
    """Channels of the client's project. A channel is named by its id or its name."""

    @operation
    def create_channel(
        self,
        name: str,
        *,
        display_name: str | None = None,
        kind: Kind = "channel",
        topic: str | None = None,
        private: bool = False,
        member_ids: Sequence[str] = (),
    ) -> Flow[Channel]:
        """Create a channel, or with `kind="dm"` a direct message between the caller and `member_ids`."""
        body = given(
            name=name,
            display_name=display_name or name,
            kind=kind,
            topic=topic,
            private=private,
            member_ids=list(member_ids) or None,
        )
        return self._fetch("POST", self._in_project("channels"), Channel, body=body, once=True)

    @operation
    def list_channels(
        self,
        *,
        kind: Kind | None = None,
        private: bool | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Flow[Page[Channel]]:
        """One page of the channels that the caller sees, newest first."""
        return self._channel_page({"kind": kind, "private": private}, cursor, limit)

    @listing
    def iter_channels(
        self, *, kind: Kind | None = None, private: bool | None = None, limit: int | None = None
    ) -> PageSource[Channel]:
        """All channels that the caller sees, fetched in pages of `limit`."""
        return lambda cursor: self._channel_page({"kind": kind, "private": private}, cursor, limit)

    @operation
    def get_channel(self, channel: str) -> Flow[Channel]:
        """A channel."""
        return self._fetch("GET", self._in_project("channels", channel), Channel)

    @operation
    def update_channel(
        self,
        channel: str,
        *,
        display_name: str | Unset = UNSET,
        topic: str | Unset | None = UNSET,
        private: bool | Unset = UNSET,
    ) -> Flow[Channel]:
        """Change what is given; for admins of the channel."""
        body = {"display_name": display_name, "topic": topic, "private": private}
        return self._fetch("PATCH", self._in_project("channels", channel), Channel, body=body)

    @operation
    def delete_channel(self, channel: str) -> Flow[None]:
        """Delete a channel with all its messages; for admins of the channel."""
        return self._do("DELETE", self._in_project("channels", channel))

    @operation
    def list_channel_members(
        self, channel: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Flow[Page[ChannelMember]]:
        """One page of the members of a channel, who joined last first."""
        return self._channel_member_page(channel, cursor, limit)

    @listing
    def iter_channel_members(self, channel: str, *, limit: int | None = None) -> PageSource[ChannelMember]:
        """All members of a channel, fetched in pages of `limit`."""
        return lambda cursor: self._channel_member_page(channel, cursor, limit)

    @operation
    def add_channel_member(self, channel: str, user_id: str, *, role: Role = "member") -> Flow[ChannelMember]:
        """Add a user or an agent; everybody may join a public channel, the rest is for its admins."""
        where = self._in_project("channels", channel, "members")
        body = {"user_id": user_id, "role": role}
        return self._fetch("POST", where, ChannelMember, body=body, once=True)

    @operation
    def remove_channel_member(self, channel: str, user_id: str) -> Flow[None]:
        """Remove a user or an agent; everybody may leave, the rest is for admins of the channel."""
        return self._do("DELETE", self._in_project("channels", channel, "members", user_id))

    @operation
    def get_channel_membership(self, channel: str) -> Flow[ChannelMembership]:
        """The caller's own membership, with the number of unread messages."""
        return self._fetch("GET", self._in_project("channels", channel, "membership"), ChannelMembership)

    @operation
    def update_channel_membership(
        self,
        channel: str,
        *,
        last_read_message_id: str | Unset = UNSET,
        muted: bool | Unset = UNSET,
        starred: bool | Unset = UNSET,
    ) -> Flow[ChannelMembership]:
        """Mark messages as read up to one, mute or star the channel. A mark never moves back."""
        body = {"last_read_message_id": last_read_message_id, "muted": muted, "starred": starred}
        where = self._in_project("channels", channel, "membership")
        return self._fetch("PATCH", where, ChannelMembership, body=body)

    @operation
    def list_channel_messages(
        self,
        channel: str,
        *,
        sender_id: str | None = None,
        reply_to: str | None = None,
        pinned: bool | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Flow[Page[ChannelMessage]]:
        """One page of messages, newest first; `reply_to` shows a thread."""
        filters = {"sender_id": sender_id, "reply_to": reply_to, "pinned": pinned}
        return self._message_page(channel, filters, cursor, limit)

    @listing
    def iter_channel_messages(
        self,
        channel: str,
        *,
        sender_id: str | None = None,
        reply_to: str | None = None,
        pinned: bool | None = None,
        limit: int | None = None,
    ) -> PageSource[ChannelMessage]:
        """All messages that match, newest first, fetched in pages of `limit`."""
        filters = {"sender_id": sender_id, "reply_to": reply_to, "pinned": pinned}
        return lambda cursor: self._message_page(channel, filters, cursor, limit)

    @operation
    def send_channel_message(
        self,
        channel: str,
        content: str,
        *,
        reply_to: str | None = None,
        display: Display | None = None,
        type: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        sender_agent_id: str | None = None,
        sender_session_id: str | None = None,
    ) -> Flow[ChannelMessage]:
        """Post Markdown as the caller, or as an agent that the caller may act as."""
        body = given(
            content=content,
            reply_to=reply_to,
            display=display,
            type=type,
            metadata=metadata,
            sender_agent_id=sender_agent_id,
            sender_session_id=sender_session_id,
        )
        where = self._in_project("channels", channel, "messages")
        return self._fetch("POST", where, ChannelMessage, body=body, once=True)

    @operation
    def get_channel_message(self, channel: str, message_id: str) -> Flow[ChannelMessage]:
        """One message."""
        return self._fetch(
            "GET", self._in_project("channels", channel, "messages", message_id), ChannelMessage
        )

    @operation
    def update_channel_message(
        self,
        channel: str,
        message_id: str,
        *,
        content: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset | None = UNSET,
        pinned: bool | Unset = UNSET,
    ) -> Flow[ChannelMessage]:
        """Edit a message, which its sender may, or pin it, which members may."""
        body = {"content": content, "metadata": metadata, "pinned": pinned}
        where = self._in_project("channels", channel, "messages", message_id)
        return self._fetch("PATCH", where, ChannelMessage, body=body)

    @stream
    def follow_channel(self, channel: str, *, since: int | None = None) -> EventReader[ChannelEvent]:
        """The channel as it is, then its events, for ever: it connects again behind the last event seen.

        What is listed after the first event has come, and what follows it, is all there is. Raises `NotFound`
        when the channel is deleted, or not for the caller any more.
        """
        return EventReader(self._in_project("channels", channel, "events"), ChannelEvent, since)

    def _channel_page(
        self, filters: Mapping[str, QueryValue], cursor: str | None, limit: int | None
    ) -> Flow[Page[Channel]]:
        return self._page(self._in_project("channels"), Page[Channel], cursor, limit, filters)

    def _channel_member_page(
        self, channel: str, cursor: str | None, limit: int | None
    ) -> Flow[Page[ChannelMember]]:
        where = self._in_project("channels", channel, "members")
        return self._page(where, Page[ChannelMember], cursor, limit)

    def _message_page(
        self, channel: str, filters: Mapping[str, QueryValue], cursor: str | None, limit: int | None
    ) -> Flow[Page[ChannelMessage]]:
        where = self._in_project("channels", channel, "messages")
        return self._page(where, Page[ChannelMessage], cursor, limit, filters)
