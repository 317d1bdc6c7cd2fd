"""What connections may cost: their number, the time that requests take to arrive and answers to leave.

A request with a small body begins when it is complete, so a slow one occupies nothing but its connection. One
look a second over all connections finds those that are too slow; no request has a timer of its own.
"""

from __future__ import annotations

import random
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from mobius.api.errors import ApiError, Unavailable
from mobius.server.admission import RETRY_SECONDS
from mobius.server.bodies import SlowBody

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, MutableMapping

    from uvicorn._types import ASGI3Application

    from mobius.api.settings import Settings

Refusal: TypeAlias = "Callable[[MutableMapping[str, Any]], tuple[bytes, bytes] | None]"
"""Gives the head and body to refuse a request with; None: it is taken on."""
MAX_HEAD = 64 * 1024
MOST_PIPELINED = 64


class Connections(ServerState):
    """All connections of a server, and what they have in common."""

    def __init__(self, settings: Settings, most: int, refusal: Refusal) -> None:
        super().__init__()
        self.most = most
        self.refusal = refusal
        self.request_seconds = settings.request_seconds
        self.answer_seconds = settings.answer_seconds
        self.draining = False

    def drain(self) -> None:
        """Let every connection end with its next answer, which says so."""
        self.draining = True
        for connection in self.connections:
            if isinstance(connection, HttpConnection):
                connection.end_with_its_answer()

    def end_slow(self, now: float) -> None:
        """End what is too slow."""
        for connection in list(self.connections):
            if isinstance(connection, HttpConnection):
                connection.check(now)


class HttpConnection(HttpToolsProtocol):
    """One connection."""

    server_state: Connections

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._incomplete_since: float | None = None
        self._head_size: int | None = None
        self._unstarted: tuple[RequestResponseCycle, ASGI3Application] | None = None
        self._paused = False
        self._unsent = 0
        self._unsent_since = 0.0
        self._watcher: asyncio.Future[None] | None = None
        self._answering: RequestResponseCycle | None = None

    def end_with_its_answer(self) -> None:
        """Tell the client with the answer that is being made that the connection ends."""
        if self._answers:
            self.cycle.keep_alive = False

    def watch(self, future: asyncio.Future[None]) -> None:
        """Resolve the future when the client hangs up."""
        self.flow.resume_reading()  # nothing else would notice
        if self.transport.is_closing() and not future.done():
            future.set_result(None)
        self._watcher = future

    def whole_body(self) -> bytes | None:
        """Take the body of the request that is being answered, if all of it is there."""
        cycle = self._answering
        if cycle is None or cycle.more_body or cycle.disconnected:
            return None
        body, cycle.body = bytes(cycle.body), bytearray()
        return body

    def answer(self, head: bytes, body: bytes) -> bool:
        """Send a whole answer at once; False when that is not possible, and it has to take the ordinary way.

        One call and one packet instead of the messages, checks and writes of the ordinary way.
        """
        cycle = self._answering
        if cycle is None or self.flow.write_paused or cycle.disconnected or cycle.scope["method"] == "HEAD":
            return False
        common = b"".join([b"%b: %b\r\n" % header for header in self.server_state.default_headers])
        end = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        self.transport.write(b"".join([head, common, end, body]))
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def pause(self, seconds: float) -> None:
        """Read nothing from the client for a while; what it sends meanwhile waits in its own buffers.

        Up to half as long again: those that are refused together shall not all come again together.
        """
        if self.transport.is_closing():
            return
        self.flow.pause_reading()
        if not self._paused:
            self._paused = True
            self.loop.call_later(seconds * random.uniform(1, 1.5), self._read_again)  # noqa: S311  no secret

    def _read_again(self) -> None:
        self._paused = False
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def push(self, part: bytes) -> bool:
        """Add a part to the answer that is being streamed; False when the client is too slow for it."""
        if self.flow.write_paused or self.transport.is_closing():
            return False
        self.transport.write(b"%x\r\n%b\r\n" % (len(part), part))
        return True

    def check(self, now: float) -> None:
        """End the connection if its client is too slow, in sending or in receiving."""
        unsent = self.transport.get_write_buffer_size()
        if unsent == 0 or unsent < self._unsent or self._unsent == 0:
            self._unsent_since = now
        elif now - self._unsent_since > self.server_state.answer_seconds:
            self.transport.abort()
            return
        self._unsent = unsent
        begun = self._incomplete_since
        if begun is None or now - begun <= self.server_state.request_seconds:
            return
        if self._unstarted or (self._head_size is not None and not self._answers):
            self._refuse(SlowBody(self.server_state.request_seconds))
        elif not self._answers:
            self.transport.close()  # nothing was asked

    @property
    def _answers(self) -> bool:
        """Whether a request is there whose answer is not complete."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    @property
    def _answers_another(self) -> bool:
        """Whether an answer is due that a refusal of what is being read would be taken for."""
        cycle = self.cycle
        return self._answers and (bool(self.pipeline) or cycle.response_started or not cycle.more_body)

    # What asyncio calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, unless there are too many."""
        if len(self.connections) >= self.server_state.most:
            self.transport = transport
            self._refuse(
                Unavailable("overloaded", "the server has too many open connections; try again later")
            )
            return
        super().connection_made(transport)
        self._incomplete_since = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell those who wait."""
        super().connection_lost(exc)
        if self._answering is not None:  # uvicorn tells the newest only
            self._answering.disconnected = True
            self._answering.message_event.set()
        if self._watcher is not None and not self._watcher.done():
            self._watcher.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Read on, within the limit of a request's head."""
        if self._head_size is not None:
            self._head_size += len(data)
        super().data_received(data)
        if self._head_size == 0:  # it has begun in this data, maybe behind a body
            self._head_size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if self._head_size is not None and self._head_size > MAX_HEAD:
            self._refuse(ApiError(431, "head_too_large", f"the headers are over {MAX_HEAD} bytes"))
        if self._incomplete_since is None and not self._answers:
            self._incomplete_since = self.loop.time()  # an empty line begins no request

    # What the parser calls.

    def on_message_begin(self) -> None:
        """A request begins to arrive."""
        super().on_message_begin()
        self.scope["wire"] = self  # type: ignore[typeddict-unknown-key]
        self._head_size = 0
        self._incomplete_since = self.loop.time()

    def on_headers_complete(self) -> None:
        """Its head is there."""
        super().on_headers_complete()
        self._head_size = None
        self.headers = []  # what trails a chunked body is no header
        if self.server_state.draining:
            self.cycle.keep_alive = False
        if len(self.pipeline) > MOST_PIPELINED:
            self.transport.abort()

    def on_chunk_header(self) -> None:
        """A part of its body follows, or else trailers, which are limited as a head is."""
        self._head_size = 0

    def on_body(self, body: bytes) -> None:
        """A part of its body is there."""
        super().on_body(body)
        self._head_size = None
        if self._unstarted is not None and self.flow.read_paused:
            self._start()  # a large one: it is read in parts

    def on_message_complete(self) -> None:
        """All of it is there."""
        super().on_message_complete()
        self._head_size = None
        self._incomplete_since = None
        if self._unstarted is not None:
            self._start()

    def on_response_complete(self) -> None:
        """The next one has all its time from now on: it was not read meanwhile."""
        if self._incomplete_since is not None:
            self._incomplete_since = self.loop.time()
        super().on_response_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        if not cycle.more_body:
            self._begin(cycle, app)
            return
        self._unstarted = (cycle, app)
        if cycle.waiting_for_100_continue:
            cycle.waiting_for_100_continue = False
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _start(self) -> None:
        if self._unstarted is not None:
            unstarted, self._unstarted = self._unstarted, None
            self._begin(*unstarted)

    def _begin(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        refusal = None if cycle.more_body else self.server_state.refusal(cycle.scope)  # type: ignore[arg-type]
        if refusal is not None and self.answer(*refusal):
            self.pause(RETRY_SECONDS)
        else:
            super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(ApiError(400, "malformed_request", msg))

    def _refuse(self, error: ApiError) -> None:
        """Answer a request that cannot be read, and close."""
        if self.transport.is_closing():
            return
        if self._answers_another:
            self.transport.abort()
            return
        if self._answers:
            self.cycle.disconnected = True
        body = error.body()
        head = [
            f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}",
            "content-type: application/json",
            f"content-length: {len(body)}",
            "connection: close",
            *(f"{name.lower()}: {value}" for name, value in error.headers.items() if name != "Connection"),
        ]
        self.transport.write("\r\n".join([*head, "", ""]).encode() + body)
        self.transport.close()
