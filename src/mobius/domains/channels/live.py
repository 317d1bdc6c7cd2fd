"""The live stream of a channel: it ends as soon as who follows may not see the channel any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from mobius.domains.channels.access import seen_channel
from mobius.domains.channels.records import channel_shape
from mobius.execution.records import encode
from mobius.execution.streams import EventTail, frame_of
from mobius.store import NotFound

if TYPE_CHECKING:
    from mobius.api.call import ProjectCall

LOOK_AGAIN_SECONDS = 5.0
"""How long who was removed may go on following, should the hint of it get lost."""


async def channel_frames(call: ProjectCall, channel_id: str, since: int | None) -> AsyncIterator[bytes]:
    """Yield the channel as it is now, then its events.

    The first frame carries `since`, or the newest `seq` without it: messages that are listed after that frame
    and those that follow it are all there are.
    """
    tail = call.room(EventTail)
    seq = await tail.newest() if since is None else since
    gate = _Gate(call, channel_id)
    try:
        channel = await seen_channel(call, channel_id)
        shown = encode(channel_shape(channel))
        yield frame_of(seq, "channel.updated", channel_id, channel["updated_at"], shown)
        events = tail.follow(call.project.id, channel_id, seq, gate.push)
        async with aclosing(events), aclosing(gate.through(events)) as chunks:
            async for chunk in chunks:
                yield chunk
    except NotFound:
        return
    finally:
        gate.close()


class _Gate:
    """Lets nothing through from the hint that somebody was removed until it was not the caller."""

    def __init__(self, call: ProjectCall, channel_id: str) -> None:
        self._call = call
        self._channel_id = channel_id
        self._hinted = asyncio.Event()
        self._shut = False
        self._unsubscribe: Callable[[], None] = call.store.wakeups.on("channel_members", self._shut_if_ours)

    def push(self, part: bytes) -> bool:
        """Write straight to the connection; False when that has to wait, or may not be."""
        return not self._shut and self._call.connection.push(part)

    async def through(self, chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
        """Yield the chunks for as long as the caller sees the channel; raises NotFound when it does not."""
        upcoming = asyncio.ensure_future(_next(chunks))
        hinted = asyncio.ensure_future(self._hinted.wait())
        try:
            while True:
                await asyncio.wait(
                    {upcoming, hinted}, timeout=LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                await self._look_again()
                if hinted.done():
                    hinted = asyncio.ensure_future(self._hinted.wait())
                if upcoming.done():
                    chunk = upcoming.result()
                    if chunk is None:
                        return
                    yield chunk
                    upcoming = asyncio.ensure_future(_next(chunks))
        finally:
            upcoming.cancel()
            hinted.cancel()
            await asyncio.gather(upcoming, hinted, return_exceptions=True)

    def close(self) -> None:
        """Listen to hints no more."""
        self._unsubscribe()

    async def _look_again(self) -> None:
        while True:
            self._hinted.clear()
            await seen_channel(self._call, self._channel_id)
            if not self._hinted.is_set():
                self._shut = False
                return

    def _shut_if_ours(self, channel_id: str) -> None:
        if channel_id in ("", self._channel_id):
            self._shut = True
            self._hinted.set()


async def _next(chunks: AsyncIterator[bytes]) -> bytes | None:
    return await anext(chunks, None)
