"""A TCP balancer: new connections go to a server whose `/health` answers 200."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import httpx

from tests.harness.ports import free_port
from tests.harness.server import ServerProcess

LOOKS_EVERY = 0.2


class Balancer:
    """Listens on `port` and forwards to the healthy ones of the servers."""

    def __init__(self, servers: Sequence[ServerProcess]) -> None:
        self.port = free_port()
        self._servers = servers
        self._healthy = [server.port for server in servers]
        self._closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        for work in (self._accept, self._look):
            threading.Thread(target=work, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._listener.close()

    def wait_until_all_are_healthy(self, seconds: float = 10.0) -> None:
        """Return when every server gets connections."""
        give_up = time.monotonic() + seconds
        while len(self._healthy) < len(self._servers):
            assert time.monotonic() < give_up, "a server stays away"
            time.sleep(0.02)

    def _look(self) -> None:
        with httpx.Client(trust_env=False, timeout=2) as http:
            while not self._closed.wait(LOOKS_EVERY):
                self._healthy = [server.port for server in self._servers if _is_healthy(http, server)]

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        place = ("127.0.0.1", random.choice(self._healthy))
        with contextlib.suppress(OSError), client, socket.create_connection(place, timeout=5) as server:
            server.settimeout(None)
            back = threading.Thread(target=_forward, args=(server, client), daemon=True)
            back.start()
            _forward(client, server)
            back.join()


def _is_healthy(http: httpx.Client, server: ServerProcess) -> bool:
    try:
        return http.get(f"{server.base_url}/health").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _forward(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
