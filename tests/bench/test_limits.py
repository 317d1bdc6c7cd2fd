"""The limits of the benchmark send what the server sends, to rows that are there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import asyncpg
import pytest

from bench.limits.pgbench import PgbenchLimits
from bench.limits.plain_sqlite import SqliteLimits
from bench.postgres import programs
from mobius.store.sqlite import FILE

_COMPLETED = "SELECT count(*) FROM jobs WHERE status = 'completed'"
_LOGGED = "SELECT count(*) FROM action_log"
_STARTED = "SELECT count(*) FROM runs"


def _has_pgbench() -> bool:
    try:
        return (programs() / "pgbench").exists()
    except RuntimeError:
        return False


def _database_in(directory: Path) -> Path:
    [file] = directory.glob(f"*/{FILE}")
    return file


async def test_sqlite_executes_each_round_trip_and_start_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with await SqliteLimits.open() as limits:
        with sqlite3.connect(_database_in(tmp_path)) as connection:

            def counted() -> list[int]:
                return [connection.execute(sql).fetchone()[0] for sql in (_COMPLETED, _LOGGED, _STARTED)]

            before = counted()
            assert await limits.round_trips(300) > 0
            assert await limits.starts(100) > 0
            after = counted()
        connection.close()

    assert [now - then for now, then in zip(after, before, strict=True)] == [300, 300, 100]


@pytest.mark.skipif(not _has_pgbench(), reason="pgbench comes with an installed PostgreSQL")
async def test_pgbench_completes_what_it_claims(empty_postgres_url: str) -> None:
    with await PgbenchLimits.open(empty_postgres_url) as limits:
        assert await limits.round_trips(1) > 0
        assert await limits.starts(1) > 0

    connection = await asyncpg.connect(empty_postgres_url)
    try:
        completed, logged = await connection.fetchval(_COMPLETED), await connection.fetchval(_LOGGED)
        claimed = await connection.fetchval("SELECT count(*) FROM jobs WHERE status = 'claimed'")
    finally:
        await connection.close()
    assert completed == logged > 100
    assert claimed == 0
