"""The schema that the migrations make is the one that is checked in beside this file, for both databases.

After a migration is added, write the new schema with

    MOBIUS_WRITE_SCHEMA=1 pytest tests/house/test_schema.py

and read the difference: it is what an upgrade will do.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from pathlib import Path

import asyncpg

from mobius.clock import SystemClock
from mobius.store import open_database

HERE = Path(__file__).parent
_MAGIC = b"SQLite format 3\0"

_POSTGRES_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"""
_POSTGRES_INDEXES = (
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
)
_POSTGRES_CHECKS = """
SELECT conrelid::regclass::text AS tablename, pg_get_constraintdef(oid) AS definition FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f') ORDER BY conname"""
_POSTGRES_TRIGGERS = """
SELECT pg_get_triggerdef(oid) AS definition FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"""
_POSTGRES_FUNCTIONS = """
SELECT pg_get_functiondef(oid) AS definition FROM pg_proc
WHERE pronamespace = 'public'::regnamespace ORDER BY proname"""


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


def sqlite_schema(data_dir: Path) -> str:
    [file] = [path for path in data_dir.rglob("*") if path.is_file() and path.read_bytes().startswith(_MAGIC)]
    with contextlib.closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
            " ORDER BY tbl_name, name"
        ).fetchall()
    return "".join(one_line(sql) + ";\n" for (sql,) in rows)


async def postgres_schema(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        lines = [
            f"{row['table_name']}.{row['column_name']}: {row['data_type']}"
            + (" not null" if row["is_nullable"] == "NO" else "")
            + (f" default {row['column_default']}" if row["column_default"] else "")
            for row in await connection.fetch(_POSTGRES_COLUMNS)
        ]
        lines += [row["indexdef"] for row in await connection.fetch(_POSTGRES_INDEXES)]
        lines += [
            f"{row['tablename']}: {row['definition']}" for row in await connection.fetch(_POSTGRES_CHECKS)
        ]
        lines += [row["definition"] for row in await connection.fetch(_POSTGRES_TRIGGERS)]
        lines += [
            re.sub(r"\s+", " ", row["definition"]) for row in await connection.fetch(_POSTGRES_FUNCTIONS)
        ]
    finally:
        await connection.close()
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
