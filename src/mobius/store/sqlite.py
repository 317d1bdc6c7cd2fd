"""SQLite: one thread writes everything that waits as one transaction, readers stand beside it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import queue
import sqlite3
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import msgspec

from mobius.clock import Clock, to_micros
from mobius.store import migrate
from mobius.store.database import (
    TOO_MANY_WAIT,
    DatabaseUnavailable,
    GuardMissed,
    NotFound,
    Row,
    Rows,
    UniqueViolation,
    Write,
)
from mobius.store.rendering import for_sqlite
from mobius.store.wakeups import LocalWakeups

FILE = "mobius.db"
LOCK = "mobius.lock"
GROUP = 128
WAITING = 10_000
READERS = 4
CACHED_STATEMENTS = 512


class AlreadyRunning(Exception):
    """Another server works on the same data directory."""


@dataclass(slots=True)
class _Batch:
    writes: tuple[Write, ...]
    answer: asyncio.Future[Rows]
    result: Rows | None = None
    error: Exception | None = None


class SqliteDatabase:
    """The embedded database: one file in the data directory, one server process."""

    dialect: Literal["sqlite", "postgres"] = "sqlite"

    def __init__(self, path: Path, lock: int) -> None:
        self.wakeups = LocalWakeups()
        self._lock = lock
        self._loop = asyncio.get_running_loop()
        self._path = path
        self._near = _connect(path)
        self._near.execute("PRAGMA query_only = ON")
        self._far = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._waiting: queue.Queue[_Batch | None] = queue.Queue(WAITING)
        self._writer = threading.Thread(target=self._write_groups, name="sqlite-writer", daemon=True)
        self._writer.start()
        self._closed = False

    @classmethod
    async def open(cls, data_dir: Path, clock: Clock) -> SqliteDatabase:
        """Open the database in `data_dir`, migrated; raise AlreadyRunning when another server holds it."""
        path = data_dir / FILE
        lock = await asyncio.to_thread(_take_lock, data_dir / LOCK)
        try:
            await asyncio.to_thread(_migrate, path, clock)
        except BaseException:
            os.close(lock)
            raise
        return cls(path, lock)

    async def first(self, sql: str, *params: Any) -> Row | None:
        """Return the first row, read at once on the loop: a hop to a thread would cost more than the read."""
        try:
            row: Row | None = self._near.execute(for_sqlite(sql), _bound(params)).fetchone()
        except sqlite3.Error as error:
            raise _explained(error) from error
        return row

    async def one(self, what: str, sql: str, *params: Any) -> Row:
        """Return the first row; raise NotFound."""
        row = await self.first(sql, *params)
        if row is None:
            raise NotFound(what)
        return row

    async def all(self, sql: str, *params: Any) -> list[Row]:
        """Return all rows, read in a thread beside the loop."""
        return await self._loop.run_in_executor(self._readers, self._read, for_sqlite(sql), _bound(params))

    async def write(self, *writes: Write, wake: Iterable[str] = ()) -> Rows:
        """Run the batch within the writer's next transaction."""
        if self._closed:
            raise DatabaseUnavailable("the database is closed")
        batch = _Batch(writes, self._loop.create_future())
        try:
            self._waiting.put_nowait(batch)
        except queue.Full as error:
            raise DatabaseUnavailable(TOO_MANY_WAIT) from error
        # Shielded: who hangs up must not cancel the future that the writer is about to answer.
        rows = await asyncio.shield(batch.answer)
        self.wakeups.publish(*wake)
        return rows

    async def clock_offset(self, clock: Clock) -> timedelta:
        """Return zero: nobody else shares this database."""
        del clock
        return timedelta()

    async def ping(self) -> None:
        """Read something."""
        await self.first("SELECT 1")

    async def close(self) -> None:
        """Write what waits, then close."""
        if self._closed:
            return
        self._closed = True
        await self._loop.run_in_executor(None, self._waiting.put, None)
        await self._loop.run_in_executor(None, self._writer.join)
        self._readers.shutdown(wait=True)
        for connection in (self._near, *self._opened):
            connection.close()
        os.close(self._lock)

    def _read(self, sql: str, params: tuple[Any, ...]) -> list[Row]:
        connection: sqlite3.Connection | None = getattr(self._far, "connection", None)
        try:
            if connection is None:
                connection = _connect(self._path)
                connection.execute("PRAGMA query_only = ON")
                self._far.connection = connection
                self._opened.append(connection)
            rows: list[Row] = connection.execute(sql, params).fetchall()
        except sqlite3.Error as error:
            raise _explained(error) from error
        return rows

    def _write_groups(self) -> None:
        connection = _connect(self._path)
        unique = _unique_indexes(connection)
        while True:
            group, last = self._next_group()
            if group:
                _write_group(connection, group, unique)
                self._answer(group)
            if last:
                connection.close()
                return

    def _next_group(self) -> tuple[list[_Batch], bool]:
        """Wait for a batch and take all that wait with it, up to `GROUP`."""
        group: list[_Batch] = []
        item = self._waiting.get()
        while item is not None:
            group.append(item)
            if len(group) == GROUP:
                return group, False
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _answer(self, group: list[_Batch]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be closed when a process ends in a hurry
            self._loop.call_soon_threadsafe(_answer, group)


def _write_group(connection: sqlite3.Connection, group: list[_Batch], unique: dict[str, str]) -> None:
    """Write the batches as one transaction; when it cannot be committed, none of them is."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for batch in group:
            _write_batch(connection, batch, unique)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for batch in group:
            batch.error = DatabaseUnavailable(f"the database took nothing: {error}")


def _write_batch(connection: sqlite3.Connection, batch: _Batch, unique: dict[str, str]) -> None:
    """Write one batch under a savepoint, so that its failure undoes nothing else."""
    connection.execute("SAVEPOINT batch")
    try:
        results: Rows = []
        for write in batch.writes:
            results.append(_write_one(connection, write, results))
        batch.result = results
    except Exception as error:  # whatever a batch meets is its caller's, the writer goes on
        if isinstance(error, sqlite3.Error) and (_is_out_of_reach(error) or not connection.in_transaction):
            raise
        connection.execute("ROLLBACK TO batch")
        batch.error = _explained(error, unique) if isinstance(error, sqlite3.Error) else error
    connection.execute("RELEASE batch")


def _write_one(connection: sqlite3.Connection, write: Write, results: Rows) -> list[Row]:
    params = write.params(results) if callable(write.params) else write.params
    if params is None:
        return []
    cursor = connection.execute(for_sqlite(write.sql), _bound(params))
    rows: list[Row] = cursor.fetchall() if cursor.description is not None else []
    touched = len(rows) if cursor.description is not None else cursor.rowcount
    if write.rows is not None and touched != write.rows:
        raise GuardMissed
    return rows


def _answer(group: list[_Batch]) -> None:
    for batch in group:
        if batch.answer.done():
            continue
        if batch.error is not None:
            batch.answer.set_exception(batch.error)
            batch.answer.exception()  # seen, in case the caller hung up
        else:
            batch.answer.set_result(batch.result or [])


def _bound(params: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        msgspec.json.encode(value).decode() if isinstance(value, list) else value for value in params
    )


def _unique_indexes(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the names of unique indexes by what SQLite says when they are violated: `t.a, t.b`."""
    found = connection.execute(
        """
        SELECT i.name AS name, group_concat(t.name || '.' || c.name, ', ') AS said
        FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
        WHERE t.type = 'table' AND i."unique" AND i.origin = 'c' GROUP BY i.name"""
    )
    return {row["said"]: row["name"] for row in found if row["said"]}


def _explained(error: sqlite3.Error, unique: dict[str, str] | None = None) -> Exception:
    if isinstance(error, sqlite3.IntegrityError) and "UNIQUE" in str(error):
        said = str(error).partition(": ")[2]
        return UniqueViolation((unique or {}).get(said, said.removeprefix("index '").removesuffix("'")))
    return DatabaseUnavailable(str(error)) if _is_out_of_reach(error) else error


def _is_out_of_reach(error: sqlite3.Error) -> bool:
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(
        ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_BUSY", "SQLITE_READONLY")
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=CACHED_STATEMENTS
    )
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 5000", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _take_lock(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(lock, 32).decode(errors="replace").strip() or "unknown"
        os.close(lock)
        raise AlreadyRunning(
            f"{path} is held by the server with process id {holder}: stop it, or set MOBIUS_DATA_DIR to "
            "another directory, or MOBIUS_DATABASE_URL to PostgreSQL, which several servers can share"
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _migrate(path: Path, clock: Clock) -> None:
    connection = _connect(path)
    try:
        connection.execute(migrate.SCHEMA_MIGRATIONS)
        applied = [tuple(row) for row in connection.execute(migrate.APPLIED)]
        for migration in migrate.pending(migrate.migrations("sqlite"), applied):
            connection.execute("BEGIN IMMEDIATE")
            try:
                for statement in _statements(migration.sql):
                    connection.execute(statement)
                done = (migration.version, migration.name, migration.checksum, to_micros(clock.now()))
                connection.execute(for_sqlite(migrate.REMEMBER), done)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
    finally:
        connection.close()


def _statements(script: str) -> Iterable[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
