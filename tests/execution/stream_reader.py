"""A subscriber of a project's events that outlives its server."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import httpx

from tests.harness.server import ServerProcess


class StreamReader:
    """Follows the stream in a thread, and reconnects with the last `seq` it has seen."""

    def __init__(
        self, server: ServerProcess, project: str, since: int = 0, base_url: str | None = None
    ) -> None:
        self.events: list[Any] = []
        self._server, self._project, self._since = server, project, since
        self._base_url = base_url or server.base_url
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def wait_for(self, events: int, seconds: float = 15.0) -> None:
        """Return when at least so many events have come."""
        give_up = time.monotonic() + seconds
        while len(self.events) < events:
            assert time.monotonic() < give_up, f"{len(self.events)} events came, not {events}"
            time.sleep(0.02)

    def stop(self) -> None:
        """Hang up."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _read(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except httpx.TransportError:
                time.sleep(0.02)

    def _follow(self) -> None:
        path = f"{self._base_url}/projects/{self._project}/runs/events?since={self._since}"
        with self._server.client(self._server.key) as http, http.stream("GET", path, timeout=1.0) as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    event = json.loads(line[5:])
                    self.events.append(event)
                    self._since = event["seq"]
                if self._stop.is_set():
                    return
