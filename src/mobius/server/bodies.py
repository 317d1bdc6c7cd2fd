"""Reading a request body within its limits of size and time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mobius.api.errors import ApiError, TooLarge

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Receive

    from mobius.api.call import Wire
    from mobius.api.settings import Settings
    from mobius.server.admission import Place

_DRAIN_FACTOR = 4
_CLOSE = {"Connection": "close"}


class ClientLeft(Exception):
    """The client closed the connection before its request was complete."""


class BodyReader:
    """Reads whole bodies, also chunked ones.

    A small body is there when its request begins (see `connections`). A large one arrives in parts: its
    request waits for them without being at work, and holds a share of what all large bodies may take.
    """

    def __init__(self, settings: Settings) -> None:
        self._limit = settings.max_body_bytes
        self._seconds = settings.request_seconds

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive) -> bytes:
        """The body; raises TooLarge, Overloaded, or SlowBody."""
        wire: Wire = scope["wire"]
        body = wire.whole_body()
        if body is None:
            body = await self._read(scope, receive)
        if len(body) > self._limit:
            raise _too_large(self._limit, closing=False)
        return body

    async def _read(self, scope: MutableMapping[str, Any], receive: Receive) -> bytes:
        message = await _next_part(receive)
        body: bytes = message.get("body", b"")
        if message.get("more_body", False):
            place: Place = scope["place"]
            place.carry(min(_announced_size(scope), self._limit))
            place.rest()
            try:
                async with asyncio.timeout(self._seconds):
                    body = await self._read_rest(receive, body)
            except TimeoutError:
                raise SlowBody(self._seconds) from None
            await place.resume()
        return body

    async def _read_rest(self, receive: Receive, body: bytes) -> bytes:
        parts = [body]
        size = len(body)
        more = True
        while more:
            message = await _next_part(receive)
            more = message.get("more_body", False)
            size += len(message.get("body", b""))
            if size > self._limit * _DRAIN_FACTOR:
                break
            if size <= self._limit:
                parts.append(message.get("body", b""))
        # The rest is read and dropped (up to a point): a client that is still sending would
        # otherwise lose the answer together with the connection.
        if size > self._limit:
            raise _too_large(self._limit, closing=size > self._limit * _DRAIN_FACTOR)
        return b"".join(parts)


class SlowBody(ApiError):
    """The body did not arrive in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            408, "request_timeout", f"the request did not arrive within {seconds:g} seconds", headers=_CLOSE
        )


def _announced_size(scope: MutableMapping[str, Any]) -> int:
    """The size that the client announces; for a chunked body, more than any limit."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)
    return 1 << 62


def _too_large(limit: int, *, closing: bool) -> TooLarge:
    error = TooLarge(f"the body is over the limit of {limit} bytes")
    if closing:
        error.headers = _CLOSE
    return error


async def _next_part(receive: Receive) -> MutableMapping[str, Any]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientLeft
    return message
