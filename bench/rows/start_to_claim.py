"""From sending the start of a run until the worker that waits for it has its first job."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence

from bench.connection import connections
from bench.ground import Ground
from bench.load import ROOT, sequential_spec
from bench.row import Figure, Line, Row
from bench.servers import Server

WARM_UP = 50
SAMPLES = 300
ROUNDS = 3


async def measure(ground: Ground) -> Sequence[Figure]:
    """Take the times of some hundred starts, a few times over."""
    with ground.server() as server:
        await _milliseconds(server, WARM_UP)
        rounds = [await _milliseconds(server, SAMPLES) for _ in range(ROUNDS)]
    cuts = [statistics.quantiles(took, n=100) for took in rounds]
    return [Figure([cut[49] for cut in cuts]), Figure([cut[98] for cut in cuts])]


async def _milliseconds(server: Server, samples: int) -> list[float]:
    took: list[float] = []
    claim = {"worker_id": "waiting", "queues": ["start-to-claim"], "wait_seconds": 10}
    start = {"spec": sequential_spec(1), "queue": "start-to-claim"}
    async with connections(server, 2) as (worker, starter):
        for _ in range(samples):
            claiming = asyncio.create_task(worker.post(f"{ROOT}/jobs/claim", claim, 200))
            await asyncio.sleep(0.01)
            begun = time.perf_counter()
            starting = asyncio.create_task(starter.post(f"{ROOT}/runs", start, 202))
            job = await claiming
            took.append((time.perf_counter() - begun) * 1000)
            await starting
            complete = {"worker_id": "waiting", "attempt": 1, "status": "completed"}
            await worker.post(f"{ROOT}/jobs/{job['job_id']}/complete", complete, 204)
    return took


START_TO_CLAIM = Row(
    name="start-to-claim",
    lines=[
        Line("start until a waiting worker has the job, p50", "ms", at_least=10, aim=5, less_is_better=True),
        Line("start until a waiting worker has the job, p99", "ms", at_least=50, aim=20, less_is_better=True),
    ],
    measure=measure,
)
