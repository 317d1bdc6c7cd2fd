"""SQLite: one writer writes everything that waits as one transaction, readers stand beside it.

The statements of a group run on the loop, where a hop to a thread would cost more than they do; only the
commit, which waits for the disk, has a thread, and the next group gathers meanwhile. A group that is too much
for the loop, because it has many statements or a long one, runs in that thread as a whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import msgspec

from mobius.clock import Clock, to_micros
from mobius.store import migrate
from mobius.store.along import companion_written, with_companion
from mobius.store.database import (
    TOO_MANY_WAIT,
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
from mobius.store.rendering import for_sqlite
from mobius.store.wakeups import LocalWakeups

FILE = "mobius.db"
LOCK = "mobius.lock"
GROUP = 128
WAITING = 10_000
MOST_STATEMENTS = 512
"""A group takes no more batches from there on, and is not run on the loop when it has twice as many."""
LONGEST_STATEMENT = 100_000
"""In instructions of SQLite's virtual machine (some milliseconds); a longer one is not run on the loop.
SQLite counts them over all runs of a prepared statement, so a short one meets the limit once in many runs.
"""
BUSY_MILLISECONDS = 1_000
READERS = 4
CACHED_STATEMENTS = 512
LONGEST_HANDOVER = 1.0
WRITES_SHOWN_SECONDS = 1.0
"""How long a refused write counts, because the next may happen to fit, and a probe, because it costs."""
TOUCH = Write("PRAGMA user_version = 1")
"""Writes a page whatever is in it; a row that is updated to what it is writes nothing."""


class AlreadyRunning(CannotOpen):
    """Another server works on the same data directory."""


@dataclass(slots=True)
class _Batch:
    writes: tuple[Write, ...]
    answer: asyncio.Future[Rows]
    result: Rows | None = None
    error: Exception | None = None


class SqliteDatabase:
    """The embedded database: one file in the data directory, one server process."""

    dialect: Dialect = "sqlite"

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
        self._writer = _Writer(path, self._loop)
        self._closed = False
        self._wrote_at = float("-inf")

    @classmethod
    async def open(cls, data_dir: Path, clock: Clock) -> SqliteDatabase:
        """Open the database in `data_dir`, migrated; raise AlreadyRunning when another server holds it."""
        path = data_dir / FILE
        lock = await asyncio.to_thread(_take_lock, data_dir / LOCK)
        try:
            await asyncio.to_thread(_migrate, path, clock)
            return cls(path, lock)
        except sqlite3.Error as error:
            os.close(lock)
            raise CannotOpen(f"{path} cannot be used: {error}; make it good or restore a backup") from error
        except BaseException:
            os.close(lock)
            raise

    async def first(self, sql: str, *params: Any) -> Row | None:
        """Return the first row, read at once on the loop: a hop to a thread would cost more than the read."""
        try:
            row: Row | None = self._near.execute(for_sqlite(sql), _bound(sql, params)).fetchone()
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
        found = self._loop.run_in_executor(self._readers, self._read, for_sqlite(sql), _bound(sql, params))
        return await found

    async def write(self, *writes: Write, wake: Iterable[str] = ()) -> Rows:
        """Run the batch within the writer's next transaction."""
        if self._closed:
            raise DatabaseUnavailable("the database is closed")
        batch = _Batch(with_companion(writes), self._loop.create_future())
        self._writer.add(batch)
        rows = await batch.answer
        companion_written()
        self.wakeups.publish(*wake)
        return rows[: len(writes)]

    async def clock_offset(self, clock: Clock) -> timedelta:
        """Return zero: nobody else shares this database."""
        del clock
        return timedelta()

    async def ping(self) -> None:
        """Read something, and know that something could be written lately: a full disk can still be read."""
        await self.first("SELECT 1")
        now = self._loop.time()
        if now - self._writer.refused_at < WRITES_SHOWN_SECONDS:
            raise DatabaseUnavailable("the database takes no writes")
        if now - self._wrote_at > WRITES_SHOWN_SECONDS:
            await self.write(TOUCH)
            self._wrote_at = now

    async def close(self) -> None:
        """Write what waits, then close."""
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
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


class _Writer:
    """Writes batches in groups, one group at a time. Its methods are called on the loop."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._connection = _connect(path)
        self._connection.execute("PRAGMA busy_timeout = 0")
        self._unique = _unique_indexes(self._connection)
        self._waiting: deque[_Batch] = deque()
        self._busy = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.refused_at = float("-inf")
        """When the database last took nothing, in loop time."""
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run_thread, name="sqlite-writer", daemon=True)
        self._thread.start()

    def add(self, batch: _Batch) -> None:
        """Let a batch be written with the next group; raise DatabaseUnavailable when too many wait."""
        if len(self._waiting) >= WAITING:
            raise DatabaseUnavailable(TOO_MANY_WAIT)
        self._waiting.append(batch)
        if not self._busy:
            self._busy = True
            self._idle.clear()
            self._loop.call_soon(self._next_group)  # what else this turn of the loop adds comes along

    async def close(self) -> None:
        """Write what waits, then close."""
        await self._idle.wait()
        self._work.put(None)
        await asyncio.to_thread(self._thread.join)
        self._connection.close()

    def _next_group(self) -> None:
        group: list[_Batch] = []
        statements = 0
        while self._waiting and len(group) < GROUP and statements < MOST_STATEMENTS:
            group.append(self._waiting.popleft())
            statements += len(group[-1].writes)
        if statements < 2 * MOST_STATEMENTS and self._run_on_loop(group):
            self._in_thread(_commit, group)
        else:
            self._in_thread(partial(_write_group, unique=self._unique), group)

    def _run_on_loop(self, group: list[_Batch]) -> bool:
        """Run the statements of a group up to the commit; return False, nothing done, when it is too much."""
        connection = self._connection
        connection.set_progress_handler(_give_up, LONGEST_STATEMENT)
        try:
            _run_at_once(connection, group)
        except Exception:  # noqa: BLE001  whatever it is, the careful way finds whose it is
            return False
        finally:
            connection.set_progress_handler(None, 0)
        return True

    def _in_thread(
        self, work: Callable[[sqlite3.Connection, list[_Batch]], None], group: list[_Batch]
    ) -> None:
        begun = threading.Lock()
        begun.acquire()

        def run() -> None:
            begun.release()
            try:
                work(self._connection, group)
            except Exception as error:  # noqa: BLE001  whatever it is, the group is answered and the next one written
                _fail(group, error)
            with contextlib.suppress(RuntimeError):  # the loop may be closed when a process ends in a hurry
                self._loop.call_soon_threadsafe(self._written, group)

        self._work.put(run)
        # The thread gets the interpreter now, not when the loop is out of work: the disk is slow enough.
        begun.acquire(timeout=LONGEST_HANDOVER)

    def _run_thread(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _written(self, group: list[_Batch]) -> None:
        if any(isinstance(batch.error, DatabaseUnavailable) for batch in group):
            self.refused_at = self._loop.time()
        _answer(group)
        if self._waiting:
            self._next_group()
        else:
            self._busy = False
            self._idle.set()


def _give_up() -> int:
    """Interrupt the statement."""
    return 1


def _write_group(connection: sqlite3.Connection, group: list[_Batch], unique: dict[str, str]) -> None:
    """Write the batches as one transaction; when it cannot be committed, none of them is."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    try:
        _run(connection, group, unique)
    except sqlite3.Error as error:
        _give_back(connection, group, error)
    else:
        _commit(connection, group)
    connection.execute("PRAGMA busy_timeout = 0")


def _run_at_once(connection: sqlite3.Connection, group: list[_Batch]) -> None:
    """Run all batches as if none of them could fail."""
    connection.execute("BEGIN IMMEDIATE")
    for batch in group:
        batch.result = _write_all(connection, batch)


def _run(connection: sqlite3.Connection, group: list[_Batch], unique: dict[str, str]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for batch in group:
        batch.error = None
        _write_batch(connection, batch, unique)


def _commit(connection: sqlite3.Connection, group: list[_Batch]) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        _give_back(connection, group, error)


def _give_back(connection: sqlite3.Connection, group: list[_Batch], error: sqlite3.Error) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    _fail(group, DatabaseUnavailable(f"the database took nothing: {error}"))


def _fail(group: list[_Batch], error: Exception) -> None:
    for batch in group:
        batch.error = error


def _write_batch(connection: sqlite3.Connection, batch: _Batch, unique: dict[str, str]) -> None:
    """Write one batch under a savepoint, so that its failure undoes nothing else."""
    connection.execute("SAVEPOINT batch")
    try:
        batch.result = _write_all(connection, batch)
    except Exception as error:  # whatever a batch meets is its caller's, the writer goes on
        if isinstance(error, sqlite3.Error) and (_is_for_all(error) or not connection.in_transaction):
            raise
        connection.execute("ROLLBACK TO batch")
        batch.error = _explained(error, unique) if isinstance(error, sqlite3.Error) else error
    connection.execute("RELEASE batch")


def _write_all(connection: sqlite3.Connection, batch: _Batch) -> Rows:
    results: Rows = []
    for write in batch.writes:
        results.append(_write_one(connection, write, results))
    return results


def _write_one(connection: sqlite3.Connection, write: Write, results: Rows) -> list[Row]:
    params = write.params(results) if callable(write.params) else write.params
    if params is None:
        return []
    cursor = connection.execute(for_sqlite(write.sql), _bound(write.sql, params))
    if cursor.description is None:
        rows: list[Row] = []
        touched = cursor.rowcount
    else:
        rows = cursor.fetchall()
        touched = len(rows)
    if write.rows is not None and touched != write.rows:
        raise GuardMissed
    return rows


def _answer(group: list[_Batch]) -> None:
    for batch in group:
        if batch.answer.done():  # cancelled: who asked hung up
            continue
        if batch.error is not None:
            batch.answer.set_exception(batch.error)
            batch.answer.exception()  # seen, in case the caller hung up
        else:
            batch.answer.set_result(batch.result or [])


def _bound(sql: str, params: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the parameters with lists, of which only `@in(...)` takes any, as JSON."""
    if "@in(" not in sql:
        return params
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


def _is_for_all(error: sqlite3.Error) -> bool:
    return _is_out_of_reach(error) or error.sqlite_errorname == "SQLITE_INTERRUPT"


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
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "cache_size = -16384",
    ):
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
                with migrate.naming(migration, sqlite3.Error):
                    for statement in _statements(migration.sql):
                        connection.execute(statement)
                    done = (migration.version, migration.name, migration.checksum, to_micros(clock.now()))
                    connection.execute(for_sqlite(migrate.REMEMBER), done)
                    connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # what fails may have ended it
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
