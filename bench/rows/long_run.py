"""One run of 2,000 steps, one after the other: do its last steps take longer than its first?"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence

from bench.connection import Connection, connections
from bench.ground import Ground
from bench.load import ROOT, sequential_spec, work
from bench.row import Figure, Line, Row

STEPS = 2_000
WARM_UP = 50
COMPARED = 50
RUNS = 3


async def measure(ground: Ground) -> Sequence[Figure]:
    """Let one worker execute the run on a new server, after a short one that warms it up; a few times."""
    first, last = [], []
    for _ in range(RUNS):
        with ground.server() as server:
            async with connections(server, 1) as (connection,):
                await _milliseconds(connection, "warm-up", 10 * WARM_UP)
                took = await _milliseconds(connection, "long", STEPS)
        first.append(statistics.median(took[WARM_UP : WARM_UP + COMPARED]))
        last.append(statistics.median(took[-COMPARED:]))
        ground.say(f"first {first[-1]:.2f} ms, last {last[-1]:.2f} ms")
    return [Figure(last, first)]


async def _milliseconds(connection: Connection, queue: str, steps: int) -> list[float]:
    """Return what each step took, from its claim until it was completed."""
    await connection.post(f"{ROOT}/runs", {"spec": sequential_spec(steps), "queue": queue}, 202)
    took = []
    for _ in range(steps):
        begun = time.perf_counter()
        [_] = await work(connection, "worker", queue, time.perf_counter() + 60, at_most=1)
        took.append((time.perf_counter() - begun) * 1000)
    return took


LONG_RUN = Row(
    name="long-run",
    lines=[
        Line(
            f"one step, the last {COMPARED} of {STEPS:,} in sequence",
            "ms",
            f"first {COMPARED}",
            at_least=1.5,
            aim=1.1,
            less_is_better=True,
        )
    ],
    measure=measure,
)
