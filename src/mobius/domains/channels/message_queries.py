"""SQL of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mobius.store import Database, Row

AFTER_ALL_NUMBERS = 2**63 - 1
MAX_PINNED = 100
COUNTED_UNREAD = 1_000


class NewMessage(NamedTuple):
    """A row of `channel_messages` as it is inserted; `created_at` in microseconds."""

    project_id: str
    channel_id: str
    id: str
    sender_type: str
    sender_id: str
    sender_session_id: str | None
    display: str
    type: str
    content: str
    reply_to: str | None
    metadata: str
    created_at: int


class Changes(NamedTuple):
    """What an update makes of a message."""

    content: str
    metadata: str
    edited_at: int | None
    pinned: int
    pinned_by: str | None


async def message(store: Database, project_id: str, channel_id: str, message_id: str) -> Row:
    """A message of a channel; raises NotFound. `channel_messages_id`."""
    return await store.one(
        "message",
        "SELECT * FROM channel_messages WHERE project_id = $1 AND channel_id = $2 AND id = $3",
        project_id,
        channel_id,
        message_id,
    )


async def messages_page(
    store: Database,
    project_id: str,
    channel_id: str,
    equal: Mapping[str, str],
    pinned: bool | None,
    before: int | None,
    limit: int,
) -> list[Row]:
    """Messages of a channel, newest first; keys of `equal` are `sender_id` and `reply_to`.

    Primary key, or the index of the filter: `channel_messages_by_sender`, `channel_messages_replies`,
    `channel_messages_replies_by_sender`, `channel_messages_pinned`. There are so few pinned messages that all
    of them are read where they are wanted, and stepped over where they are not.
    """
    where = "".join(f" AND {name} = ${place}" for place, name in enumerate(equal, start=5))
    source = "channel_messages"
    if pinned:
        source = (
            "(SELECT * FROM channel_messages WHERE project_id = $1 AND channel_id = $2 AND pinned = 1"
            f" ORDER BY number DESC LIMIT {2 * MAX_PINNED}) AS pins"
        )
    elif pinned is not None:
        where += " AND pinned = 0"
    return await store.all(
        f"""
        SELECT * FROM {source}
        WHERE project_id = $1 AND channel_id = $2 AND number < $3{where} ORDER BY number DESC LIMIT $4""",
        project_id,
        channel_id,
        AFTER_ALL_NUMBERS if before is None else before,
        limit,
        *equal.values(),
    )


async def unread(store: Database, project_id: str, channel_id: str, number: int, user_id: str) -> int:
    """How many of the first messages after `number` others have sent. Primary key."""
    row = await store.first(
        f"""
        SELECT count(*) AS unread FROM (
            SELECT sender_id FROM channel_messages
            WHERE project_id = $1 AND channel_id = $2 AND number > $3
            ORDER BY number LIMIT {COUNTED_UNREAD}) AS first_ones
        WHERE sender_id <> $4""",
        project_id,
        channel_id,
        number,
        user_id,
    )
    return row["unread"] if row is not None else 0


def insert_message(message: NewMessage) -> Write:
    """Adds the message that the channel counts already; its sender must belong to a private channel."""
    return Write(
        """
        INSERT INTO channel_messages (project_id, channel_id, number, id, sender_type, sender_id,
            sender_session_id, display, type, content, reply_to, metadata, pinned, created_at)
        SELECT c.project_id, c.id, c.messages, $3::text, $4::text, $5::text,
            $6::text, $7::text, $8::text, $9::text, $10::text, $11::text, 0, $12::bigint
        FROM channels c
        WHERE c.project_id = $1 AND c.id = $2 AND (c.private = 0 OR EXISTS (SELECT 1 FROM channel_members m
            WHERE m.project_id = c.project_id AND m.channel_id = c.id AND m.user_id = $5::text))
        RETURNING *""",
        tuple(message),
        rows=1,
    )


def update_message(read: Row, changes: Changes) -> Write:
    """Changes a message, which must be as it was read. There may be so many pinned ones."""
    return Write(
        f"""
        UPDATE channel_messages SET content = $6, metadata = $7, edited_at = $8, pinned = $9, pinned_by = $10
        WHERE project_id = $1 AND channel_id = $2 AND number = $3
            AND coalesce(edited_at, 0) = $4::bigint AND pinned = $5
            AND (pinned >= $9 OR (SELECT count(*) FROM channel_messages
                WHERE project_id = $1 AND channel_id = $2 AND pinned = 1) < {MAX_PINNED})
        RETURNING *""",
        (
            *(read[name] for name in ("project_id", "channel_id", "number")),
            read["edited_at"] or 0,
            read["pinned"],
            *changes,
        ),
        rows=1,
    )


async def pinned_messages(store: Database, project_id: str, channel_id: str) -> int:
    """How many messages of a channel are pinned. `channel_messages_pinned`."""
    row = await store.first(
        "SELECT count(*) AS pinned FROM channel_messages"
        " WHERE project_id = $1 AND channel_id = $2 AND pinned = 1",
        project_id,
        channel_id,
    )
    return row["pinned"] if row is not None else 0


def delete_some_messages(project_id: str, channel_id: str) -> Write:
    """Removes some of the messages of a channel."""
    return Write(
        "DELETE FROM channel_messages"
        " WHERE @some(channel_messages, project_id = $1 AND channel_id = $2) RETURNING 1",
        (project_id, channel_id),
    )


def delete_messages_of_project(project_id: str) -> Write:
    """Removes some of the messages of all channels of a project."""
    return Write(
        "DELETE FROM channel_messages WHERE @some(channel_messages, project_id = $1) RETURNING 1",
        (project_id,),
    )
