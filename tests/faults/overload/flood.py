"""Starts that arrive at a fixed rate, whether or not those before were answered; a process of its own.

`python -m tests.faults.overload.flood FILE` reads an Order from standard input. It writes a line to standard
output when the last request is sent, and a Tide to the file when the last answer is there.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections import Counter, deque
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import msgspec
import uvloop

PATIENCE = 10.0
"""Who has waited for an answer so long hangs up."""
TICK = 0.005
SENT = b"sent\n"
DIGITS = 8
"""Of the number in a request: all requests are of one length."""
_LENGTH = b"\r\ncontent-length: "
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
    depth: int = 1
    """How many requests a connection sends before it has an answer."""


class Tide(msgspec.Struct):
    """What came of it."""

    sent: int = 0
    unsent: int = 0
    """Arrivals that found no connection: all were waiting for as many answers as they may."""
    statuses: dict[str, int] = {}
    without_retry_after: int = 0
    accepted: dict[str, str] = {}
    """The number that was sent, by the run that it started."""
    milliseconds: dict[str, list[float]] = {}
    """By status: the median, the 99th percentile and the longest."""
    took: float = 0.0


class Flood:
    """All connections, and the answers that came."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.tide = Tide()
        self.ready: dict[_Connection, None] = {}
        """The connections that may send more."""
        self.open = 0
        self.owed = 0
        """Answers that are to come."""
        head = (
            f"POST {order.path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {order.key}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(order.body.replace('%d', DIGITS * '0'))}"
        )
        self.parts = f"{head}\r\n\r\n{order.body}".encode().split(b"%d")
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
            self._arrive(arrived, due)
            arrived = due
            await asyncio.sleep(TICK)
        self.tide.took = time.perf_counter() - begun
        sys.stdout.buffer.write(SENT)
        sys.stdout.buffer.flush()
        if self.owed:
            self._all_answered.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._all_answered.wait()
        self.statuses["unanswered"] += self.owed
        self.tide.statuses = {name: count for name, count in self.statuses.items() if count}
        self.tide.milliseconds = {name: _figures(waits) for name, waits in self.waits.items()}
        return self.tide

    def lose(self, connection: _Connection, unanswered: int) -> None:
        """A connection is over."""
        self.open -= 1
        self.owed -= unanswered
        self.ready.pop(connection, None)
        self.statuses["hung up on"] += unanswered

    def count(self, status: str, waited: float) -> None:
        self.owed -= 1
        self.statuses[status] += 1
        self.waits.setdefault(status, []).append(waited)
        if not self.owed:
            self._all_answered.set()

    def _arrive(self, number: int, end: int) -> None:
        """Send the requests from `number` on, before `end`."""
        while number < end and self.ready:
            connection = next(iter(self.ready))
            some = min(connection.room, end - number)
            connection.send(range(number, number + some))
            number += some
        while number < end and self.open < self.order.connections:
            some = min(self.order.depth, end - number)
            self.open += 1
            task = asyncio.ensure_future(self._open(range(number, number + some)))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)
            number += some
        self.tide.unsent += end - number

    async def _open(self, numbers: range) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: _Connection(self), "127.0.0.1", self.order.port
            )
        except OSError:
            self.open -= 1
            self.statuses["no connection"] += len(numbers)
            return
        connection.send(numbers)


class _Connection(asyncio.Protocol):
    """One connection: as many requests at a time as are ordered."""

    def __init__(self, flood: Flood) -> None:
        self._flood = flood
        self._transport: asyncio.Transport
        self._sent: deque[tuple[str, float]] = deque()
        self._received = b""

    @property
    def room(self) -> int:
        """How many more requests it may send now."""
        return self._flood.order.depth - len(self._sent)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send(self, numbers: range) -> None:
        """Send a request for each number, all at once."""
        flood, now = self._flood, time.perf_counter()
        texts = [f"{number:0{DIGITS}}" for number in numbers]
        self._sent += [(text, now) for text in texts]
        self._transport.write(b"".join([text.encode().join(flood.parts) for text in texts]))
        flood.tide.sent += len(texts)
        flood.owed += len(texts)
        if not self.room:
            flood.ready.pop(self, None)

    def data_received(self, data: bytes) -> None:
        received = self._received + data
        begun = 0
        while (end := received.find(b"\r\n\r\n", begun)) >= 0:
            head = received[begun:end]
            at = head.find(_LENGTH)
            length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(received) < end + 4 + length:
                break
            begun = end + 4 + length
            self._note(head, received[end + 4 : begun])
        self._received = received[begun:]

    def _note(self, head: bytes, body: bytes) -> None:
        flood, status = self._flood, head[9:12].decode()
        number, sent_at = self._sent.popleft()
        flood.count(status, time.perf_counter() - sent_at)
        if status in {"429", "503"} and _RETRY_AFTER not in head:
            flood.tide.without_retry_after += 1
        if status == "202":
            at = body.index(_RUN_ID) + 6
            flood.tide.accepted[body[at : body.index(b'"', at)].decode()] = number
        if b"connection: close" not in head:
            flood.ready[self] = None

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._flood.lose(self, len(self._sent))


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
