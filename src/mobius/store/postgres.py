"""PostgreSQL: connections without a state of their own, and one that listens."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import asyncpg
import structlog

from mobius.clock import Clock, to_micros
from mobius.store import migrate
from mobius.store.along import companion_written, with_companion
from mobius.store.database import (
    CannotOpen,
    DatabaseUnavailable,
    Dialect,
    GuardMissed,
    NotFound,
    Row,
    Rows,
    UniqueViolation,
    Write,
)
from mobius.store.postgres_connections import CONNECT_SECONDS, LOST, PostgresConnections, connect
from mobius.store.postgres_wakeups import PostgresWakeups
from mobius.store.rendering import for_postgres

log = structlog.get_logger(__name__)

TRIES = 5
MIGRATION_LOCK = 0x6D6F62697573  # "mobius" in ASCII
MIGRATION_SECONDS = 600.0
"""The longest that a server waits while another one migrates."""

_COMPETED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class PostgresDatabase:
    """A PostgreSQL database that any number of servers share."""

    dialect: Dialect = "postgres"
    wakeups: PostgresWakeups

    def __init__(self, url: str) -> None:
        self._connections = PostgresConnections(url)
        self.wakeups = PostgresWakeups(url, self._connections)

    @classmethod
    async def open(cls, url: str, clock: Clock) -> PostgresDatabase:
        """Connect and migrate; raise DatabaseUnavailable when nothing answers at `url`, or CannotOpen."""
        try:
            await _migrate(url, clock)
        except LOST as error:
            raise DatabaseUnavailable(f"PostgreSQL does not answer: {error!r}") from error
        except asyncpg.PostgresError as error:
            raise CannotOpen(
                f"PostgreSQL does not let the server in: {error}; "
                "check MOBIUS_DATABASE_URL, and what its user may do"
            ) from error
        database = cls(url)
        database.wakeups.start()
        return database

    async def first(self, sql: str, *params: Any) -> Row | None:
        """Return the first row, or None."""
        return await self._connections.use(lambda connection: connection.fetchrow(for_postgres(sql), *params))

    async def one(self, what: str, sql: str, *params: Any) -> Row:
        """Return the first row; raise NotFound."""
        row = await self.first(sql, *params)
        if row is None:
            raise NotFound(what)
        return row

    async def all(self, sql: str, *params: Any) -> list[Row]:
        """Return all rows."""
        return await self._connections.use(lambda connection: connection.fetch(for_postgres(sql), *params))

    async def write(self, *writes: Write, wake: Iterable[str] = ()) -> Rows:
        """Run the batch as one transaction, again when it lost to another one (deadlock).

        A single statement is a transaction by itself: its guard, if any, is in it (`mobius_guard`).
        """
        batch = with_companion(writes)
        alone = len(batch) == 1 and batch[0].rows is None
        run = _run_alone if alone else _run_together
        for attempt in range(TRIES):
            try:
                rows = await self._connections.use(lambda connection: run(connection, batch))
            except _COMPETED:
                if attempt == TRIES - 1:
                    raise
                await asyncio.sleep(random.uniform(0, 0.01) * (attempt + 1))  # noqa: S311  spreads competitors
            except asyncpg.UniqueViolationError as error:
                raise UniqueViolation(error.constraint_name or "") from error
            else:
                companion_written()
                self.wakeups.publish(*wake)
                return rows[: len(writes)]
        raise AssertionError("unreachable")

    async def ping(self) -> None:
        """Ask something."""
        await self.first("SELECT 1")

    async def clock_offset(self, clock: Clock) -> timedelta:
        """Return how far the database's clock is ahead of `clock`."""
        before = clock.now()
        row = await self.first("SELECT clock_timestamp() AS now")
        middle = before + (clock.now() - before) / 2
        return row["now"] - middle if row is not None else timedelta()

    async def close(self) -> None:
        """Let go of all connections."""
        await self.wakeups.close()
        await self._connections.close()


async def _run_alone(connection: Any, writes: tuple[Write, ...]) -> Rows:
    return [await connection.fetch(for_postgres(writes[0].sql), *_params(writes[0]))]


async def _run_together(connection: Any, writes: tuple[Write, ...]) -> Rows:
    results: Rows = []
    async with connection.transaction():
        for write in writes:
            results.append(await _run_guarded(connection, write))
    return results


async def _run_guarded(connection: Any, write: Write) -> list[Row]:
    if write.rows is None:
        rows: list[Row] = await connection.fetch(for_postgres(write.sql), *_params(write))
        return rows
    statement = await connection.prepare(for_postgres(write.sql))
    rows = await statement.fetch(*_params(write))
    touched = len(rows) if statement.get_attributes() else _touched(statement.get_statusmsg())
    if touched != write.rows:
        raise GuardMissed
    return rows


def _params(write: Write) -> tuple[Any, ...]:
    if callable(write.params):
        raise TypeError(
            "parameters that depend on earlier results are for SQLite, where a batch has no round trips"
        )
    return write.params


def _touched(status: str) -> int:
    """Return the number in a command tag such as `UPDATE 1` or `INSERT 0 1`."""
    return int(status.rpartition(" ")[2])


async def _migrate(url: str, clock: Clock) -> None:
    async with asyncio.timeout(CONNECT_SECONDS):
        connection = await connect(url, statement_seconds=None)
    try:
        await _take_migration_lock(connection)
        await connection.execute(migrate.SCHEMA_MIGRATIONS)
        applied = [tuple(row) for row in await connection.fetch(migrate.APPLIED)]
        for migration in migrate.pending(migrate.migrations("postgres"), applied):
            with migrate.naming(migration, asyncpg.PostgresError):
                async with connection.transaction():
                    await connection.execute(migration.sql)
                    done = (migration.version, migration.name, migration.checksum, to_micros(clock.now()))
                    await connection.execute(migrate.REMEMBER, *done)
        await connection.close()
    finally:
        connection.terminate()


async def _take_migration_lock(connection: Any) -> None:
    if await connection.fetchval("SELECT pg_try_advisory_lock($1::bigint)", MIGRATION_LOCK):
        return
    log.warning("waiting_for_migration", by="another server", longest_seconds=MIGRATION_SECONDS)
    try:
        await connection.execute(
            "SELECT pg_advisory_lock($1::bigint)", MIGRATION_LOCK, timeout=MIGRATION_SECONDS
        )
    except TimeoutError:
        raise CannotOpen(
            f"another server has been migrating the database for {MIGRATION_SECONDS:g} seconds: look at its "
            "log, or stop it; who holds the lock is in pg_locks, with locktype 'advisory'"
        ) from None
