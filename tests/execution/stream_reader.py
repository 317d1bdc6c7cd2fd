"""A subscriber of a project's events that outlives its server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpx


class StreamReader:
    """Follows the stream in a thread, and reconnects with the last `seq` it has seen."""

    def __init__(
        self,
        base_url: str,
        key: str,
        project: str,
        since: int = 0,
        *,
        silence: float = 1.0,
        socket_options: Iterable[tuple[int, int, int]] = (),
    ) -> None:
        self.events: list[Any] = []
        self.connections = 0
        self._since = since
        self._path = f"/projects/{project}/runs/events"
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=silence,
            transport=httpx.HTTPTransport(socket_options=list(socket_options)),
            trust_env=False,
        )
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

    def take(self, seq: int, data: str) -> None:
        """Keep an event that came."""
        del seq
        self.events.append(json.loads(data))

    def _read(self) -> None:
        with self._http:
            while not self._stop.is_set():
                try:
                    self._follow()
                except (httpx.TransportError, httpx.HTTPStatusError):
                    time.sleep(0.05)

    def _follow(self) -> None:
        # The first time as a program asks, later as a browser does.
        where: dict[str, Any] = {"headers": {"Last-Event-ID": str(self._since)}}
        if not self.connections:
            where = {"params": {"since": self._since}}
        self.connections += 1
        with self._http.stream("GET", self._path, **where) as answer:
            answer.raise_for_status()
            seq = 0
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    seq = int(value)
                elif name == "data":
                    self.take(seq, value)
                    self._since = seq
                if self._stop.is_set():
                    return
