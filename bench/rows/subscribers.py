"""A thousand clients that follow one project: how long an event takes from its commit to each of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from bench.connection import Connection, connections
from bench.cpu import cpu_seconds
from bench.ground import Ground
from bench.load import ROOT, sequential_spec
from bench.readers import now_us, quantile, readers
from bench.row import Figure, Line, Row

SUBSCRIBERS = 1_000
EVENTS_PER_SECOND = 100
EMITTERS = 50
SECONDS = 15
WARM_UP_SECONDS = 3


async def measure(ground: Ground) -> Sequence[Figure]:
    """Emit events at a steady rate while the clients, in a process of their own, note when each came.

    A delay begins when the request that emits the event is sent, so it includes the commit.
    """
    with ground.server() as server:
        async with (
            readers(server, f"{ROOT}/runs/events", SUBSCRIBERS) as delays_of,
            connections(server, EMITTERS) as emitters,
        ):
            used = await _emit(emitters, server.process.pid)
            delays = await delays_of()
    expected = SUBSCRIBERS * EVENTS_PER_SECOND * SECONDS
    assert delays.total() == expected, f"{delays.total():,} frames came, not {expected:,}"
    return [Figure([quantile(delays, 0.5)]), Figure([quantile(delays, 0.99)]), Figure([used * 100])]


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
    sent_us = now_us() if number >= 0 else 0
    payload = {"sent_us": sent_us, "percent": number % 100, "message": "pages were read and stored"}
    return {"worker_id": "emitter", "attempt": 1, "events": [{"type": "progress", "payload": payload}]}


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
