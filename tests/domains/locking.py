"""Requests that wait for a row in PostgreSQL, to be let go on in a known order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from tests.harness.server import ServerProcess

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'mobius'"""


@asynccontextmanager
async def holding(server: ServerProcess, table: str, id: str) -> AsyncIterator[asyncpg.Connection]:
    """Lock a row until the block ends."""
    connection = await asyncpg.connect(server.database_url)
    try:
        async with connection.transaction():
            await connection.execute(f"SELECT 1 FROM {table} WHERE id = $1 FOR UPDATE", id)
            yield connection
    finally:
        await connection.close()


async def until_waiting(connection: asyncpg.Connection, *requests: Future[Any]) -> None:
    """Return as soon as all these requests wait for a row."""
    while await connection.fetchval(WAITING) < len(requests):
        for request in requests:
            assert not request.done(), request.result().text
        await asyncio.sleep(0.01)
