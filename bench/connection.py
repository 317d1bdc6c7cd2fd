"""A small HTTP/1.1 client for load: one keep-alive connection, one request at a time, little CPU."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Connection:
    """One connection to the server under test."""

    def __init__(self, host: str, port: int, key: str) -> None:
        self._host, self._port = host, port
        self._common = (
            f" HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        )
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def open(self) -> Connection:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and the decoded body of the answer."""
        content = b"" if body is None else _encode(body)
        head = f"{method} {path}{self._common}Content-Length: {len(content)}\r\n\r\n"
        self._writer.write(head.encode() + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        status = int(answer[9:12])
        length = _content_length(answer)
        received = await self._reader.readexactly(length) if length else b""
        return status, _decode(received) if received else None

    async def post(self, path: str, body: Any, expect: int) -> Any:
        """Return the decoded answer to a POST; raise AssertionError on another status."""
        status, answer = await self.request("POST", path, body)
        assert status == expect, f"POST {path}: {status} {answer}"
        return answer


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
