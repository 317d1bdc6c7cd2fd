"""The database that a torture works on, with a journal of its own beside the server's tables."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from mobius.clock import SystemClock
from mobius.store import open_database
from tests.faults.disk import Disk, small_disk
from tests.faults.torture.plan import Plan
from tests.harness import postgres

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_wal_size": "256MB"}
JOURNAL = {kind: Path(__file__).with_name(f"journal.{kind}.sql") for kind in ("sqlite", "postgres")}


class Ground(Protocol):
    """A database."""

    @property
    def url(self) -> str | None:
        """Where servers find it; None: in their data directory."""

    @property
    def home(self) -> Path:
        """Where servers have their data directories."""

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return what a query finds."""

    def keep(self, directory: Path) -> None:
        """Copy the database to where it can be looked at later."""


class SqliteGround:
    """A file on a disk that can be full."""

    url = None

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.home = disk.place

    @property
    def _file(self) -> Path:
        return self.home / "server-0" / "mobius.db"

    def prepare(self) -> None:
        """Make the tables and the journal."""
        self._file.parent.mkdir()
        _migrate(None, self._file.parent)
        with sqlite3.connect(self._file) as connection:
            connection.executescript(JOURNAL["sqlite"].read_text(encoding="utf-8"))
        connection.close()

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return what a query finds."""
        connection = sqlite3.connect(self._file, timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql)]
        finally:
            connection.close()

    def keep(self, directory: Path) -> None:
        """Copy the files of the database."""
        for file in self._file.parent.glob("mobius.db*"):
            shutil.copy(file, directory)


class PostgresGround:
    """A database in a cluster of the torture's own, which loses nothing that it has committed."""

    def __init__(self, home: Path, cluster_home: Path, url: str) -> None:
        self.home = home
        self.url = url
        self._cluster = postgres.Cluster(cluster_home)

    @property
    def port(self) -> int:
        """The port of the cluster."""
        return urlsplit(self.url).port or 5432

    def prepare(self) -> None:
        """Make the tables and the journal."""
        self.home.mkdir()
        _migrate(self.url, self.home)
        postgres.execute(self.url, JOURNAL["postgres"].read_text(encoding="utf-8"))

    def restart(self, mode: Literal["fast", "immediate"]) -> None:
        """Restart PostgreSQL."""
        self._cluster.restart(mode)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return what a query finds."""
        found: list[dict[str, Any]] = []

        async def ask() -> None:
            connection = await asyncpg.connect(self.url)
            try:
                found.extend(dict(row) for row in await connection.fetch(sql))
            finally:
                await connection.close()

        postgres.run_apart(ask)
        return found

    def keep(self, directory: Path) -> None:
        """Dump the database."""
        program = postgres.binaries() / "pg_dump"
        subprocess.run([program, "--file", directory / "database.sql", self.url], check=True)


@contextmanager
def ground(plan: Plan, directory: Path) -> Iterator[SqliteGround | PostgresGround]:
    """Provide the database of a torture."""
    if plan.database == "sqlite":
        with small_disk(directory / "disk", "8g", mount=plan.mounted) as disk:
            sqlite = SqliteGround(disk)
            sqlite.prepare()
            yield sqlite
        return
    # As root PostgreSQL runs as another user, who may not be allowed to enter `directory`.
    cluster_home = Path(tempfile.gettempdir()) / f"mobius-torture-{uuid4().hex[:12]}"
    admin = postgres.start_keeper(cluster_home, os.getpid(), DURABLE)
    try:
        url = postgres.create_database(admin, "torture")
        served = PostgresGround(directory / "servers", cluster_home, url)
        served.prepare()
        yield served
    finally:
        shutil.copy(cluster_home / "log", directory / "postgres.log")
        postgres.dismiss_keeper(cluster_home)


def _migrate(url: str | None, data_dir: Path) -> None:
    async def migrate() -> None:
        database = await open_database(url, data_dir, SystemClock())
        await database.close()

    asyncio.run(migrate())
