"""What is left of a channel that was deleted."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess

LAST = {"events", "event_outbox", "removed_channels", "idempotency_keys"}


async def until_only_its_deletion_is_told(server: ServerProcess, channel_id: str) -> None:
    """Return as soon as nothing names the channel but its last event, and that something may be left."""
    give_up = time.monotonic() + 20
    while set(left := await _rows_naming(server, channel_id)) - LAST or _told(left) != ["channel.deleted"]:
        assert time.monotonic() < give_up, {table: len(rows) for table, rows in left.items()}
        await asyncio.sleep(0.05)
    assert len(left["removed_channels"]) == 1


def _told(left: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [row["type"] for table in ("events", "event_outbox") for row in left.get(table, [])]


async def _rows_naming(server: ServerProcess, id: str) -> dict[str, list[dict[str, Any]]]:
    contents = await rows_of(server.database_url, server.data_dir)
    found = {table: [row for row in rows if id in map(str, row.values())] for table, rows in contents.items()}
    return {table: rows for table, rows in found.items() if rows}
