"""A database that the first release has filled, and left in the middle of its work, goes on with this one.

`first_release` holds what its server left behind when it was killed: runs in every state, jobs that are
claimed, waiting or to be tried again, timers, signals, events (on PostgreSQL some without a number), answers.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from mobius.clock import SystemClock
from mobius.store import migrate, open_database
from mobius.store.migrate import Migration, MigrationError, migrations
from tests.conftest import DatabaseKind
from tests.execution.conversation import Conversation
from tests.harness import postgres
from tests.harness.contents import Rows, rows_of, schema_of
from tests.harness.server import ServerError, ServerProcess

pytestmark = pytest.mark.anyio
on_postgres = pytest.mark.parametrize("database_kind", ["postgres"])

FIRST_RELEASE = Path(__file__).parent / "first_release"
SCHEMAS = Path(__file__).parents[1] / "house"
ONE = {"name": "one", "steps": [{"name": "only", "action": "work", "store": "x"}]}
KEY = "mbx_of_the_first_release_0123456789abcdef0123456789"
FIRST_VERSION = 2
"""The newest migration that the first release had."""
OPEN = ("queued", "running", "suspended")


@dataclass
class Old:
    """A database of the first release, and the servers that are started on it."""

    kind: DatabaseKind
    url: str | None
    data_dir: Path
    servers: list[ServerProcess] = field(default_factory=list)

    async def contents(self) -> tuple[str, Rows]:
        return await schema_of(self.url, self.data_dir), await rows_of(self.url, self.data_dir)

    async def upgrade(self) -> None:
        database = await open_database(self.url, self.data_dir, SystemClock())
        await database.close()

    def server(self, program: Sequence[str] = ("-m", "mobius.server")) -> ServerProcess:
        data_dir = self.data_dir if self.url is None else self.data_dir / f"server-{len(self.servers)}"
        self.servers.append(ServerProcess(data_dir, self.url, key=KEY, program=program))
        return self.servers[-1]


@pytest.fixture
def old(database_kind: DatabaseKind, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Old]:
    text = (FIRST_RELEASE / f"{database_kind}.sql").read_text(encoding="utf-8")
    url: str | None = None
    if database_kind == "sqlite":
        with closing(sqlite3.connect(tmp_path / "mobius.db")) as connection:
            connection.executescript(text)
    else:
        url = request.getfixturevalue("empty_postgres_url")
        postgres.execute(url, text)
    database = Old(database_kind, url, tmp_path)
    yield database
    for server in database.servers:
        server.close()


async def test_every_row_is_still_there_and_the_schema_is_that_of_a_new_database(old: Old) -> None:
    _, before = await old.contents()
    assert {row["status"] for row in before["runs"]} == {*OPEN, "completed", "failed"}
    for table in (
        "jobs",
        "timers",
        "signals",
        "events",
        "idempotency_keys",
        "run_starts",
        "workflow_versions",
    ):
        assert before[table], table
    if old.kind == "postgres":
        assert before["event_outbox"]

    await old.upgrade()

    schema, after = await old.contents()
    assert schema == (SCHEMAS / f"schema.{old.kind}.txt").read_text(encoding="utf-8")
    remembered = sorted(after.pop("schema_migrations"), key=lambda row: int(row["version"]))
    assert before.pop("schema_migrations") == remembered[:FIRST_VERSION]
    for table, rows in before.items():
        assert [{column: row[column] for column in rows[0]} for row in after[table]] == rows, table


def test_everything_that_was_under_way_ends_as_if_nothing_had_happened(old: Old) -> None:
    server = old.server()
    server.start()
    talk = Conversation(server, "kept")
    runs = {run["external_id"]: run for run in all_runs(talk)}
    assert len(runs) == {"sqlite": 17, "postgres": 22}[old.kind]

    talk.signal(runs["signalled once"]["id"], "stop", {"n": 2})
    talk.post(f"/runs/{runs['paused']['id']}/resumptions", None, 204)
    handed_out = work_until_all_have_ended(talk)

    ended = {name: talk.run(run["id"]) for name, run in runs.items()}
    failed = {name for name, run in ended.items() if run["status"] == "failed"}
    assert failed == {"failed", "cancelled", "cancelling"}
    assert ended["cancelling"]["error_message"].startswith("cancelled")
    results = {name: talk.result(run) for name, run in ended.items() if run["status"] == "completed"}
    assert results.pop("completed") == {"x": "done"}
    assert results.pop("items") == {"names": ["a", "b", "c"], "x": ["hello a", "new", "new"]}
    assert results.pop("signalled once") == {"a": {"n": 41}, "b": {"n": 2}, "x": "new"}
    assert results.pop("signal unread") == {"x": "new", "a": {"n": 7}}
    assert results.pop("branches")["x"] == "new"
    assert results.pop("defined") == {"x": "new", "y": "new"}
    assert list(results.values()) == [{"x": "new"}] * len(results)
    [after_signals] = [job for job in handed_out if job["run_id"] == runs["signalled once"]["id"]]
    assert after_signals["parameters"] == {"n": 42}

    log = talk.events()
    assert [event["seq"] for event in log] == sorted({event["seq"] for event in log})
    assert {event["run_id"] for event in log} == {run["id"] for run in runs.values()}


def test_what_was_defined_can_be_used(old: Old) -> None:
    server = old.server()
    server.start()
    talk = Conversation(server, "kept")
    assert server.http.get("/projects/kept").json()["name"] == "Kept: Ärger & Söhne"
    [workflow] = talk.get("/workflows")["items"]
    assert workflow["latest_version"] == 2
    started = talk.post(f"/workflows/{workflow['id']}/runs", {"queue": "fresh"}, 202)
    for _ in range(2):
        talk.complete(talk.claim(queues=["fresh"]), "new")
    assert talk.result(talk.run(started["id"])) == {"x": "new", "y": "new"}


async def test_a_migration_that_fails_at_its_end_changes_nothing(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = migrations(old.kind)
    for place, one in enumerate(known[FIRST_VERSION:], FIRST_VERSION):
        before = await old.contents()
        broken = Migration(one.version, one.name, f"{one.sql}\nSELECT no_such_column FROM runs;")
        monkeypatch.setattr(migrate, "migrations", lambda _, some=known[:place], last=broken: [*some, last])
        with pytest.raises(MigrationError, match=rf"{one.version:04} \({one.name}\) failed.*no_such_column"):
            await old.upgrade()
        assert await old.contents() == before

        monkeypatch.setattr(migrate, "migrations", lambda _, some=known[: place + 1]: some)
        await old.upgrade()


async def test_a_migration_whose_server_is_killed_changes_nothing_and_the_next_server_does_it_again(
    old: Old,
) -> None:
    before = await old.contents()
    die_before_the_commit_of_migration(1, old)
    assert await old.contents() == before
    die_before_the_commit_of_migration(2, old)
    schema, rows = await old.contents()
    assert [row["version"] for row in rows["schema_migrations"]] == [1, 2, 3]
    assert schema != before[0]

    server = old.server()
    server.start()
    server.stop()
    schema, _ = await old.contents()
    assert schema == (SCHEMAS / f"schema.{old.kind}.txt").read_text(encoding="utf-8")


@on_postgres
async def test_a_server_that_is_killed_during_a_long_migration_holds_the_next_one_up_for_seconds_only(
    old: Old,
) -> None:
    slow = old.server(with_one_more_migration("ALTER TABLE runs ADD COLUMN more text; SELECT pg_sleep(600);"))
    starting = asyncio.create_task(asyncio.to_thread(slow.start))
    await until_somebody_sleeps_on(old.url)
    slow.kill()
    with pytest.raises(ServerError):
        await starting

    begun = time.monotonic()
    server = old.server()
    await asyncio.to_thread(server.start)
    assert time.monotonic() - begun < 15
    _, rows = await old.contents()
    assert "more" not in rows["runs"][0]


@on_postgres
def test_servers_that_start_at_once_upgrade_once(old: Old) -> None:
    servers = [old.server() for _ in range(3)]
    with ThreadPoolExecutor(len(servers)) as together:
        list(together.map(ServerProcess.start, servers))
    for server in servers:
        assert len(all_runs(Conversation(server, "kept"))) == 22


@on_postgres
def test_a_server_that_runs_goes_on_while_a_newer_one_upgrades_and_does_not_start_again(old: Old) -> None:
    server = old.server()
    server.start()
    talk = Conversation(server)
    begun = talk.start(ONE)
    newer = old.server(
        with_one_more_migration(
            "ALTER TABLE runs ADD COLUMN more text; ALTER TABLE jobs ADD COLUMN more text; "
            "ALTER TABLE events ADD COLUMN more text; CREATE INDEX runs_more ON runs (project_id, more);"
        )
    )
    newer.start()
    for one in (server, newer, server):
        other = Conversation(one, talk.project)
        other.complete(other.claim(), "new")
        assert other.result(other.wait_for(begun["id"], "completed")) == {"x": "new"}
        assert other.get("/runs")["items"]
        begun = other.start(ONE)
    assert "Traceback" not in server.log_text() + newer.log_text()

    server.stop()
    with pytest.raises(
        ServerError, match=r"cannot start.* 9000 \(more\).* newer server; start that one"
    ) as said:
        server.start()
    assert "Traceback" not in str(said.value).rpartition("stopping")[2]


def all_runs(talk: Conversation) -> list[Any]:
    """Return all runs of the project, page by page."""
    runs: list[Any] = []
    path = "/runs?limit=5"
    while True:
        page = talk.get(path)
        runs += page["items"]
        if not page["has_more"]:
            return runs
        path = f"/runs?limit=5&cursor={page['next_cursor']}"


def work_until_all_have_ended(talk: Conversation) -> list[Any]:
    """Complete what can be claimed; return the jobs."""
    jobs = []
    give_up = time.monotonic() + 20
    while any(run["status"] in OPEN for run in all_runs(talk)):
        assert time.monotonic() < give_up, [run for run in all_runs(talk) if run["status"] in OPEN]
        while job := talk.try_claim("new", wait=1):
            jobs.append(job)
            talk.complete(job, "new", worker="new")
    return jobs


def with_one_more_migration(sql: str) -> tuple[str, str]:
    """Return what Python runs for a server that is newer by a migration."""
    return "-c", (
        "import runpy\nfrom mobius.store import migrate\nknown = migrate.migrations\n"
        f"more = migrate.Migration(9000, 'more', {sql!r})\n"
        "migrate.migrations = lambda dialect: [*known(dialect), more]\n"
        "runpy.run_module('mobius.server', run_name='__main__')"
    )


async def until_somebody_sleeps_on(url: str | None) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    connection = await asyncpg.connect(url)
    async with asyncio.timeout(20):
        while not await connection.fetchval(query):  # noqa: ASYNC110  it is the state of another process
            await asyncio.sleep(0.05)
    await connection.close()


def die_before_the_commit_of_migration(number: int, old: Old) -> None:
    """Let a process apply migrations; it kills itself when the `number`-th is done but not committed."""
    program = f"""
import asyncio, os, pathlib, signal
from mobius.clock import SystemClock
from mobius.store import open_database

class Dying(SystemClock):
    left = {number}
    def now(self):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().now()

asyncio.run(open_database({old.url!r}, pathlib.Path({str(old.data_dir)!r}), Dying()))
"""
    died = subprocess.run([sys.executable, "-c", program], env=os.environ, check=False)
    assert died.returncode == -signal.SIGKILL
