"""The load: starts of runs, and workers. It shares the cores with the server, so it is lean."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from bench.connection import Connection, connections
from bench.servers import Server

ROOT = "/projects/default"
QUEUE = "round-trips"
ROUND_TRIP_STEPS = 200
START_STEPS = 5
RESULT = "eyJvayI6IHRydWV9"  # {"ok": true}

Handed = tuple[str, int]
"""A job and its attempt, as a worker got them."""


class _Claimed(msgspec.Struct):
    job_id: str
    attempt: int


_claimed = msgspec.json.Decoder(_Claimed).decode
_encode = msgspec.json.encode


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


async def start_runs(server: Server, queue: str, steps: int, runs: int, at_once: int = 16) -> float:
    """Start `runs` runs of an inline specification; return the seconds it took."""
    left = iter(range(runs))
    content = _encode({"spec": sequential_spec(steps), "queue": queue})

    async def start(connection: Connection) -> None:
        request = connection.prepared("POST", f"{ROOT}/runs", content)
        for _ in left:
            status, body = await connection.exchange(request)
            assert status == 202, f"start: {status} {body!r}"

    async with connections(server, at_once) as pool:
        begun = time.perf_counter()
        await asyncio.gather(*(start(connection) for connection in pool))
        return time.perf_counter() - begun


async def work(
    connection: Connection, worker: str, queue: str, until: float, at_most: int = sys.maxsize
) -> list[Handed]:
    """Claim and complete up to `at_most` jobs until there are none for a second, or `until`; return them."""
    done: list[Handed] = []
    wanted = _encode({"worker_id": worker, "queues": [queue], "wait_seconds": 1})
    claim = connection.prepared("POST", f"{ROOT}/jobs/claim", wanted)
    while len(done) < at_most and time.perf_counter() < until:
        status, body = await connection.exchange(claim)
        if status == 204:
            break
        assert status == 200, f"claim: {status} {body!r}"
        job = _claimed(body)
        complete = {
            "worker_id": worker,
            "attempt": job.attempt,
            "status": "completed",
            "result_b64": RESULT,
        }
        request = connection.prepared("POST", f"{ROOT}/jobs/{job.job_id}/complete", _encode(complete))
        status, body = await connection.exchange(request)
        assert status == 204, f"complete: {status} {body!r}"
        done.append((job.job_id, job.attempt))
    return done


async def work_together(pool: Sequence[Connection], queue: str, seconds: float) -> tuple[list[Handed], float]:
    """Let a worker work on each connection; return all they completed, and the seconds it took."""
    begun = time.perf_counter()
    until = begun + seconds
    done = await asyncio.gather(*(work(c, f"worker-{n}", queue, until) for n, c in enumerate(pool)))
    took = time.perf_counter() - begun
    return [handed for each in done for handed in each], took
