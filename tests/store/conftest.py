"""Databases as the server opens them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from mobius.clock import SystemClock
from mobius.store import Database, open_database

OpenAnother = Callable[[], Awaitable[Database]]


@pytest.fixture
async def database(database_url: str | None, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database of each kind in turn, with one more table to write to."""
    opened = await open_database(database_url, tmp_path, SystemClock())
    yield opened
    await opened.close()


@pytest.fixture
async def open_another(database_url: str | None, tmp_path: Path) -> AsyncIterator[OpenAnother]:
    """Open the same database once more, as another server would."""
    opened: list[Database] = []

    async def another() -> Database:
        opened.append(await open_database(database_url, tmp_path, SystemClock()))
        return opened[-1]

    yield another
    for one in opened:
        await one.close()
