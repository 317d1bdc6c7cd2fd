"""A small HTTP/1.1 client for load: one keep-alive connection, one request at a time, little CPU."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from bench.servers import Server

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_LENGTH = b"\r\ncontent-length: "


@asynccontextmanager
async def connections(server: Server, count: int) -> AsyncIterator[list[Connection]]:
    """Open `count` connections, and hang up at the end."""
    pool: list[Connection] = []
    try:
        while len(pool) < count:
            pool.append(await Connection.open(server))
        yield pool
    finally:
        for connection in pool:
            connection.close()


class Connection(asyncio.Protocol):
    """One connection to the server under test."""

    def __init__(self, host: str, key: str) -> None:
        self._common = (
            f" HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        )
        self._transport: asyncio.Transport
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._received = b""
        self._body_at = 0
        self._ends_at = 0

    @classmethod
    async def open(cls, server: Server) -> Connection:
        """Connect."""
        connection = cls(server.host, server.key)
        loop = asyncio.get_running_loop()
        connection._transport, _ = await loop.create_connection(lambda: connection, server.host, server.port)
        return connection

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def prepared(self, method: str, path: str, content: bytes = b"") -> bytes:
        """Return the bytes of a request, for those who send it often."""
        head = f"{method} {path}{self._common}Content-Length: {len(content)}\r\n\r\n"
        return head.encode() + content

    def exchange(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a prepared request; the result is the status and the body of the answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    async def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and the decoded body of the answer."""
        content = b"" if body is None else _encode(body)
        status, received = await self.exchange(self.prepared(method, path, content))
        return status, _decode(received) if received else None

    async def post(self, path: str, body: Any, expect: int) -> Any:
        """Return the decoded answer to a POST; raise AssertionError on another status."""
        status, answer = await self.request("POST", path, body)
        assert status == expect, f"POST {path}: {status} {answer}"
        return answer

    def data_received(self, data: bytes) -> None:
        """Resolve the answer when it is whole."""
        received = self._received = self._received + data if self._received else data
        if not self._ends_at:
            self._body_at = received.find(b"\r\n\r\n") + 4
            if self._body_at < 4:
                return
            self._ends_at = self._body_at + _content_length(received[: self._body_at])
        if len(received) < self._ends_at:
            return
        self._received, self._ends_at = b"", 0
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((int(received[9:12]), received[self._body_at :]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the answer that will not come."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server hung up"))


def _content_length(head: bytes) -> int:
    start = head.lower().find(_LENGTH)
    return int(head[start + len(_LENGTH) : head.index(b"\r", start + 2)]) if start >= 0 else 0
