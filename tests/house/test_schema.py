"""The schema that the migrations make is the one that is checked in beside this file, for both databases.

After a migration is added, write the new schema with

    MOBIUS_WRITE_SCHEMA=1 pytest tests/house/test_schema.py

and read the difference: it is what an upgrade will do.
"""

from __future__ import annotations

import os
from pathlib import Path

from mobius.clock import SystemClock
from mobius.store import open_database
from tests.harness.contents import postgres_schema, sqlite_schema

HERE = Path(__file__).parent


async def test_sqlite_schema(tmp_path: Path) -> None:
    await migrate(None, tmp_path)
    await migrate(None, tmp_path)

    compare("schema.sqlite.txt", sqlite_schema(tmp_path))


async def test_postgres_schema(empty_postgres_url: str, tmp_path: Path) -> None:
    await migrate(empty_postgres_url, tmp_path)
    await migrate(empty_postgres_url, tmp_path)

    compare("schema.postgres.txt", await postgres_schema(empty_postgres_url))


async def migrate(url: str | None, data_dir: Path) -> None:
    database = await open_database(url, data_dir, SystemClock())
    await database.close()


def compare(name: str, found: str) -> None:
    file = HERE / name
    if os.environ.get("MOBIUS_WRITE_SCHEMA"):
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")
