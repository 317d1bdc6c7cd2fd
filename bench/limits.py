"""What the databases allow: the server's own statements without the server.

PostgreSQL: pgbench with prepared statements and 16 clients, and beside it one more client that sequences
events, as a server does. SQLite: one plain sqlite3 thread with the same durability that commits after every
16 callers.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from bench.postgres import programs
from bench.statements import PROJECT, QUEUE, RUNS, Recorded, Statement, record
from mobius.daemons.sequencer import BATCH, LOCK_COUNTER, MOVE_EVENTS
from mobius.store.rendering import for_postgres, for_sqlite

Prepared: TypeAlias = tuple[str, tuple[Any, ...]]
Item = TypeVar("Item")

CLIENTS = 16
WARM_UP_SECONDS = 2
# In SQLite the figure is counted, not timed: so many of them, prepared before the clock starts.
SQLITE_TRIPS = 12_800
SQLITE_STARTS = 6_400


def postgres_limits(url: str, seconds: float) -> tuple[float, float]:
    """Return round trips and starts per second that pgbench reaches on the empty database at `url`."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        recorded = asyncio.run(record(url, home))
        trips = _pgbench(url, home, _trip_script(recorded), seconds)
        starts = _pgbench(url, home, _start_script(recorded), seconds)
    return trips, starts


def sqlite_limits() -> tuple[float, float]:
    """Return round trips and starts per second of one plain thread on an embedded database."""
    with tempfile.TemporaryDirectory() as directory:
        recorded = asyncio.run(record(None, Path(directory)))
        connection = sqlite3.connect(
            Path(directory) / "mobius.db", isolation_level=None, cached_statements=512
        )
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
            connection.execute(f"PRAGMA {pragma}")
        try:
            return _sqlite_trips(connection, recorded), _sqlite_starts(connection, recorded)
        finally:
            connection.close()


# --- PostgreSQL


def _pgbench(url: str, home: Path, script: str, seconds: float) -> float:
    (home / "work.sql").write_text(script)
    (home / "sequence.sql").write_text(_sequencer_script())
    common = [str(programs() / "pgbench"), "--no-vacuum", "--protocol=prepared", url]
    lasting = f"--time={int(seconds) + WARM_UP_SECONDS}"
    sequencer = subprocess.Popen(
        [*common, lasting, "--client=1", f"--file={home / 'sequence.sql'}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _run(common, home, WARM_UP_SECONDS, first=1)
        said = _run(common, home, int(seconds), first=1_000_000)
    finally:
        sequencer.kill()
        sequencer.wait()
    found = re.search(r"tps = ([0-9.]+)", said)
    assert found is not None, said
    return float(found[1])


def _run(common: list[str], home: Path, seconds: int, first: int) -> str:
    command = [
        *common,
        f"--time={seconds}",
        f"--client={CLIENTS}",
        f"--define=n={first}",
        f"--file={home / 'work.sql'}",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "aborted" not in done.stderr, done.stderr
    return done.stdout


def _trip_script(recorded: Recorded) -> str:
    """Return the script of one round trip: claim, write the transition."""
    ids = recorded.trip_ids
    in_place = {
        ids["run"]: ":claimed_run_id",
        ids["job"]: ":claimed_id",
        ids["next"]: "'job_z' || lpad(:unique::text, 25, '0')",
        ids["log"]: "'alog_' || lpad(:unique::text, 26, '0')",
        ids["queue"]: f"'{QUEUE}'",
    }
    [claim], [complete] = recorded.claim, recorded.complete
    version_swapped = {3: ":claimed_version"}
    return f"""
{_UNIQUE}
{_bound(claim, in_place)} \\gset claimed_
{_bound(complete, in_place, version_swapped)};
"""


def _start_script(recorded: Recorded) -> str:
    in_place = {
        recorded.start_ids["run"]: "'run_z' || lpad(:unique::text, 25, '0')",
        recorded.start_ids["job"]: "'job_s' || lpad(:unique::text, 25, '0')",
    }
    [start] = recorded.start
    return f"{_UNIQUE}\n{_bound(start, in_place)};\n"


def _sequencer_script() -> str:
    move = _bound(Statement(MOVE_EVENTS, (BATCH,)), {})
    return f"BEGIN;\n{LOCK_COUNTER};\n{move};\nEND;\n\\sleep 5 ms\n"


_UNIQUE = f"\\set unique :n * {CLIENTS} + :client_id\n\\set n :n + 1"


def _bound(statement: Statement, in_place: dict[str, str], places: dict[int, str] | None = None) -> str:
    """Return the text for pgbench: constants as literals, ids by expressions over its variables, one line."""
    places = places or {}

    def value(match: re.Match[str]) -> str:
        place = int(match[1])
        return places.get(place) or _literal(statement.params[place - 1], in_place)

    text = re.sub(r"\$(\d+)", value, for_postgres(statement.sql))
    return " ".join(text.split())


def _literal(value: Any, in_place: dict[str, str]) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if value in in_place:
        return f"({in_place[value]})"
    # pgbench takes a colon before a letter for one of its variables.
    text = "'" + re.sub(r":(?=[A-Za-z_])", ": ", value.replace("'", "''")) + "'"
    for id_, expression in in_place.items():
        if id_ in value:
            text = f"replace({text}, '{id_}', {expression})"
    return f"({text})"


# --- SQLite


def _sqlite_trips(connection: sqlite3.Connection, recorded: Recorded) -> float:
    waiting = connection.execute(
        "SELECT run_id, id FROM jobs WHERE project_id = ? AND queue = ? AND status = 'pending' ORDER BY id",
        (PROJECT, QUEUE),
    ).fetchall()
    jobs = [(run_id, job_id) for run_id, job_id in waiting]
    assert len(jobs) == RUNS
    trips: list[tuple[Sequence[Prepared], Sequence[Prepared]]] = []
    for number in range(SQLITE_TRIPS):
        run_id, job_id = jobs[number]
        jobs.append((run_id, f"job_z{number:025d}"))
        trips.append(_sqlite_trip(recorded, run_id, job_id, number))
    begun = time.perf_counter()
    for group in _groups(trips):
        _commit(connection, (claim for claim, _ in group))
        _commit(connection, (complete for _, complete in group))
    return len(trips) / (time.perf_counter() - begun)


def _sqlite_trip(
    recorded: Recorded, run_id: str, job_id: str, number: int
) -> tuple[Sequence[Prepared], Sequence[Prepared]]:
    ids = recorded.trip_ids
    in_place = {
        ids["run"]: run_id,
        ids["job"]: job_id,
        ids["next"]: f"job_z{number:025d}",
        ids["log"]: f"alog_{number:026d}",
        ids["queue"]: QUEUE,
    }
    claim = [_prepared(one, in_place) for one in recorded.claim]
    complete = [_prepared(one, in_place) for one in recorded.complete]
    swap, params = complete[0]
    version = 1 + number // RUNS
    complete[0] = (swap, (*params[:2], version, *params[3:]))
    return claim, complete


def _sqlite_starts(connection: sqlite3.Connection, recorded: Recorded) -> float:
    ids = recorded.start_ids
    starts = [
        [
            _prepared(one, {ids["run"]: f"run_z{number:025d}", ids["job"]: f"job_s{number:025d}"})
            for one in recorded.start
        ]
        for number in range(SQLITE_STARTS)
    ]
    begun = time.perf_counter()
    for group in _groups(starts):
        _commit(connection, group)
    return len(starts) / (time.perf_counter() - begun)


def _prepared(statement: Statement, in_place: dict[str, str]) -> Prepared:
    return for_sqlite(statement.sql), tuple(_replaced(value, in_place) for value in statement.params)


def _replaced(value: Any, in_place: dict[str, str]) -> Any:
    if isinstance(value, str):
        for id_, new in in_place.items():
            value = value.replace(id_, new)
    return value


def _commit(connection: sqlite3.Connection, batches: Iterable[Sequence[Prepared]]) -> None:
    """Run the batches as one transaction; every statement must touch a row."""
    connection.execute("BEGIN IMMEDIATE")
    for batch in batches:
        for sql, params in batch:
            cursor = connection.execute(sql, params)
            assert cursor.fetchone() if cursor.description else cursor.rowcount >= 1
    connection.execute("COMMIT")


def _groups(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for first in range(0, len(items), CLIENTS):
        yield items[first : first + CLIENTS]
