"""Fixtures of all tests: databases, and servers on them.

`server` is shared by all tests of a worker: give a test its own project (`server.new_project()`) or names
that nobody else uses. A test that stops, kills or configures its server takes `own_server` or `start_server`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest

from tests.harness import postgres
from tests.harness.server import ServerProcess

# Processes that tests start have directories of their own and must not import another copy of the code there.
if os.environ.get("PYTHONPATH"):
    paths = os.environ["PYTHONPATH"].split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join(str(Path(path).resolve()) for path in paths)

DatabaseKind = Literal["sqlite", "postgres"]
StartServer = Callable[..., ServerProcess]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_admin_url() -> str:
    """The URL of a cluster in which tests may create databases."""
    run_id = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    owner = os.getppid() if run_id else os.getpid()
    return postgres.admin_url(run_id or uuid4().hex, owner)


@pytest.fixture(scope="session")
def postgres_template(postgres_admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with all migrations applied, to make copies of."""
    from mobius.clock import SystemClock
    from mobius.store import open_database

    name = postgres.unique_name("template")
    url = postgres.create_database(postgres_admin_url, name)

    async def migrate() -> None:
        database = await open_database(url, tmp_path_factory.mktemp("template"), SystemClock())
        await database.close()

    postgres.run_apart(migrate)
    yield name
    postgres.drop_database(postgres_admin_url, name)


@pytest.fixture(scope="module")
def postgres_url(postgres_admin_url: str, postgres_template: str) -> Iterator[str]:
    """A migrated database of the module's own."""
    name = postgres.unique_name("test")
    yield postgres.create_database(postgres_admin_url, name, postgres_template)
    postgres.drop_database(postgres_admin_url, name)


@pytest.fixture
def fresh_postgres_url(postgres_admin_url: str, postgres_template: str) -> Iterator[str]:
    """A migrated database of the test's own."""
    name = postgres.unique_name("test")
    yield postgres.create_database(postgres_admin_url, name, postgres_template)
    postgres.drop_database(postgres_admin_url, name)


@pytest.fixture
def empty_postgres_url(postgres_admin_url: str) -> Iterator[str]:
    """A database of the test's own without any table."""
    name = postgres.unique_name("empty")
    yield postgres.create_database(postgres_admin_url, name)
    postgres.drop_database(postgres_admin_url, name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> DatabaseKind:
    """Each of the two databases in turn."""
    kind: DatabaseKind = request.param
    return kind


@pytest.fixture
def database_url(database_kind: DatabaseKind, request: pytest.FixtureRequest) -> str | None:
    """A fresh migrated PostgreSQL database, and None, which is SQLite in the data directory."""
    if database_kind == "sqlite":
        return None
    url: str = request.getfixturevalue("fresh_postgres_url")
    return url


@pytest.fixture(scope="session")
def _shared_servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[DatabaseKind], ServerProcess]]:
    """One server for each database, started when the first test asks for it."""
    running: dict[DatabaseKind, ServerProcess] = {}
    with ExitStack() as at_end:

        def server_on(kind: DatabaseKind) -> ServerProcess:
            if kind not in running:
                url = None
                if kind == "postgres":
                    admin: str = request.getfixturevalue("postgres_admin_url")
                    template: str = request.getfixturevalue("postgres_template")
                    name = postgres.unique_name("shared")
                    url = postgres.create_database(admin, name, template)
                    at_end.callback(postgres.drop_database, admin, name)
                server = ServerProcess(tmp_path_factory.mktemp(f"server-{kind}"), url)
                server.start()
                at_end.callback(server.close)
                running[kind] = server
            return running[kind]

        yield server_on


@pytest.fixture
def server(
    database_kind: DatabaseKind, _shared_servers: Callable[[DatabaseKind], ServerProcess]
) -> ServerProcess:
    """The running server that all tests of this worker share, on each database in turn."""
    return _shared_servers(database_kind)


@pytest.fixture
def start_server(database_url: str | None, tmp_path: Path) -> Iterator[StartServer]:
    """Start a server of the test's own, on each database in turn: `start_server(lease_seconds="1")`."""
    with ExitStack() as at_end:
        servers: list[ServerProcess] = []

        def start(**settings: str) -> ServerProcess:
            server = ServerProcess(tmp_path / f"server-{len(servers)}", database_url, settings=settings)
            servers.append(server)
            at_end.callback(server.close)
            server.start()
            return server

        yield start


@pytest.fixture
def own_server(start_server: StartServer) -> ServerProcess:
    """A server of the test's own, to stop, kill and start again, on each database in turn."""
    return start_server()
