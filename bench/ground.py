"""Where a row runs: on one database, with servers that it starts as it needs them, all on this machine."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from bench.postgres import programs, throw_away_postgres
from bench.servers import Server, running_server

Database = Literal["sqlite", "postgres"]


class Machine:
    """This machine, with a PostgreSQL cluster of the benchmark's own from its first use on."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._postgres: str | None = None
        self._databases = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stack.close()

    def empty_postgres(self) -> str:
        """Return the URL of a new database on the cluster."""
        if self._postgres is None:
            self._postgres = self._stack.enter_context(throw_away_postgres())
        self._databases += 1
        name = f"bench_{self._databases}"
        command = [str(programs() / "psql"), "--quiet", f"--command=CREATE DATABASE {name}", self._postgres]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return urlsplit(self._postgres)._replace(path=f"/{name}").geturl()


class Ground:
    """One database on one machine for one row; `say` tells the user how far the row is."""

    def __init__(self, machine: Machine, database: Database, say: Callable[[str], None]) -> None:
        self._machine = machine
        self.database = database
        self.say = say

    @contextmanager
    def server(
        self,
        database: Database | None = None,
        beside: Server | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> Iterator[Server]:
        """Run a server on an empty database of the row's kind, or `beside` another on the same PostgreSQL.

        `settings` are environment variables of the server.
        """
        url = None
        if beside is not None:
            url = beside.database_url
        elif (database or self.database) == "postgres":
            url = self._machine.empty_postgres()
        with running_server(url, beside.key if beside else None, settings or {}) as server:
            yield server


def machine_line() -> str:
    """Return one line about this machine."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, {platform.system()}"
