"""How rows of channels, members and messages become what the API shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from mobius.api.schema import timestamp
from mobius.domains.channels.shapes import Channel, ChannelMember, ChannelMessage
from mobius.execution.records import raw_json

if TYPE_CHECKING:
    from mobius.store import Row


def channel_shape(row: Row) -> Channel:
    """A row of `channels`."""
    return Channel(
        id=row["id"],
        name=row["name"],
        display_name=row["display_name"],
        topic=UNSET if row["topic"] is None else row["topic"],
        kind=row["kind"],
        private=bool(row["private"]),
        created_by=row["created_by"],
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
        member_count=row["members"],
    )


def member_fields(row: Row) -> dict[str, Any]:
    """The fields of a `ChannelMember`, from a row of `channel_members`."""
    return {
        **{name: row[name] for name in ("id", "channel_id", "user_id", "role", "last_read_message_id")},
        "muted": bool(row["muted"]),
        "starred": bool(row["starred"]),
        "joined_at": timestamp(row["joined_at"]),
    }


def member_shape(row: Row) -> ChannelMember:
    """A row of `channel_members`."""
    return ChannelMember(**member_fields(row))


def message_shape(row: Row) -> ChannelMessage:
    """A row of `channel_messages`."""
    return ChannelMessage(
        id=row["id"],
        channel_id=row["channel_id"],
        sender_type=row["sender_type"],
        sender_id=row["sender_id"],
        sender_session_id=row["sender_session_id"],
        display=row["display"],
        type=row["type"],
        content=row["content"],
        reply_to=row["reply_to"],
        metadata=raw_json(row["metadata"]),
        pinned=bool(row["pinned"]),
        pinned_by=row["pinned_by"],
        edited_at=None if row["edited_at"] is None else timestamp(row["edited_at"]),
        created_at=timestamp(row["created_at"]),
    )
