"""The head of an answer leaves together with its body: one system call and one packet instead of two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import asyncio

_HEAD = b"HTTP/1.1 "


def one_write_per_answer(transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> asyncio.Transport:
    """Return `transport`, but the head of an answer waits for the body or for the end of the loop's turn."""
    return cast("asyncio.Transport", _OneWrite(transport, loop))


class _OneWrite:
    __slots__ = ("_head", "_loop", "_transport", "get_write_buffer_size", "is_closing", "write_now")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""
        self.write_now = transport.write
        self.is_closing = transport.is_closing
        self.get_write_buffer_size = transport.get_write_buffer_size

    def write(self, data: bytes) -> None:
        if data.startswith(_HEAD):
            self._flush()
            self._head = data
            self._loop.call_soon(self._flush)  # the body of a stream may be long in coming
        elif self._head:
            head, self._head = self._head, b""
            self.write_now(head + data)
        elif data:
            self.write_now(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        head, self._head = self._head, b""
        if head and not self.is_closing():
            self.write_now(head)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
