"""What a deleted project held is removed in the background, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mobius.clock import VirtualClock, to_micros
from mobius.daemons.removals import LAST_LOOK_AFTER_US, Removals
from mobius.domains.projects.removal import ProjectRemovals
from mobius.execution.remove import writes_removing_project
from mobius.execution.transition import EVENT_COLUMNS
from mobius.store import SOME, Table, Write, open_database
from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess

pytestmark = pytest.mark.anyio

EVENTS = Table("events", EVENT_COLUMNS | {"seq": "bigint"})
FAN_OUT = {
    "name": "many",
    "steps": [{"name": "all", "action": "work", "each": {"items": "inputs.items", "as": "item"}}],
}


async def rows_naming(server: ServerProcess, project_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows in which the project's id is left, by their table."""
    contents = await rows_of(server.database_url, server.data_dir)
    found = {table: [row for row in rows if project_id in row.values()] for table, rows in contents.items()}
    return {table: rows for table, rows in found.items() if rows}


async def test_more_than_one_transaction_removes_goes_although_the_server_is_killed(
    start_server: StartServer,
) -> None:
    server = start_server()
    talk = Conversation(server)
    talk.start(FAN_OUT, inputs={"items": list(range(2 * SOME + 500))})
    project_id = server.http.get(f"/projects/{talk.project}").json()["id"]
    assert len((await rows_naming(server, project_id))["jobs"]) > 2 * SOME

    assert server.http.delete(f"/projects/{talk.project}").status_code == 204
    server.kill()
    server.start()

    give_up = time.monotonic() + 20
    while set(left := await rows_naming(server, project_id)) - {"removed_projects", "run_count_deltas"}:
        assert time.monotonic() < give_up, {table: len(rows) for table, rows in left.items()}
        await asyncio.sleep(0.05)
    assert len(left["removed_projects"]) == 1


async def test_what_is_written_late_is_found_by_the_last_look(
    database_url: str | None, tmp_path: Path
) -> None:
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    store = await open_database(database_url, tmp_path, clock)
    remove = Write("DELETE FROM specs WHERE @some(specs, project_id = $1) RETURNING 1", ("prj_gone",))
    removals = Removals(store, clock, ProjectRemovals((), (lambda _: [remove],)))

    async def add(table: str, *values: Any) -> None:
        places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
        await store.write(Write(f"INSERT INTO {table} VALUES ({places})", values))

    try:
        now = to_micros(clock.now())
        await add("removed_projects", "org", "prj_gone", now, now)
        await add("specs", "prj_gone", "early", "{}", now)
        await add("specs", "prj_kept", "early", "{}", now)
        assert await removals.work() == 0
        await add("specs", "prj_gone", "late", "{}", now)

        due_in = await removals.work()

        assert due_in == LAST_LOOK_AFTER_US / 1_000_000
        clock.advance(timedelta(seconds=due_in))
        assert await removals.work() == 0
        assert await removals.work() is None
        assert [row["project_id"] for row in await store.all("SELECT project_id FROM specs")] == ["prj_kept"]
    finally:
        await store.close()


async def test_what_is_left_of_others_is_not_read(database_url: str | None, tmp_path: Path) -> None:
    """Also when the database takes what is to be removed for half of all there is."""
    store = await open_database(database_url, tmp_path, VirtualClock(datetime(2026, 1, 1, tzinfo=UTC)))
    try:
        event = {"run_id": "run_1", "type": "t", "data": "", "created_at": 0}
        rows = [
            event | {"project_id": ("prj_gone", "prj_here")[seq % 2], "seq": seq} for seq in range(10_000)
        ]
        await store.write(*EVENTS.insert(rows, store.dialect))
        if store.dialect == "postgres":  # which plans by what it believes there is
            await store.first("ANALYZE events")
        for write in writes_removing_project("prj_gone", store.dialect):
            if " events " in write.sql:
                explain = "EXPLAIN " if store.dialect == "postgres" else "EXPLAIN QUERY PLAN "
                plan = [str(tuple(row)[-1]) for row in await store.all(explain + write.sql, "prj_gone")]
                assert any("events_" in line for line in plan), plan
                assert not any(line.strip().startswith(("SCAN", "->  Seq Scan")) for line in plan), plan
    finally:
        await store.close()
