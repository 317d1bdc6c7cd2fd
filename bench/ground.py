"""Where a row runs: on one database, with servers that it starts as it needs them, all on this machine."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Self
from urllib.parse import urlsplit

from bench.past import Established
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

    @contextmanager
    def empty_postgres(self) -> Iterator[str]:
        """Make a database on the cluster; drop it at the end, lest vacuum works on it later."""
        if self._postgres is None:
            self._postgres = self._stack.enter_context(throw_away_postgres())
        self._databases += 1
        name = f"bench_{self._databases}"
        _psql(self._postgres, f"CREATE DATABASE {name}")
        try:
            yield urlsplit(self._postgres)._replace(path=f"/{name}").geturl()
        finally:
            _psql(self._postgres, f"DROP DATABASE {name} WITH (FORCE)")


class Ground:
    """One database on one machine for one row; `say` tells the user how far the row is."""

    def __init__(self, machine: Machine, database: Database, say: Callable[[str], None]) -> None:
        self._machine = machine
        self.database = database
        self.say = say

    def empty_postgres(self) -> AbstractContextManager[str]:
        """Make an empty PostgreSQL database for a while, on the cluster that servers use."""
        return self._machine.empty_postgres()

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
        with ExitStack() as stack:
            url = None
            if beside is not None:
                url = beside.database_url
            elif (database or self.database) == "postgres":
                url = stack.enter_context(self.empty_postgres())
            yield stack.enter_context(running_server(url, beside.key if beside else None, settings))

    @contextmanager
    def established(self) -> Iterator[Established]:
        """Make a database to write a past into."""
        with ExitStack() as stack:
            url = stack.enter_context(self.empty_postgres()) if self.database == "postgres" else None
            directory = stack.enter_context(TemporaryDirectory(prefix="mobius-bench-"))
            yield Established(url, Path(directory))


def _psql(url: str, statement: str) -> None:
    command = [str(programs() / "psql"), "--quiet", f"--command={statement}", url]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def machine_line() -> str:
    """Return one line about this machine."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, {platform.system()}"
