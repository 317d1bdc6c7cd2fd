"""Reading a request body within its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobius.api.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Receive

_DRAIN_FACTOR = 4


class ClientLeft(Exception):
    """The client closed the connection before its request was complete."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body, also a chunked one, or `TooLarge`."""
    message = await _next_part(receive)
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        parts = [body]
        size = len(body)
        while message.get("more_body", False):
            message = await _next_part(receive)
            size += len(message.get("body", b""))
            if size > limit * _DRAIN_FACTOR:
                break
            if size <= limit:
                parts.append(message.get("body", b""))
        # The rest is read and dropped (up to a point): a client that is still sending would
        # otherwise lose the answer together with the connection.
        if size > limit:
            raise _too_large(limit, closing=size > limit * _DRAIN_FACTOR)
        body = b"".join(parts)
    if len(body) > limit:
        raise _too_large(limit, closing=False)
    return body


def _too_large(limit: int, *, closing: bool) -> TooLarge:
    error = TooLarge(f"the body is over the limit of {limit} bytes")
    if closing:
        error.headers = {"Connection": "close"}
    return error


async def _next_part(receive: Receive) -> MutableMapping[str, Any]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientLeft
    return message
