"""Migrations: applied once, in order, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobius.clock import SystemClock
from mobius.store import Database, Write, migrate, open_database
from mobius.store.migrate import Migration, MigrationError, migrations

pytestmark = pytest.mark.anyio


async def reopen(url: str | None, directory: Path) -> Database:
    return await open_database(url, directory, SystemClock())


async def test_a_failed_migration_leaves_the_old_schema_whole(
    database_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await reopen(database_url, tmp_path)
    await database.write(
        Write("INSERT INTO orgs (id, name, created_at, updated_at) VALUES ('kept', 'x', 1, 1)")
    )
    known = migrations(database.dialect)
    await database.close()

    broken = Migration(
        9000, "broken", "CREATE TABLE half (id text);\nDROP TABLE orgs;\nSELECT no_such_column FROM half;"
    )
    monkeypatch.setattr(migrate, "migrations", lambda _: [*known, broken])
    with pytest.raises(Exception, match="no_such_column"):
        await reopen(database_url, tmp_path)

    mended = Migration(9000, "mended", "CREATE TABLE half (id text);")
    monkeypatch.setattr(migrate, "migrations", lambda _: [*known, mended])
    database = await reopen(database_url, tmp_path)
    assert [row["id"] for row in await database.all("SELECT id FROM orgs")] == ["kept"]
    assert await database.all("SELECT id FROM half") == []
    await database.close()


async def test_an_edited_migration_is_refused(
    database_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await reopen(database_url, tmp_path)
    known = migrations(database.dialect)
    await database.close()
    edited = Migration(known[0].version, known[0].name, known[0].sql + "\n-- edited")
    monkeypatch.setattr(migrate, "migrations", lambda _: [edited, *known[1:]])
    with pytest.raises(MigrationError, match="never edited"):
        await reopen(database_url, tmp_path)


async def test_a_newer_schema_is_refused(
    database_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await reopen(database_url, tmp_path)
    known = migrations(database.dialect)
    await database.close()
    monkeypatch.setattr(migrate, "migrations", lambda _: known[:-1])
    with pytest.raises(MigrationError, match="newer server"):
        await reopen(database_url, tmp_path)


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_migration_that_ended_its_transaction_is_named_all_the_same(
    database_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Migration(1, "broken", "ROLLBACK;\nSELECT nothing;")
    monkeypatch.setattr(migrate, "migrations", lambda _: [broken])
    with pytest.raises(MigrationError, match="broken"):
        await reopen(database_url, tmp_path)
