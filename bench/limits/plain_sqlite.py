"""What SQLite allows: one plain sqlite3 thread, as durable as the server, a commit per 16 callers."""

from __future__ import annotations

import gc
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar

import msgspec

from bench.limits.recording import Batch, Recorded, record
from bench.load import QUEUE
from mobius.store.rendering import for_sqlite
from mobius.store.sqlite import CACHED_STATEMENTS, FILE

Prepared: TypeAlias = tuple[str, tuple[Any, ...]]
Item = TypeVar("Item")

GROUP = 16

_VERSION = re.compile(r"\bversion = \$(\d+)")
_WAITING = """
SELECT j.run_id, j.id, s.version FROM jobs j
JOIN run_states s ON s.project_id = j.project_id AND s.run_id = j.run_id
WHERE j.project_id = ? AND j.queue = ? AND j.status = 'pending' ORDER BY j.scheduled_at, j.id"""


@dataclass(frozen=True, slots=True)
class Work:
    """What one caller sends."""

    reads: list[Prepared]
    writes: list[Prepared]


class SqliteLimits:
    """The limits of an embedded database of its own: a context manager, so that the file goes away."""

    def __init__(self, home: tempfile.TemporaryDirectory[str], recorded: Recorded) -> None:
        self._home = home
        self._recorded = recorded
        self._connection = sqlite3.connect(
            Path(home.name) / FILE, isolation_level=None, cached_statements=CACHED_STATEMENTS
        )
        for name, value in recorded.pragmas.items():
            self._connection.execute(f"PRAGMA {name} = {value}")
        self._waiting = self._connection.execute(_WAITING, (recorded.project_id, QUEUE)).fetchall()
        self._taken = 0
        self._number = 0

    @classmethod
    async def open(cls) -> Self:
        """Record the statements on an empty database."""
        home = tempfile.TemporaryDirectory(prefix="mobius-bench-limit-")
        return cls(home, await record(None, Path(home.name)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._connection.close()
        self._home.cleanup()

    async def round_trips(self, count: int) -> float:
        """Return the round trips per second of `count`, prepared before the clock starts."""
        trips = [self._trip() for _ in range(count)]
        with _no_collections():
            begun = time.perf_counter()
            for group in _groups(trips):
                self._run([claim for claim, _ in group])
                self._run([complete for _, complete in group])
            return count / (time.perf_counter() - begun)

    async def starts(self, count: int) -> float:
        """Return the starts of runs per second of `count`."""
        starts = [self._start() for _ in range(count)]
        with _no_collections():
            begun = time.perf_counter()
            for group in _groups(starts):
                self._run(group)
            return count / (time.perf_counter() - begun)

    def _trip(self) -> tuple[Work, Work]:
        """Return claim and completion of the job that waits longest, and let its run's next job wait."""
        ids = self._recorded.trip_ids
        run_id, job_id, version = self._waiting[self._taken]
        self._taken += 1
        self._number += 1
        next_id = f"job_z{self._number:025d}"
        self._waiting.append((run_id, next_id, version + 1))
        in_place = {
            ids["run"]: run_id,
            ids["job"]: job_id,
            ids["next"]: next_id,
            ids["log"]: f"alog_z{self._number:025d}",
        }
        return _prepared(self._recorded.claim, {}), _prepared(self._recorded.complete, in_place, version)

    def _start(self) -> Work:
        ids = self._recorded.start_ids
        self._number += 1
        in_place = {ids["run"]: f"run_z{self._number:025d}", ids["job"]: f"job_s{self._number:025d}"}
        return _prepared(self._recorded.start, in_place)

    def _run(self, callers: Sequence[Work]) -> None:
        """Run what the callers read, then what they write as one transaction."""
        for work in callers:
            self._execute(work.reads)
        self._connection.execute("BEGIN IMMEDIATE")
        for work in callers:
            self._execute(work.writes)
        self._connection.execute("COMMIT")

    def _execute(self, statements: Sequence[Prepared]) -> None:
        for sql, params in statements:
            cursor = self._connection.execute(sql, params)
            # Whatever touches or finds no row is not what the server does.
            assert cursor.fetchall() if cursor.description else cursor.rowcount >= 1, sql


class _no_collections:  # noqa: N801  reads as what it is in a with statement
    """Python's collector would walk all that was prepared."""

    def __enter__(self) -> None:
        gc.disable()

    def __exit__(self, *_exception: object) -> None:
        gc.enable()


def _prepared(batches: Sequence[Batch], ids: Mapping[str, str], version: int | None = None) -> Work:
    work = Work([], [])
    for batch in batches:
        for statement in batch.statements:
            params = [_param(value, ids) for value in statement.params]
            for place in _VERSION.findall(statement.sql):
                params[int(place) - 1] = version
            (work.writes if batch.writes else work.reads).append((for_sqlite(statement.sql), tuple(params)))
    return work


def _param(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        value = msgspec.json.encode(value).decode()
    if isinstance(value, str) and ids:
        return re.sub("|".join(ids), lambda found: ids[found[0]], value)
    return value


def _groups(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for first in range(0, len(items), GROUP):
        yield items[first : first + GROUP]
