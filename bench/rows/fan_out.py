"""A step over ten thousand items: how long until all are claimable, and what that does to the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from bench.connection import Connection, connections
from bench.ground import Ground
from bench.load import ROOT
from bench.memory import MEGABYTE, forget_peak, peak_bytes
from bench.row import Figure, Line, Row

ITEMS = 10_000
RUNS = 5
PAUSE = 0.005


async def measure(ground: Ground) -> Sequence[Figure]:
    """Start such runs one after the other, while somebody else asks for something small all the time."""
    waits: list[float] = []
    with ground.server() as server:
        pid = server.process.pid
        async with connections(server, 3) as (starter, watcher, other):
            await _seconds(starter, watcher, 10)
            forget_peak(pid)
            before = peak_bytes(pid)
            asking = asyncio.create_task(_ask(other, waits))
            took = [await _seconds(starter, watcher, ITEMS) for _ in range(RUNS)]
            asking.cancel()
            more = (peak_bytes(pid) - before) / MEGABYTE
    return [Figure(took), Figure([more]), Figure([max(waits) * 1000])]


async def _seconds(starter: Connection, watcher: Connection, items: int) -> float:
    """Return the seconds from sending the start until the project has so many claimable jobs more."""
    claimable = await _claimable(watcher) + items
    begun = time.perf_counter()
    await starter.post(f"{ROOT}/runs", _request(items), 202)
    seconds = time.perf_counter() - begun
    while await _claimable(watcher) < claimable:
        await asyncio.sleep(PAUSE)
        seconds = time.perf_counter() - begun
    return seconds


async def _claimable(connection: Connection) -> int:
    _, metrics = await connection.request("GET", f"{ROOT}/metrics")
    return int(metrics["queue_depth"])


def _request(items: int) -> dict[str, Any]:
    page = {"name": "page", "action": "fetch", "parameters": {"url": "${item.url}", "number": "${item.id}"}}
    spec = {
        "name": "many pages",
        "inputs": [{"name": "pages", "type": "array"}],
        "steps": [{**page, "each": {"items": "inputs.pages", "as": "item"}, "store": "pages"}],
    }
    pages = [{"id": number, "url": f"https://shop.example/products/{number}"} for number in range(items)]
    return {"spec": spec, "queue": "fan-out", "inputs": {"pages": pages}}


async def _ask(connection: Connection, waits: list[float]) -> None:
    """Ask for something small again and again, and note how long each answer took."""
    while True:
        begun = time.perf_counter()
        await connection.request("GET", f"{ROOT}/runs?limit=1&status=failed")
        waits.append(time.perf_counter() - begun)
        await asyncio.sleep(PAUSE)


FAN_OUT = Row(
    name="fan-out",
    lines=[
        Line(
            f"`each` over {ITEMS:,} items: start until all are claimable",
            "s",
            at_least=3,
            aim=1,
            less_is_better=True,
        ),
        Line("  memory that the server needs for it", "MB", at_least=100, less_is_better=True),
        Line("  longest that another request took meanwhile", "ms", less_is_better=True),
    ],
    measure=measure,
)
