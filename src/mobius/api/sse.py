"""Server-sent events: frames as they come, and a comment every 15 seconds that keeps the stream open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from mobius.store import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from mobius.api.call import OrgCall, ProjectCall

Push = Callable[[bytes], bool]
"""Adds a part to a stream; False when that would have to wait."""

KEEPALIVE_SECONDS = 15.0
KEEPALIVE = b":keepalive\n\n"


class StreamQuery(Struct, kw_only=True):
    """Where a stream begins."""

    since: (
        Annotated[
            int,
            Meta(
                description="Replay what came after this `seq` first.", extra_json_schema={"format": "int64"}
            ),
        ]
        | UnsetType
    ) = UNSET


def stream_start(call: ProjectCall | OrgCall, query: StreamQuery) -> int | None:
    """The `seq` after which a stream begins, None for now.

    A browser that reconnects repeats the `since` that it began with.
    """
    last = call.header("last-event-id") or ""
    places = [int(last)] if last.isdecimal() and len(last) <= 18 else []
    if query.since is not UNSET:
        places.append(max(0, query.since))
    return max(places, default=None)


def sse_response(call: ProjectCall | OrgCall, frames: AsyncIterator[bytes]) -> Response:
    """A stream of the frames. It ends with them, or when `call.gone` resolves; the iterator is then closed.

    Several events may be joined in one chunk of bytes. The iterator needs no time-out of its own. While it is
    asked for a chunk that it does not have yet, it may write others with `call.connection.push`.
    """
    return _EventStream(call, frames)


def sse_frame(seq: int, data: bytes) -> bytes:
    """One event: its id (what `Last-Event-ID` will say) and one line of JSON."""
    return b"id: %d\ndata: %s\n\n" % (seq, data)


class _EventStream(Response):
    media_type = "text/event-stream"

    def __init__(self, call: ProjectCall | OrgCall, frames: AsyncIterator[bytes]) -> None:
        self._call = call
        self._frames = frames
        self.status_code = 200
        self.background = None
        # Proxies must neither buffer the stream nor keep it.
        self.init_headers({"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": b":\n\n", "more_body": True})
        try:
            await self._forward(send)
        finally:
            close = getattr(self._frames, "aclose", None)
            if close is not None:
                await close()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _forward(self, send: Send) -> None:
        gone = self._call.gone
        upcoming = self._next_frame()
        try:
            while not gone.done():
                await asyncio.wait(
                    (upcoming, gone), timeout=KEEPALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if gone.done():
                    return
                if not upcoming.done():
                    await send({"type": "http.response.body", "body": KEEPALIVE, "more_body": True})
                    continue
                frame = upcoming.result()
                if frame is None:
                    return
                await send({"type": "http.response.body", "body": frame, "more_body": True})
                upcoming = self._next_frame()
        finally:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)

    def _next_frame(self) -> asyncio.Future[bytes | None]:
        async def read() -> bytes | None:
            try:
                return await anext(self._frames)
            except (StopAsyncIteration, DatabaseUnavailable):
                return None  # in the second case the client comes back with the last event that it has seen

        task: asyncio.Task[Any] = asyncio.ensure_future(read())
        return task
