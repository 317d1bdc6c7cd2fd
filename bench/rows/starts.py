"""Starts of runs over HTTP, 16 clients at once, as a part of what the database allows."""

from __future__ import annotations

from collections.abc import Sequence

from bench.ground import Ground
from bench.limits.pgbench import PgbenchLimits
from bench.limits.plain_sqlite import SqliteLimits
from bench.load import START_STEPS, start_runs
from bench.row import Figure, Line, Row, alternate

CLIENTS = 16
WARM_UP = 500
STARTS = 5_000
LIMIT_SECONDS = 5
LIMIT_STARTS = 16_000


async def measure(ground: Ground) -> Sequence[Figure]:
    """Alternate between the start's own SQL and the server."""

    async def limit() -> float:
        if ground.database == "sqlite":
            with await SqliteLimits.open() as limits:
                return await limits.starts(LIMIT_STARTS)
        with ground.empty_postgres() as url, await PgbenchLimits.open(url) as limits:
            return await limits.starts(LIMIT_SECONDS)

    async def served() -> float:
        with ground.server() as server:
            await start_runs(server, "starts", START_STEPS, WARM_UP, CLIENTS)
            return STARTS / await start_runs(server, "starts", START_STEPS, STARTS, CLIENTS)

    return [await alternate(ground, ("limit", limit), ("server", served))]


STARTS_OF_RUNS = Row(
    name="starts",
    lines=[
        Line(
            f"starts of runs with an inline spec of {START_STEPS} steps, {CLIENTS} clients over HTTP",
            "/s",
            "same SQL alone",
            at_least=0.35,
            aim=0.5,
        )
    ],
    measure=measure,
)
