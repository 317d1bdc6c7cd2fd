"""A project with a past: runs of thirty days with their jobs and events, written straight into the database.

The rows are as the server would have written them; one run that it has started is the model for all. The
server is stopped meanwhile. Indexes are built afterwards, because that is faster, and PostgreSQL gets the
statistics that autovacuum would have made.
"""

from __future__ import annotations

import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bench.load import ROOT, sequential_spec
from bench.past_rows import MODEL, TABLES, statements
from bench.postgres import programs
from bench.servers import Server, running_server
from mobius.clock import to_micros
from mobius.store import first_id
from mobius.store.rendering import for_sqlite

EVENTS_PER_RUN = 10
MONTH = timedelta(days=30)
BACKLOG = timedelta(hours=2)
RARE = 60
"""How many runs are of each rare kind."""
RAREST = 20
LONGEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Past:
    """How many runs have ended, each with a job and ten events, and how many wait with a pending job.

    A later past of the same project is `numbered_from` where the earlier one ended.
    """

    ended: int
    pending: int
    numbered_from: int = 0


class Established:
    """A database that outlives the servers on it: an SQLite file in `data_dir`, or PostgreSQL at `url`."""

    def __init__(self, url: str | None, data_dir: Path) -> None:
        self._url, self._data_dir = url, data_dir
        with running_server(url, data_dir=data_dir) as server:
            _start_one_run(server)
            self._key = server.key

    def write(self, past: Past) -> None:
        """Write what happened; no server may run."""
        if self._url is None:
            _into_sqlite(self._data_dir / "mobius.db", past)
        else:
            _into_postgres(self._url, past)

    def server(self, settings: Mapping[str, str]) -> AbstractContextManager[Server]:
        """Run a server on the database."""
        return running_server(self._url, self._key, settings, self._data_dir)


def _start_one_run(server: Server) -> None:
    """Start the run that is the model of the others."""
    url = f"http://{server.host}:{server.port}{ROOT}/runs"
    headers = {"Authorization": f"Bearer {server.key}"}
    httpx.post(url, json={"spec": sequential_spec(2), "queue": MODEL}, headers=headers).raise_for_status()


def _seeds(past: Past) -> Iterator[tuple[int, str, int]]:
    """Return the number of each run, what its ids end with, and when it began, in microseconds."""
    now = datetime.now(UTC)
    first_pending = past.numbered_from + past.ended
    for numbers, length in (
        (range(past.numbered_from, first_pending), MONTH),
        (range(first_pending, first_pending + past.pending), BACKLOG),
    ):
        for number in numbers:
            at = now - length + length * (number - numbers.start) / len(numbers)
            yield number, first_id("", at)[:-8] + f"{number:08}", to_micros(at)


# --- SQLite


def _into_sqlite(file: Path, past: Past) -> None:
    last = past.ended * EVENTS_PER_RUN - 1
    numbers = (
        f"(WITH RECURSIVE g(s) AS (SELECT 0 UNION ALL SELECT s + 1 FROM g WHERE s < {last}) SELECT s FROM g)"
    )
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TEMP TABLE seeds (n integer PRIMARY KEY, tail text, at integer)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO seeds VALUES (?, ?, ?)", _seeds(past))
        taken_away = _without_indexes(connection) if past.ended else []
        for statement in (
            *statements(past.numbered_from + past.ended, max(RAREST, past.ended // RARE), numbers),
            *taken_away,
        ):
            connection.execute(for_sqlite(statement))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _without_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop indexes and triggers of the tables; return the statements that make them again."""
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL "
        f"AND tbl_name IN ({', '.join('?' * len(TABLES))})",
        TABLES,
    ).fetchall()
    for kind, name, _ in found:
        connection.execute(f"DROP {kind} {name}")
    return [sql for _, _, sql in found]


# --- PostgreSQL


def _into_postgres(url: str, past: Past) -> None:
    numbers = f"generate_series(0, {past.ended * EVENTS_PER_RUN - 1}) AS s"
    names = ", ".join(f"'{table}'" for table in TABLES)
    indexes = f"{past.ended} > 0 AND tablename IN ({names}) AND indexname NOT LIKE '%\\_pkey'"
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as seeds:
        seeds.writelines(f"{number},{tail},{at}\n" for number, tail, at in _seeds(past))
        seeds.flush()
        script = [
            "SET synchronous_commit = off;",
            "SET maintenance_work_mem = '512MB';",
            "SET session_replication_role = replica;",  # no triggers
            "CREATE TEMP TABLE seeds (n bigint PRIMARY KEY, tail text, at bigint);",
            f"\\copy seeds FROM '{seeds.name}' CSV",
            "ANALYZE seeds;",
            f"CREATE TEMP TABLE taken_away AS SELECT indexname, indexdef FROM pg_indexes WHERE {indexes};",
            "SELECT format('DROP INDEX %I', indexname) FROM taken_away \\gexec",
            *(
                f"{statement};"
                for statement in statements(
                    past.numbered_from + past.ended, max(RAREST, past.ended // RARE), numbers
                )
            ),
            "DELETE FROM run_count_deltas;",
            "UPDATE event_counter SET last_seq = (SELECT max(seq) FROM events);",
            "SELECT indexdef FROM taken_away \\gexec",
            "VACUUM ANALYZE;",
            "CHECKPOINT;",
        ]
        command = [str(programs() / "psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", url]
        done = subprocess.run(
            command,
            input="\n".join(script),
            check=False,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )
        assert done.returncode == 0, done.stderr
