"""A thousand clients that follow one project: how long an event takes from its commit to each of them."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection as Pipe
from typing import Any

import uvloop

from bench.connection import Connection, connections
from bench.cpu import cpu_seconds
from bench.ground import Ground
from bench.load import ROOT, sequential_spec
from bench.row import Figure, Line, Row
from bench.rows.idle_polls import SPARE_FILES, allow_files
from bench.servers import Server

SUBSCRIBERS = 1_000
EVENTS_PER_SECOND = 100
EMITTERS = 50
SECONDS = 15
WARM_UP_SECONDS = 3
LAST_FRAMES_SECONDS = 2
_SENT = re.compile(rb'"sent_us":(\d+)')


async def measure(ground: Ground) -> Sequence[Figure]:
    """Emit events at a steady rate while the clients, in a process of their own, note when each came.

    A delay begins when the request that emits the event is sent, so it includes the commit.
    """
    with ground.server() as server:
        delays, used = await _delays(server)
    expected = SUBSCRIBERS * EVENTS_PER_SECOND * SECONDS
    assert delays.total() == expected, f"{delays.total():,} frames came, not {expected:,}"
    return [Figure([_quantile(delays, 0.5)]), Figure([_quantile(delays, 0.99)]), Figure([used * 100])]


async def _delays(server: Server) -> tuple[Counter[int], float]:
    """Return how often each delay was seen, and how many cores the server used."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=follow, args=(there, server.port, server.key)
    )
    process.start()
    try:
        await _told(here)
        async with connections(server, EMITTERS) as emitters:
            used = await _emit(emitters, server.process.pid)
        await asyncio.sleep(LAST_FRAMES_SECONDS)
        here.send("stop")
        return await _told(here), used
    finally:
        process.kill()
        process.join()


async def _told(pipe: Pipe) -> Any:
    """Return what the other process says next, within a minute."""
    assert await asyncio.to_thread(pipe.poll, 60), "the subscribers' process says nothing"
    return pipe.recv()


async def _emit(emitters: Sequence[Connection], pid: int) -> float:
    """Send the events, one a request, and return how many cores the server used after the warm-up."""
    path = await _emit_path(emitters[0])
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for emitter in emitters:
        free.put_nowait(emitter)

    async def send(emitter: Connection, number: int) -> None:
        await emitter.post(path, _batch(number), 204)
        free.put_nowait(emitter)

    begun, before = time.perf_counter(), 0.0
    async with asyncio.TaskGroup() as sending:
        for number in range(-EVENTS_PER_SECOND * WARM_UP_SECONDS, EVENTS_PER_SECOND * SECONDS):
            if number == 0:
                before = cpu_seconds(pid)
            due = begun + WARM_UP_SECONDS + number / EVENTS_PER_SECOND
            await asyncio.sleep(due - time.perf_counter())
            sending.create_task(send(await free.get(), number))
    took = time.perf_counter() - begun - WARM_UP_SECONDS
    assert took < SECONDS * 1.05, f"the server took {took:.1f} s for the events of {SECONDS} s"
    return (cpu_seconds(pid) - before) / took


async def _emit_path(worker: Connection) -> str:
    """Start a run, claim its job, and return the path under which the job emits events."""
    await worker.post(f"{ROOT}/runs", {"spec": sequential_spec(1), "queue": "emit"}, 202)
    job = await worker.post(f"{ROOT}/jobs/claim", {"worker_id": "emitter", "queues": ["emit"]}, 200)
    return f"{ROOT}/jobs/{job['job_id']}/events"


def _batch(number: int) -> dict[str, Any]:
    sent_us = time.monotonic_ns() // 1000 if number >= 0 else 0
    payload = {"sent_us": sent_us, "percent": number % 100, "message": "pages were read and stored"}
    return {"worker_id": "emitter", "attempt": 1, "events": [{"type": "progress", "payload": payload}]}


def _quantile(delays: Counter[int], part: float) -> float:
    """Return the milliseconds that this part of all delays keeps to."""
    left = part * delays.total()
    for tenths in sorted(delays):
        left -= delays[tenths]
        if left <= 0:
            return tenths / 10
    return 0.0


# --- the process of the clients


def follow(pipe: Pipe, port: int, key: str) -> None:
    """Follow the project with all clients until told to stop; say how often each delay was seen."""
    allow_files(SUBSCRIBERS + SPARE_FILES)
    uvloop.run(_follow(pipe, port, key))


async def _follow(pipe: Pipe, port: int, key: str) -> None:
    loop = asyncio.get_running_loop()
    request = f"GET {ROOT}/runs/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n"
    delays: Counter[int] = Counter()
    clients = []
    for _ in range(SUBSCRIBERS):
        transport, client = await loop.create_connection(lambda: _Client(delays), "127.0.0.1", port)
        transport.write(request.encode())
        clients.append(client)
    await asyncio.gather(*(client.follows.wait() for client in clients))
    pipe.send("all follow")
    await asyncio.to_thread(pipe.recv)
    pipe.send(delays)


class _Client(asyncio.Protocol):
    """One client, with as little work per event as possible; delays are tenths of milliseconds."""

    def __init__(self, delays: Counter[int]) -> None:
        self.follows = asyncio.Event()
        self._delays = delays
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns() // 1000
        if not self.follows.is_set():
            assert b" 200 " in data[:16], data
            self.follows.set()
        whole, end, self._rest = (self._rest + data).rpartition(b"}}\n\n")
        for sent_us in _SENT.findall(whole + end):
            if sent_us != b"0":
                self._delays[(now - int(sent_us)) // 100] += 1


EVENT_SUBSCRIBERS = Row(
    name="subscribers",
    lines=[
        Line(
            f"{SUBSCRIBERS:,} streams of a project, {EVENTS_PER_SECOND} events/s: commit to frame, p50",
            "ms",
            less_is_better=True,
        ),
        Line("  commit to frame, p99", "ms", at_least=500, aim=150, less_is_better=True),
        Line("  CPU of the server", "% of a core", less_is_better=True),
    ],
    measure=measure,
)
