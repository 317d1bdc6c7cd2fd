"""Starts that arrive at a fixed rate, whether or not those before were answered; a process of its own.

`python -m tests.faults.overload.flood FILE` reads an Order from standard input. It writes a line to standard
output when the last request is sent, and a Tide to the file when the last answer is there.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import msgspec
import uvloop

PATIENCE = 10.0
"""Who has waited for an answer so long hangs up."""
TICK = 0.005
SENT = b"sent\n"
_RETRY_AFTER = b"\r\nretry-after: "
_RUN_ID = b'"id":"run_'


class Order(msgspec.Struct):
    """What to send: `body` with a number in place of `%d`, so many times a second."""

    port: int
    key: str
    path: str
    body: str
    per_second: float
    seconds: float
    connections: int = 3_000
    """With few of them, they are what bounds the rate."""


class Tide(msgspec.Struct):
    """What came of it."""

    sent: int = 0
    unsent: int = 0
    """Arrivals that found no connection: all were waiting for answers."""
    statuses: dict[str, int] = {}
    without_retry_after: int = 0
    accepted: dict[str, int] = {}
    """The number that was sent, by the run that it started."""
    milliseconds: dict[str, list[float]] = {}
    """By status: the median, the 99th percentile and the longest."""
    took: float = 0.0


class Flood:
    """All connections, and the answers that came."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.tide = Tide()
        self.idle: list[_Connection] = []
        self.open = 0
        self.statuses: Counter[str] = Counter()
        self.waits: dict[str, list[float]] = {}
        self._opening: set[asyncio.Task[Any]] = set()
        self._all_answered = asyncio.Event()

    async def run(self) -> Tide:
        """Send all that is ordered, and wait for the last answers."""
        begun = time.perf_counter()
        total = int(self.order.per_second * self.order.seconds)
        arrived = 0
        while arrived < total:
            due = min(total, int((time.perf_counter() - begun) * self.order.per_second))
            for number in range(arrived, due):
                self._arrive(number)
            arrived = due
            await asyncio.sleep(TICK)
        self.tide.took = time.perf_counter() - begun
        sys.stdout.buffer.write(SENT)
        sys.stdout.buffer.flush()
        self._all_answered.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._all_answered.wait()
        self.statuses["unanswered"] += self.open - len(self.idle)
        self.tide.statuses = {name: count for name, count in self.statuses.items() if count}
        self.tide.milliseconds = {name: _figures(waits) for name, waits in self.waits.items()}
        return self.tide

    def rest(self, connection: _Connection) -> None:
        """A connection has its answer."""
        self.idle.append(connection)
        if len(self.idle) == self.open:
            self._all_answered.set()

    def lose(self, connection: _Connection, *, unanswered: bool) -> None:
        """A connection is over."""
        self.open -= 1
        if connection in self.idle:
            self.idle.remove(connection)
        self.statuses["hung up on"] += unanswered

    def count(self, status: str, waited: float) -> None:
        self.statuses[status] += 1
        self.waits.setdefault(status, []).append(waited)

    def _arrive(self, number: int) -> None:
        while self.idle:
            connection = self.idle.pop()
            if connection.send(number):
                return
        if self.open >= self.order.connections:
            self.tide.unsent += 1
            return
        self.open += 1
        task = asyncio.ensure_future(self._open(number))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: _Connection(self), "127.0.0.1", self.order.port
            )
        except OSError:
            self.open -= 1
            self.statuses["no connection"] += 1
            return
        connection.send(number)


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self, flood: Flood) -> None:
        self._flood = flood
        self._transport: asyncio.Transport
        self._number = -1
        self._sent_at = 0.0
        self._received = b""
        self._gone = False
        order = flood.order
        self._head = (
            f"POST {order.path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {order.key}\r\n"
            "content-type: application/json\r\ncontent-length: "
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send(self, number: int) -> bool:
        """Send a request; False when the server has hung up."""
        if self._gone:
            return False
        body = self._flood.order.body.replace("%d", str(number))
        self._number, self._sent_at = number, time.perf_counter()
        self._transport.write(f"{self._head}{len(body)}\r\n\r\n{body}".encode())
        self._flood.tide.sent += 1
        return True

    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data if self._received else data
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = received[:end].lower()
        at = head.find(b"content-length: ")
        length = int(head[at + 16 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(received) < end + 4 + length:
            return
        self._received = b""
        self._note(head, received[end + 4 :])
        if b"connection: close" not in head:
            self._flood.rest(self)

    def _note(self, head: bytes, body: bytes) -> None:
        flood, status = self._flood, head[9:12].decode()
        flood.count(status, time.perf_counter() - self._sent_at)
        if status in {"429", "503"} and _RETRY_AFTER not in head:
            flood.tide.without_retry_after += 1
        if status == "202":
            at = body.index(_RUN_ID) + 6
            flood.tide.accepted[body[at : body.index(b'"', at)].decode()] = self._number
        self._number = -1

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._gone = True
        self._flood.lose(self, unanswered=self._number >= 0)


def _figures(waits: list[float]) -> list[float]:
    ordered = sorted(waits)
    return [round(1000 * ordered[int(part * (len(ordered) - 1))], 1) for part in (0.5, 0.99, 1.0)]


def main() -> None:
    """Do as ordered."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        tide = runner.run(Flood(order).run())
    Path(sys.argv[1]).write_bytes(msgspec.json.encode(tide))


if __name__ == "__main__":
    main()
