"""All that is in a database, read without the code under test: its schema and its rows."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg

Rows: TypeAlias = dict[str, list[dict[str, Any]]]

_SQLITE_SCHEMA = """
SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY tbl_name, name"""
_SQLITE_TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"""
_POSTGRES_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
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


async def schema_of(url: str | None, data_dir: Path) -> str:
    """Return the schema as text, a line for each column, index and so on."""
    return sqlite_schema(data_dir) if url is None else await postgres_schema(url)


async def rows_of(url: str | None, data_dir: Path) -> Rows:
    """Return all rows of all tables, each table's in an order of their own."""
    tables = _sqlite_rows(data_dir) if url is None else await _postgres_rows(url)
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}


def sqlite_schema(data_dir: Path) -> str:
    """Return the schema of the embedded database."""
    with contextlib.closing(sqlite3.connect(_file(data_dir))) as connection:
        rows = connection.execute(_SQLITE_SCHEMA).fetchall()
    return "".join(_one_line(sql) + ";\n" for (sql,) in rows)


async def postgres_schema(url: str) -> str:
    """Return the schema of a PostgreSQL database."""
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
        lines += [_one_line(row["definition"]) for row in await connection.fetch(_POSTGRES_FUNCTIONS)]
    finally:
        await connection.close()
    return "\n".join(lines) + "\n"


def _sqlite_rows(data_dir: Path) -> Rows:
    with contextlib.closing(sqlite3.connect(_file(data_dir))) as connection:
        connection.row_factory = sqlite3.Row
        tables = [row["name"] for row in connection.execute(_SQLITE_TABLES)]
        return {
            table: [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')] for table in tables
        }


async def _postgres_rows(url: str) -> Rows:
    connection = await asyncpg.connect(url)
    try:
        tables = [row["tablename"] for row in await connection.fetch(_POSTGRES_TABLES)]
        return {
            table: [dict(row) for row in await connection.fetch(f'SELECT * FROM "{table}"')]
            for table in tables
        }
    finally:
        await connection.close()


def _file(data_dir: Path) -> Path:
    [file] = data_dir.rglob("mobius.db")
    return file


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
