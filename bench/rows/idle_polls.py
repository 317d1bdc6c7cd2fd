"""Thousands of workers that wait for jobs: what they cost while nothing happens, and how fast one wakes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from bench.connection import Connection, connections
from bench.cpu import cpu_seconds
from bench.files import allow_files
from bench.ground import Ground
from bench.load import ROOT, sequential_spec
from bench.memory import MEGABYTE, memory_bytes
from bench.row import Figure, Line, Row

POLLS = 5_000
WAIT_SECONDS = 30
SPREAD_SECONDS = 15.0
SETTLE_SECONDS = 3.0
IDLE_SECONDS = WAIT_SECONDS - SPREAD_SECONDS - 2 * SETTLE_SECONDS
WAKES = 20


async def measure(ground: Ground) -> Sequence[Figure]:
    """Let `POLLS` workers wait for jobs of a queue, each asking again when its time is up.

    The CPU time is taken once while all wait, and once over as long as a claim may wait, in which each asks
    once again.
    """
    allow_files(POLLS)
    with ground.server() as server:
        pid = server.process.pid
        async with connections(server, POLLS) as pool:
            polls = {asyncio.create_task(_poll(c, n)) for n, c in enumerate(pool)}
            await asyncio.sleep(SPREAD_SECONDS + SETTLE_SECONDS)
            idle = await _cores(pid, IDLE_SECONDS)
            await asyncio.sleep(2 * SETTLE_SECONDS)
            steady = await _cores(pid, WAIT_SECONDS)
            memory = memory_bytes(pid) / MEGABYTE
            async with connections(server, 1) as [starter]:
                wakes = [await _wake(starter, polls) for _ in range(WAKES)]
            for poll in polls:
                poll.cancel()
    return [Figure([memory]), Figure([idle * 100]), Figure([steady * 100]), Figure(wakes)]


async def _poll(connection: Connection, number: int) -> float:
    """Return the moment at which there was a job."""
    await asyncio.sleep(SPREAD_SECONDS * number / POLLS)
    body = {"worker_id": f"idle-{number}", "queues": ["idle"], "wait_seconds": WAIT_SECONDS}
    while True:
        status, job = await connection.request("POST", f"{ROOT}/jobs/claim", body)
        if status == 200:
            return time.perf_counter()
        assert status == 204, f"claim: {status} {job}"


async def _cores(pid: int, seconds: float) -> float:
    """Return how many cores a process uses for some seconds from now."""
    before = cpu_seconds(pid)
    await asyncio.sleep(seconds)
    return (cpu_seconds(pid) - before) / seconds


async def _wake(starter: Connection, polls: set[asyncio.Task[float]]) -> float:
    """Return the milliseconds from sending a start until one of the waiting workers has the job."""
    begun = time.perf_counter()
    await starter.post(f"{ROOT}/runs", {"spec": sequential_spec(1), "queue": "idle"}, 202)
    woken, _ = await asyncio.wait(polls, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    [poll] = woken
    polls.discard(poll)
    return (poll.result() - begun) * 1000


IDLE_POLLS = Row(
    name="idle-polls",
    lines=[
        Line(
            f"{POLLS:,} claims that wait: memory of the server",
            "MB",
            at_least=250,
            aim=150,
            less_is_better=True,
        ),
        Line("  CPU while all wait", "% of a core", at_least=5, aim=2, less_is_better=True),
        Line(f"  CPU while each asks again after {WAIT_SECONDS} s", "% of a core", less_is_better=True),
        Line("  start until one of them has the job", "ms", at_least=50, less_is_better=True),
    ],
    measure=measure,
)
