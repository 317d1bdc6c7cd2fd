"""What only a database on a network can do: go away, be shared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from mobius.clock import SystemClock
from mobius.store import (
    CannotOpen,
    Database,
    DatabaseUnavailable,
    Write,
    open_database,
    postgres,
    postgres_connections,
)
from mobius.store.postgres_connections import Connection, PostgresConnections
from tests.store.conftest import OpenAnother

pytestmark = pytest.mark.anyio
on_postgres = pytest.mark.parametrize("database_kind", ["postgres"])

INSERT = "INSERT INTO orgs (id, name, created_at, updated_at) VALUES ($1, 'x', 1, 1)"


async def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  the condition is somebody else's state
            await asyncio.sleep(0.01)


async def end_all_connections(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


@on_postgres
async def test_hints_reach_other_servers(database: Database, open_another: OpenAnother) -> None:
    other = await open_another()
    here: list[str] = []
    there: list[str] = []
    database.wakeups.on("jobs", here.append)
    other.wakeups.on("jobs", there.append)
    await until(lambda: there == [""])
    there.clear()
    hints = [f"jobs:{'x' * 100}{n}" for n in range(500)]
    await database.write(Write(INSERT, ("a",)), wake=hints)
    expected = [hint.removeprefix("jobs:") for hint in hints]
    assert [key for key in here if key] == expected
    await until(lambda: len(there) >= len(expected))
    assert there == expected


@on_postgres
async def test_it_goes_on_after_its_connections_were_cut(
    database: Database, database_url: str, open_another: OpenAnother
) -> None:
    other = await open_another()
    heard: list[str] = []
    other.wakeups.on("jobs", heard.append)
    await until(lambda: heard == [""])
    await end_all_connections(database_url)
    for n in range(20):
        try:
            await database.write(Write(INSERT, (f"org{n}",)))
        except DatabaseUnavailable:
            continue
    await database.write(Write(INSERT, ("last",)))
    await until(lambda: heard.count("") >= 2)
    database.wakeups.publish("jobs:again")
    await until(lambda: "again" in heard)


async def test_servers_that_start_at_once_migrate_once(empty_postgres_url: str, tmp_path: Path) -> None:
    opened = await asyncio.gather(
        *(open_database(empty_postgres_url, tmp_path, SystemClock()) for _ in range(5))
    )
    rows = await opened[0].all("SELECT version FROM schema_migrations ORDER BY version")
    versions = [row["version"] for row in rows]
    assert versions == sorted(set(versions))
    assert versions[0] == 1
    for one in opened:
        await one.close()


async def test_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        await open_database("postgresql://postgres@127.0.0.1:1/nothing", tmp_path, SystemClock())


@on_postgres
async def test_deadlocks_are_tried_again(database: Database) -> None:
    await database.write(Write(INSERT, ("a",)), Write(INSERT, ("b",)))
    rename = (
        "UPDATE orgs SET name = name || $2, updated_at = updated_at + (SELECT 0 FROM pg_sleep(0.05)) "
        "WHERE id = $1"
    )
    one = database.write(Write(rename, ("a", "1")), Write(rename, ("b", "1")))
    other = database.write(Write(rename, ("b", "2")), Write(rename, ("a", "2")))
    await asyncio.gather(one, other)
    rows = await database.all("SELECT name FROM orgs ORDER BY id")
    assert {"".join(sorted(row["name"])) for row in rows} == {"12x"}


@on_postgres
async def test_a_database_that_became_read_only_is_unavailable(database: Database, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await connection.close()
    await end_all_connections(database_url)
    for _ in range(20):  # connections that were cut are met first
        with suppress(DatabaseUnavailable):
            await database.ping()
            break
    with pytest.raises(DatabaseUnavailable, match="read-only"):
        await database.write(Write(INSERT, ("a",)))


@on_postgres
async def test_what_a_server_that_is_gone_has_locked_is_not_kept(database: Database) -> None:
    query = "SELECT current_setting('idle_in_transaction_session_timeout') AS idle"
    assert (await database.one("setting", query))["idle"] == "15s"


@on_postgres
async def test_who_waits_too_long_for_a_connection_is_told_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connections, "PLACE_SECONDS", 0.1)
    slow = [
        asyncio.create_task(database.first("SELECT pg_sleep(1)")) for _ in range(postgres_connections.MOST)
    ]
    await asyncio.sleep(0)
    with pytest.raises(DatabaseUnavailable, match="in use"):
        await database.ping()
    await asyncio.gather(*slow)
    await database.ping()


async def test_a_database_that_does_not_exist_is_explained(empty_postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="does not exist; check"):
        await open_database(empty_postgres_url + "_not", tmp_path, SystemClock())


async def test_a_connection_whose_answer_has_come_is_not_given_up(
    empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connections, "OVERDUE_SECONDS", 0.0)
    connections = PostgresConnections(empty_postgres_url)

    async def overdue(connection: Connection) -> tuple[Connection, float]:
        await asyncio.sleep(0.001)
        found: tuple[Connection, float] = connections.overdue()[connection.get_server_pid()]
        return found

    async def work_on(connection: Connection) -> None:
        connections.give_up(*before)
        await connection.fetch("SELECT")

    async def give_up(connection: Connection) -> None:
        connections.give_up(*await overdue(connection))
        await connection.fetch("SELECT")

    before = await connections.use(overdue)
    await connections.use(work_on)
    with pytest.raises(DatabaseUnavailable):
        await connections.use(give_up)
    await connections.close()


@on_postgres
async def test_a_database_that_lets_nobody_in_any_more_is_unavailable(
    database: Database, database_url: str
) -> None:
    name = (await database.one("name", "SELECT current_database() AS name"))["name"]
    connection = await asyncpg.connect(database_url, database="postgres")
    await connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
    )
    await connection.close()
    for _ in range(5):  # connections that were cut are met first
        with pytest.raises(DatabaseUnavailable):
            await database.ping()


@on_postgres
async def test_a_server_does_not_wait_for_ever_for_one_that_migrates(
    database: Database, database_url: str, open_another: OpenAnother, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "MIGRATION_SECONDS", 0.2)
    holder = await asyncpg.connect(database_url)
    await holder.execute("SELECT pg_advisory_lock($1::bigint)", postgres.MIGRATION_LOCK)
    with pytest.raises(CannotOpen, match="another server has been migrating"):
        await open_another()
    await holder.close()
    await open_another()
