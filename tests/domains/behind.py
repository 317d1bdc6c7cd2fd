"""What is done to a server's database behind its back."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.harness import postgres
from tests.harness.server import ServerProcess


def execute(server: ServerProcess, sql: str) -> None:
    """Execute a statement."""
    if server.database_url is None:
        [file] = server.data_dir.rglob("mobius.db")
        with closing(sqlite3.connect(file, timeout=10)) as connection, connection:
            connection.execute(sql)
    else:
        postgres.execute(server.database_url, sql)
