"""Many clients that follow one stream, in a process of their own: how long events take to reach them."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection as Pipe
from typing import Any

import uvloop

from bench.files import allow_files
from bench.servers import Server

LAST_FRAMES_SECONDS = 2
_SENT = re.compile(rb'"sent_us":(\d+)')

Delays = Counter[int]
"""How often each delay was seen, in tenths of milliseconds."""


@asynccontextmanager
async def readers(server: Server, path: str, count: int) -> AsyncIterator[Callable[[], Awaitable[Delays]]]:
    """Let `count` clients follow `path`; what is yielded ends that and returns the delays of all events.

    An event says in `sent_us` when it was sent (`now_us`); 0 is not counted.
    """
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=follow, args=(there, server.port, server.key, path, count)
    )
    process.start()

    async def delays() -> Delays:
        await asyncio.sleep(LAST_FRAMES_SECONDS)
        here.send("stop")
        told: Delays = await _told(here)
        return told

    try:
        await _told(here)
        yield delays
    finally:
        process.kill()
        process.join()


def now_us() -> int:
    """Return the time by a clock that all processes share."""
    return time.monotonic_ns() // 1000


def quantile(delays: Delays, part: float) -> float:
    """Return the milliseconds that this part of all delays keeps to."""
    left = part * delays.total()
    for tenths in sorted(delays):
        left -= delays[tenths]
        if left <= 0:
            return tenths / 10
    return 0.0


async def _told(pipe: Pipe) -> Any:
    """Return what the other process says next, within a minute."""
    assert await asyncio.to_thread(pipe.poll, 60), "the process of the clients says nothing"
    return pipe.recv()


# --- the process of the clients


def follow(pipe: Pipe, port: int, key: str, path: str, count: int) -> None:
    """Follow with all clients until told to stop; say how often each delay was seen."""
    allow_files(count)
    uvloop.run(_follow(pipe, port, key, path, count))


async def _follow(pipe: Pipe, port: int, key: str, path: str, count: int) -> None:
    loop = asyncio.get_running_loop()
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n"
    delays: Delays = Counter()
    clients = []
    for _ in range(count):
        transport, client = await loop.create_connection(lambda: _Client(delays), "127.0.0.1", port)
        transport.write(request.encode())
        clients.append(client)
    await asyncio.gather(*(client.follows.wait() for client in clients))
    pipe.send("all follow")
    await asyncio.to_thread(pipe.recv)
    pipe.send(delays)


class _Client(asyncio.Protocol):
    """One client, with as little work per event as possible."""

    def __init__(self, delays: Delays) -> None:
        self.follows = asyncio.Event()
        self._delays = delays
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        now = now_us()
        if not self.follows.is_set():
            assert b" 200 " in data[:16], data
            self.follows.set()
        whole, end, self._rest = (self._rest + data).rpartition(b"}}\n\n")
        for sent_us in _SENT.findall(whole + end):
            if sent_us != b"0":
                self._delays[(now - int(sent_us)) // 100] += 1
