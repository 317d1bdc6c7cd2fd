"""All that is stored, without what background work brings in order by itself."""

from __future__ import annotations

from tests.harness.contents import Rows, rows_of
from tests.harness.server import ServerProcess

SETTLED = ("workers", "run_counts", "run_count_deltas", "event_counter", "event_outbox", "events")


async def stored(server: ServerProcess) -> Rows:
    """Return the rows of all tables, apart from when keys were used last; events without their numbers."""
    contents = await rows_of(server.database_url, server.data_dir)
    told = [*contents["events"], *contents.get("event_outbox", ())]
    for table in SETTLED:
        contents.pop(table, None)
    for key in contents["api_keys"]:
        del key["last_used_at"]
    contents["told"] = sorted(({"type": event["type"], "data": event["data"]} for event in told), key=repr)
    return contents
