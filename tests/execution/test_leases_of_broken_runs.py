"""One run that cannot go on keeps no other waiting."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import msgspec
import pytest

from mobius.daemons import leases
from mobius.store import Write
from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.execution.rooms import open_room
from tests.harness import postgres
from tests.harness.server import ServerProcess

ONE = {"name": "one", "steps": [{"name": "only", "action": "work"}]}


def spoil_state(server: ServerProcess, run_id: str) -> None:
    """Make the stored state of a run unreadable."""
    statement = f"UPDATE run_states SET state = 'spoiled' WHERE run_id = '{run_id}'"
    if server.database_url is not None:
        postgres.execute(server.database_url, statement)
        return
    [file] = server.data_dir.glob("*.db")
    with sqlite3.connect(file, timeout=10) as connection:
        connection.execute(statement)
    connection.close()


def test_an_overdue_job_that_cannot_be_ended_keeps_no_other_waiting(start_server: StartServer) -> None:
    server = start_server(lease_seconds="1")
    talk = Conversation(server)
    spoiled = talk.start(ONE)["id"]
    assert talk.claim()["run_id"] == spoiled
    spoil_state(server, spoiled)
    sound = talk.start(ONE)["id"]
    assert talk.claim()["run_id"] == sound
    again = talk.claim(wait=10)
    assert (again["run_id"], again["attempt"]) == (sound, 2)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_however_many_cannot_be_ended_they_keep_no_other_waiting(
    database_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "BATCH", 2)

    async def work() -> None:
        async with open_room(database_url, tmp_path) as room:
            runs = [await room.start(ONE) for _ in range(5)]
            for _ in runs:
                await room.claim()
            sound = runs[-1].id
            await room.execution.store.write(
                Write("UPDATE jobs SET expires_at = 1"),
                Write("UPDATE run_states SET state = 'spoiled' WHERE run_id <> $1", (sound,)),
            )
            with pytest.raises(msgspec.DecodeError):
                await leases.expire_leases(room.execution)
            assert await room.jobs(sound) == ["pending"]

    asyncio.run(work())
