"""What only the embedded database does: hold its directory, run out of space."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from mobius.clock import SystemClock
from mobius.store import CannotOpen, DatabaseUnavailable, Write, open_database
from mobius.store.sqlite import AlreadyRunning

pytestmark = pytest.mark.anyio

INSERT = "INSERT INTO orgs (id, name, created_at, updated_at) VALUES ($1, $2, 1, 1)"


async def test_a_second_process_is_told_who_holds_the_directory(tmp_path: Path) -> None:
    database = await open_database(None, tmp_path, SystemClock())
    program = (
        "import asyncio, pathlib; from mobius.clock import SystemClock; "
        "from mobius.store import open_database; "
        f"asyncio.run(open_database(None, pathlib.Path({str(tmp_path)!r}), SystemClock()))"
    )
    command = [sys.executable, "-c", program]
    other = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert other.returncode != 0
    assert "AlreadyRunning" in other.stderr
    assert "MOBIUS_DATA_DIR" in other.stderr
    await database.close()
    again = await open_database(None, tmp_path, SystemClock())
    await again.close()


async def test_opening_twice_in_a_process_is_refused(tmp_path: Path) -> None:
    database = await open_database(None, tmp_path, SystemClock())
    with pytest.raises(AlreadyRunning):
        await open_database(None, tmp_path, SystemClock())
    await database.close()


async def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / "mobius.db").write_bytes(b"something else " * 500)
    with pytest.raises(CannotOpen, match=r"mobius\.db cannot be used: file is not a database"):
        await open_database(None, tmp_path, SystemClock())


async def test_a_full_disk_refuses_and_keeps_what_was_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mobius.store import sqlite

    connect = sqlite._connect

    def connect_with_a_limit(path: Path) -> object:
        connection = connect(path)
        connection.execute("PRAGMA max_page_count = 200")
        return connection

    monkeypatch.setattr(sqlite, "_connect", connect_with_a_limit)
    database = await open_database(None, tmp_path, SystemClock())
    written = 0

    async def fill() -> None:
        nonlocal written
        for n in range(1000):
            text = "x" * 4000
            await database.write(Write(INSERT, (f"org{n:04}", text)), Write(INSERT, (f"too{n:04}", "y")))
            written = n + 1

    with pytest.raises(DatabaseUnavailable):
        await fill()
    rows = await database.all("SELECT id FROM orgs")
    assert written > 0
    assert len(rows) == 2 * written
    await database.write(Write("DELETE FROM orgs"))
    await database.write(Write(INSERT, ("again", "x")))
    await database.close()


async def test_who_hangs_up_does_not_hold_the_others_up(tmp_path: Path) -> None:
    database = await open_database(None, tmp_path, SystemClock())
    writes = [asyncio.create_task(database.write(Write(INSERT, (f"org{n}", "x")))) for n in range(40)]
    await asyncio.sleep(0)
    for task in writes[::2]:
        task.cancel()
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert sum(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes) <= 20
    rows = await database.all("SELECT id FROM orgs")
    assert len(rows) >= 20
    await database.close()


async def test_whatever_goes_wrong_in_a_commit_is_told_and_the_next_one_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_: object) -> None:
        raise MemoryError

    database = await open_database(None, tmp_path, SystemClock())
    async with asyncio.timeout(30):
        with monkeypatch.context() as patched:
            patched.setattr("mobius.store.sqlite._commit", no_memory)
            with pytest.raises(MemoryError):
                await database.write(Write(INSERT, ("org_1", "x")))
        await database.write(Write(INSERT, ("org_2", "x")))
    assert [row["id"] for row in await database.all("SELECT id FROM orgs WHERE id LIKE 'org_%'")] == ["org_2"]
    await database.close()
