"""HTTP spelled out on a socket: for what no library would send, and to see every byte that comes back."""

from __future__ import annotations

import select
import socket
from typing import Self

from tests.harness.server import ServerProcess


class RawConnection:
    """One connection to a server."""

    def __init__(
        self, server: ServerProcess, timeout: float = 10.0, receive_buffer: int | None = None
    ) -> None:
        self._key = server.key
        self._socket = socket.socket()
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(timeout)
        self._socket.connect(("127.0.0.1", server.port))
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(content)

    def head(self, method: str, path: str, **headers: object) -> bytes:
        """Return the head of a request with the key; `content_length=3` becomes `content-length: 3`."""
        lines = [f"{method} {path} HTTP/1.1", "host: x", f"authorization: Bearer {self._key}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()

    def ask(self, method: str, path: str, body: bytes = b"", **headers: object) -> None:
        """Send a whole request."""
        self.send(self.head(method, path, content_length=len(body), **headers) + body)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the next answer (of one with a length)."""
        while b"\r\n\r\n" not in self._unread:
            self._read()
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        length = int(headers.get("content-length", "0"))
        while len(self._unread) < length:
            self._read()
        body, self._unread = self._unread[:length], self._unread[length:]
        return int(status.split()[1]), headers, body

    def has_answer(self) -> bool:
        """Tell whether anything came that was not read yet."""
        return bool(self._unread or select.select([self._socket], [], [], 0)[0])

    def rest(self) -> bytes:
        """Return all that comes until the server closes the connection."""
        while True:
            try:
                self._read()
            except ConnectionError:
                return self._unread

    def _read(self) -> None:
        more = self._socket.recv(65_536)
        if not more:
            raise ConnectionError("the server closed the connection")
        self._unread += more
