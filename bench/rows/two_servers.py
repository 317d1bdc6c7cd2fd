"""Two server processes on one PostgreSQL against one: as fast together, and no job handed out twice."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack

import asyncpg

from bench.connection import Connection, connections
from bench.ground import Ground
from bench.load import QUEUE, ROUND_TRIP_STEPS, Handed, start_runs, work_together
from bench.row import Figure, Line, Row, alternate
from bench.rows.round_trips import WARM_UP_SECONDS, WORKERS
from bench.servers import Server

ROUNDS = 9
SECONDS = 3
"""Many short rounds: the two are so close that the noise of the machine would decide about few."""
_COMPLETED = "SELECT count(*) FROM jobs WHERE status = 'completed'"


async def measure(ground: Ground) -> Sequence[Figure]:
    """Alternate between one server and two with half of the workers each."""
    repeated: list[float] = []

    async def served(servers: int) -> float:
        with ExitStack() as stack:
            together = [stack.enter_context(ground.server())]
            while len(together) < servers:
                together.append(stack.enter_context(ground.server(beside=together[0])))
            handed, rate = await _work(together)
            completed = await _completed(together[0])
        assert completed == len(handed), f"{len(handed)} completions were accepted, {completed} are stored"
        if servers > 1:
            repeated.append(len(handed) - len(set(handed)))
        return rate

    one = ("one server", lambda: served(1))
    two = ("two servers", lambda: served(2))
    return [await alternate(ground, one, two, ROUNDS), Figure(repeated)]


async def _work(servers: Sequence[Server]) -> tuple[list[Handed], float]:
    """Return all that the workers were handed and completed, and how many per second after a warm-up."""
    async with AsyncExitStack() as stack:
        pool: list[Connection] = []
        for server in servers:
            pool += await stack.enter_async_context(connections(server, WORKERS // len(servers)))
        await start_runs(servers[0], QUEUE, ROUND_TRIP_STEPS, 4 * WORKERS)
        warm_up, _ = await work_together(pool, QUEUE, WARM_UP_SECONDS)
        handed, took = await work_together(pool, QUEUE, SECONDS)
    return warm_up + handed, len(handed) / took


async def _completed(server: Server) -> int:
    assert server.database_url is not None
    connection = await asyncpg.connect(server.database_url)
    try:
        return int(await connection.fetchval(_COMPLETED))
    finally:
        await connection.close()


TWO_SERVERS = Row(
    name="two-servers",
    lines=[
        Line(
            f"claim + complete, {WORKERS} workers over two servers",
            "/s",
            "over one server",
            at_least=1.0,
        ),
        Line("jobs that two servers handed out twice", "jobs", at_least=0, aim=0, less_is_better=True),
    ],
    measure=measure,
    databases=["postgres"],
)
