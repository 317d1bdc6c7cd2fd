"""A workflow of 40 steps, one after the other, with one worker: from its start until it is completed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from bench.connection import connections
from bench.ground import Ground
from bench.load import ROOT, sequential_spec, work
from bench.row import Figure, Line, Row
from bench.servers import Server

STEPS = 40
SAMPLES = 5


async def measure(ground: Ground) -> Sequence[Figure]:
    """Run the workflow a few times; the first run warms up."""
    with ground.server() as server:
        took = [await _seconds(server, f"sequence-{number}") for number in range(SAMPLES + 1)]
    return [Figure(took[1:])]


async def _seconds(server: Server, queue: str) -> float:
    async with connections(server, 2) as (worker, starter):
        working = asyncio.create_task(work(worker, "one", queue, time.perf_counter() + 60))
        await asyncio.sleep(0.05)
        begun = time.perf_counter()
        run = await starter.post(f"{ROOT}/runs", {"spec": sequential_spec(STEPS), "queue": queue}, 202)
        while run["status"] != "completed":
            await asyncio.sleep(0.005)
            _, run = await starter.request("GET", f"{ROOT}/runs/{run['id']}")
        seconds = time.perf_counter() - begun
        working.cancel()
    return seconds


SEQUENTIAL_STEPS = Row(
    name="sequential-steps",
    lines=[
        Line(f"{STEPS} steps in sequence, one worker", "s", at_least=0.4, aim=0.2, less_is_better=True),
    ],
    measure=measure,
)
