"""Claims and completions over HTTP, 32 workers at once, as a part of what the database allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.connection import Connection, connections
from bench.cpu import Shares
from bench.ground import Database, Ground
from bench.limits.pgbench import PgbenchLimits
from bench.limits.plain_sqlite import SqliteLimits
from bench.load import QUEUE, ROUND_TRIP_STEPS, start_runs, work_together
from bench.row import Figure, Line, Row, Step, alternate
from bench.servers import Server

WORKERS = 32
WARM_UP_SECONDS = 1
SECONDS = 6
LIMIT_TRIPS = 16_000


async def measure_on_postgres(ground: Ground) -> Sequence[Figure]:
    """Alternate between pgbench and the server, on one cluster."""

    async def limit() -> float:
        with ground.empty_postgres() as url, await PgbenchLimits.open(url) as limits:
            return await limits.round_trips(SECONDS)

    return await _beside(ground, ("pgbench", limit))


async def measure_on_sqlite(ground: Ground) -> Sequence[Figure]:
    """Alternate between the plain thread and the server."""

    async def limit() -> float:
        with await SqliteLimits.open() as limits:
            return await limits.round_trips(LIMIT_TRIPS)

    return await _beside(ground, ("plain sqlite3", limit))


async def _beside(ground: Ground, limit: Step) -> Sequence[Figure]:
    shares = Shares()
    figure = await alternate(ground, limit, ("server", lambda: _served(ground, ground.database, shares)))
    return [replace(figure, note=str(shares))]


async def measure_compared(ground: Ground) -> Sequence[Figure]:
    """Alternate between a server on PostgreSQL and one on SQLite."""
    postgres = ("PostgreSQL", lambda: _served(ground, "postgres", Shares()))
    sqlite = ("SQLite", lambda: _served(ground, "sqlite", Shares()))
    return [await alternate(ground, postgres, sqlite)]


async def _served(ground: Ground, database: Database, shares: Shares) -> float:
    with ground.server(database) as server:
        async with connections(server, WORKERS) as pool:
            await trips_per_second(server, pool, WARM_UP_SECONDS)
            with shares.during([server.process.pid]):
                return await trips_per_second(server, pool, SECONDS)


async def trips_per_second(server: Server, pool: Sequence[Connection], seconds: float) -> float:
    """Start runs enough, then return the round trips per second of a worker on each connection."""
    await start_runs(server, QUEUE, ROUND_TRIP_STEPS, 4 * len(pool))
    done, took = await work_together(pool, QUEUE, seconds)
    return len(done) / took


ROUND_TRIPS_ON_POSTGRES = Row(
    name="round-trips-postgres",
    lines=[
        Line(
            f"claim + complete, {WORKERS} workers over HTTP",
            "/s",
            "pgbench, same SQL",
            at_least=0.35,
            aim=0.5,
        )
    ],
    measure=measure_on_postgres,
    databases=["postgres"],
)
ROUND_TRIPS_ON_SQLITE = Row(
    name="round-trips-sqlite",
    lines=[
        Line(
            f"claim + complete, {WORKERS} workers over HTTP",
            "/s",
            "plain sqlite3, same SQL",
            at_least=0.2,
            aim=0.35,
        )
    ],
    measure=measure_on_sqlite,
    databases=["sqlite"],
)
ROUND_TRIPS_COMPARED = Row(
    name="round-trips-compared",
    lines=[Line("claim + complete, SQLite against PostgreSQL", "/s", "on PostgreSQL", at_least=1.2, aim=2.0)],
    measure=measure_compared,
    databases=["sqlite"],
)
