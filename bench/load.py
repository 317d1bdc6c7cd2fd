"""What is measured: round trips, a sequential workflow, and the time from start to claim."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

from bench.connection import Connection
from bench.servers import Server

ROOT = "/projects/default"
RESULT = "eyJvayI6IHRydWV9"  # {"ok": true}


def sequential_spec(steps: int) -> dict[str, Any]:
    """Return a workflow of `steps` steps, one after the other."""
    names = [f"step-{number}" for number in range(1, steps + 1)]
    return {
        "name": f"sequence of {steps}",
        "steps": [
            {"name": name, "action": "work", "parameters": {"number": number}, "store": "last"}
            | ({"next": [{"step": names[number + 1]}]} if number + 1 < steps else {})
            for number, name in enumerate(names)
        ],
    }


async def connections(server: Server, count: int) -> list[Connection]:
    """Open `count` connections."""
    return [await Connection(server.host, server.port, server.key).open() for _ in range(count)]


async def start_runs(server: Server, queue: str, steps: int, runs: int, at_once: int = 16) -> float:
    """Start `runs` runs of an inline specification; return the seconds it took."""
    pool = await connections(server, at_once)
    left = iter(range(runs))
    request = {"spec": sequential_spec(steps), "queue": queue}

    async def start(connection: Connection) -> None:
        for _ in left:
            await connection.post(f"{ROOT}/runs", request, 202)

    begun = time.perf_counter()
    await asyncio.gather(*(start(connection) for connection in pool))
    seconds = time.perf_counter() - begun
    for connection in pool:
        connection.close()
    return seconds


async def work(connection: Connection, worker: str, queue: str, wait_seconds: int, until: float) -> int:
    """Claim and complete jobs until there are none for `wait_seconds`, or until `until`; return how many."""
    done = 0
    claim = {"worker_id": worker, "queues": [queue], "wait_seconds": wait_seconds}
    while time.perf_counter() < until:
        status, job = await connection.request("POST", f"{ROOT}/jobs/claim", claim)
        if status == 204:
            return done
        assert status == 200, f"claim: {status} {job}"
        complete = {
            "worker_id": worker,
            "attempt": job["attempt"],
            "status": "completed",
            "result_b64": RESULT,
        }
        await connection.post(f"{ROOT}/jobs/{job['job_id']}/complete", complete, 204)
        done += 1
    return done


async def round_trips(server: Server, workers: int, seconds: float) -> float:
    """Return claim + complete round trips per second over HTTP with `workers` workers."""
    queue = "round-trips"
    await start_runs(server, queue, steps=200, runs=4 * workers)
    pool = await connections(server, workers)
    await asyncio.gather(*(work(c, f"w{n}", queue, 1, time.perf_counter() + 1) for n, c in enumerate(pool)))
    begun = time.perf_counter()
    counts = await asyncio.gather(*(work(c, f"w{n}", queue, 1, begun + seconds) for n, c in enumerate(pool)))
    took = time.perf_counter() - begun
    for connection in pool:
        connection.close()
    return sum(counts) / took


async def sequential_seconds(server: Server, steps: int) -> float:
    """Return the seconds from the start of a run of `steps` steps to its end, with one worker."""
    queue = f"sequence-{steps}-{time.perf_counter_ns()}"
    worker, starter = await connections(server, 2)
    working = asyncio.create_task(work(worker, "one", queue, 1, time.perf_counter() + 120))
    await asyncio.sleep(0.05)
    begun = time.perf_counter()
    await starter.post(f"{ROOT}/runs", {"spec": sequential_spec(steps), "queue": queue}, 202)
    while True:
        _, page = await starter.request("GET", f"{ROOT}/runs?queue={queue}")
        if page["items"][0]["status"] == "completed":
            break
        await asyncio.sleep(0.005)
    seconds = time.perf_counter() - begun
    await working
    return seconds


async def start_to_claim(server: Server, samples: int) -> tuple[float, float]:
    """Return p50 and p99 of the seconds from sending a start until a waiting worker has the job."""
    queue = "start-to-claim"
    worker, starter = await connections(server, 2)
    took: list[float] = []
    claim = {"worker_id": "waiting", "queues": [queue], "wait_seconds": 10}
    for _ in range(samples):
        claiming = asyncio.create_task(worker.request("POST", f"{ROOT}/jobs/claim", claim))
        await asyncio.sleep(0.01)
        begun = time.perf_counter()
        starting = asyncio.create_task(
            starter.post(f"{ROOT}/runs", {"spec": sequential_spec(1), "queue": queue}, 202)
        )
        status, job = await claiming
        took.append(time.perf_counter() - begun)
        assert status == 200
        await starting
        complete = {"worker_id": "waiting", "attempt": 1, "status": "completed"}
        await worker.post(f"{ROOT}/jobs/{job['job_id']}/complete", complete, 204)
    cuts = statistics.quantiles(took, n=100)
    return statistics.median(took), cuts[98]
