"""A TCP proxy that loses connections and answers on command."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

from tests.harness.ports import free_port


class TcpProxy:
    """Forwards connections to `target_port` on this machine until `cut`, again after `heal`."""

    def __init__(self, target_port: int) -> None:
        self.port = free_port()
        self.lose_answers = False
        """While true, requests reach the target, but the connection ends instead of bringing the answer."""
        self._target_port = target_port
        self._whole = True
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End all connections, and every new one at once."""
        self._whole = False
        with self._lock:
            for one in list(self._open):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def heal(self) -> None:
        """Forward new connections again."""
        self._whole = True

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Forward in both directions until one side ends."""
        with client, contextlib.suppress(OSError):
            if not self._whole:
                return
            with socket.create_connection(("127.0.0.1", self._target_port), timeout=5) as target:
                target.settimeout(None)
                with self._lock:
                    self._open |= {client, target}
                back = threading.Thread(target=self._forward, args=(target, client, True), daemon=True)
                back.start()
                self._forward(client, target, answers=False)
                back.join()
                with self._lock:
                    self._open -= {client, target}

    def _forward(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if answers and self.lose_answers:
                    break
                sink.sendall(data)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
