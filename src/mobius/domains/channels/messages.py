"""What is said in channels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from mobius.api.errors import Conflict, Forbidden, Invalid, TooLarge
from mobius.clock import to_micros
from mobius.domains.channels import message_queries, queries
from mobius.domains.channels.access import NotAMember, manages, may_edit, participant, seen_channel
from mobius.domains.channels.records import message_shape
from mobius.domains.channels.told import told
from mobius.execution.drive import until_it_holds
from mobius.execution.event_log import EVENTS_HINT
from mobius.execution.limits import check_size
from mobius.store import GuardMissed, NotFound, new_id

if TYPE_CHECKING:
    from mobius.api.call import ProjectCall
    from mobius.domains.channels.shapes import SendChannelMessageRequest, UpdateChannelMessageRequest
    from mobius.store import Row

MAX_CONTENT = 32 * 1024
MAX_METADATA = 16 * 1024
MAX_TYPE = 100
_TYPE = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")


class NotTheSender(Forbidden):
    """Somebody else sent the message."""

    def __init__(self) -> None:
        super().__init__("not_the_sender", "only who sent a message edits it; anybody here may answer it")


class TooManyPinned(Conflict):
    """The channel has as many pinned messages as it may have."""

    def __init__(self) -> None:
        super().__init__(
            "too_many_pinned", f"{message_queries.MAX_PINNED} messages are pinned; take the pin off one first"
        )


async def post_message(call: ProjectCall, id_or_name: str, request: SendChannelMessageRequest) -> Row:
    """Adds a message to a channel, as the caller or as an agent that the caller may act as.

    A public channel takes messages of everybody, a private one those of its members. Raises Invalid,
    TooLarge, NotFound, NotAMember, or what `participant` raises.
    """
    content = _checked_content(request.content)
    metadata = check_size("metadata", request.metadata or {}, MAX_METADATA)
    if len(request.type) > MAX_TYPE or not _TYPE.fullmatch(request.type):
        raise Invalid(
            f"type: {request.type[:80]!r} is no message type; use words with dots between them, such as "
            f"`user.message`, at most {MAX_TYPE} characters"
        )

    async def attempt() -> Row:
        sender = await participant(call, request.sender_agent_id or None, request.sender_session_id or None)
        channel = await seen_channel(call, id_or_name, [sender.id])
        if channel["private"] and channel["seat"] is None:
            raise NotAMember(channel)
        if request.reply_to is not UNSET:
            await _check_reply(call, channel, request.reply_to)
        message = message_queries.NewMessage(
            project_id=call.project.id,
            channel_id=channel["id"],
            id=new_id("msg"),
            sender_type=sender.type,
            sender_id=sender.id,
            sender_session_id=sender.session_id,
            display=request.display,
            type=request.type,
            content=content,
            reply_to=None if request.reply_to is UNSET else request.reply_to,
            metadata=metadata,
            created_at=to_micros(call.clock.now()),
        )
        shown = {**message._asdict(), "pinned": 0, "pinned_by": None, "edited_at": None}
        _, [row], *_ = await call.store.write(
            queries.count_message(call.project.id, channel["id"]),
            message_queries.insert_message(message),
            *_told(call, "channel.message.created", shown, message.created_at),
            wake=[EVENTS_HINT],
        )
        return row

    posted: Row = await until_it_holds(f"channel {id_or_name}", attempt)
    return posted


async def update_message(
    call: ProjectCall, id_or_name: str, message_id: str, request: UpdateChannelMessageRequest
) -> Row:
    """Edits a message, which its sender may, or pins it, which members and managers of the channel may.

    Raises Invalid, TooLarge, NotFound, NotTheSender, NotAMember or TooManyPinned.
    """
    content = UNSET if request.content is UNSET else _checked_content(request.content)
    metadata: Any = UNSET
    if request.metadata is not UNSET:
        metadata = check_size("metadata", request.metadata or {}, MAX_METADATA)

    async def attempt() -> Row:
        channel = await seen_channel(call, id_or_name)
        message = await message_queries.message(call.store, call.project.id, channel["id"], message_id)
        edits = content is not UNSET or metadata is not UNSET
        if not edits and request.pinned in {UNSET, bool(message["pinned"])}:
            return message
        if edits and not await may_edit(call, message):
            raise NotTheSender
        now = to_micros(call.clock.now())
        pinned, pinned_by = message["pinned"], message["pinned_by"]
        if request.pinned is not UNSET and request.pinned != bool(pinned):
            pinned, pinned_by = int(request.pinned), await _pinned_by(call, channel, pin=request.pinned)
        changes = message_queries.Changes(
            content=message["content"] if content is UNSET else content,
            metadata=message["metadata"] if metadata is UNSET else metadata,
            edited_at=max(now, (message["edited_at"] or 0) + 1) if edits else message["edited_at"],
            pinned=pinned,
            pinned_by=pinned_by,
        )
        shown = {**message, **changes._asdict()}
        try:
            [[row], *_] = await call.store.write(
                message_queries.update_message(message, changes),
                *_told(call, "channel.message.updated", shown, now),
                wake=[EVENTS_HINT],
            )
        except GuardMissed:
            here = call.project.id, channel["id"]
            if await message_queries.pinned_messages(call.store, *here) >= message_queries.MAX_PINNED:
                raise TooManyPinned from None
            raise
        return row

    changed: Row = await until_it_holds(f"message {message_id}", attempt)
    return changed


def _told(call: ProjectCall, kind: str, message: Row, now: int) -> Any:
    return told(call, message["channel_id"], kind, message_shape(message), now)


async def _check_reply(call: ProjectCall, channel: Row, message_id: str) -> None:
    try:
        await message_queries.message(call.store, call.project.id, channel["id"], message_id)
    except NotFound:
        raise Invalid(f"reply_to: {message_id[:80]!r} is no message of this channel") from None


async def _pinned_by(call: ProjectCall, channel: Row, *, pin: bool) -> str | None:
    """Who pins a message, or None for who takes the pin away; raises NotAMember."""
    if channel["seat"] is None and not manages(call.caller, channel):
        raise NotAMember(channel)
    if not pin:
        return None
    return str(channel["seat"] or (await participant(call)).id)


def _checked_content(content: str) -> str:
    if not content.strip():
        raise Invalid("content: it is blank; say something")
    size = len(content.encode())
    if size > MAX_CONTENT:
        raise TooLarge(f"content: {size:,} bytes; at most {MAX_CONTENT:,} are allowed")
    return content
