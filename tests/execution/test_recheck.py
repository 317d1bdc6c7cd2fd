"""What no hint tells of is found all the same."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mobius.daemons import recheck
from tests.execution.rooms import open_room

ONE = {"name": "one", "steps": [{"name": "only", "action": "work"}]}


def test_a_backlog_that_nobody_works_on_hides_no_job(
    database_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recheck, "LOOKED_AT", 3)

    async def work() -> None:
        async with open_room(database_url, tmp_path) as room:
            for queue in (*["backlog"] * 3, "served"):
                await room.start(ONE, queue)
            served = frozenset({"served"})
            with room.execution.waiters.waiter(room.project, served, frozenset()) as waiter:
                await recheck.wake_waiting_claims(room.execution)
                assert waiter.woken

    asyncio.run(work())
