"""What a hundred thousand messages do to a page of a channel, against a thousand."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing

from bench.connection import Connection, connections
from bench.ground import Ground
from bench.load import ROOT
from bench.postgres import programs
from bench.row import Figure, Line, Row
from bench.rows.growth import Pair, compared, get, worst
from bench.servers import Server
from mobius.store.rendering import for_sqlite

FEW = 1_000
MANY = 100_000
WRITE_SECONDS = 120

FILTERS = (
    "sender_id=often-1",
    "sender_id=rare",
    "sender_id=nobody",
    "reply_to=thread",
    "reply_to=rare",
    "pinned=true",
    "pinned=false",
    "sender_id=often-1&reply_to=thread",
    "sender_id=rare&reply_to=thread",
    "sender_id=often-1&reply_to=rare",
    "sender_id=often-1&pinned=true",
    "sender_id=rare&pinned=false",
    "reply_to=thread&pinned=true",
    "sender_id=often-1&reply_to=thread&pinned=false",
)

# What is rare lies far back. Every third message belongs to one thread, and half are of the same few senders.
_MESSAGES = """
INSERT INTO channel_messages (project_id, channel_id, number, id, sender_type, sender_id, display, type,
    content, reply_to, metadata, pinned, pinned_by, created_at)
WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < @count)
SELECT c.project_id, c.id, n, 'msg_' || (1000000 + n), 'member',
    CASE WHEN n <= 40 AND n % 2 = 0 THEN 'rare' WHEN n % 2 = 0 THEN 'often-' || (n % 4 / 2)
        ELSE 'somebody-' || (n % 997) END,
    'message', 'user.message', 'message ' || n || ' says that pages were read and stored',
    CASE WHEN n <= 60 AND n % 3 = 0 THEN 'rare' WHEN n % 3 = 1 THEN 'thread' END,
    '{"number":' || n || '}', CASE WHEN n <= 80 THEN 1 ELSE 0 END, CASE WHEN n <= 80 THEN 'often-1' END,
    c.created_at + n
FROM n CROSS JOIN channels c WHERE c.name = '@name'"""
_COUNT = "UPDATE channels SET messages = @count WHERE name = '@name'"


async def measure(ground: Ground) -> Sequence[Figure]:
    """Ask for pages of two channels of one project in turns, one with a hundred times the messages."""
    with ground.server() as server:
        async with connections(server, 1) as [asking]:
            for name, count in (("few", FEW), ("many", MANY)):
                body = {"name": name, "display_name": name, "kind": "channel"}
                await asking.post(f"{ROOT}/channels", body, 201)
                for statement in (_MESSAGES, _COUNT):
                    _write(server, statement.replace("@count", str(count)).replace("@name", name))
            if server.database_url is not None:
                _write(server, "ANALYZE channel_messages")
            return await _compared((asking, asking))


async def _compared(pair: Pair) -> Sequence[Figure]:
    async def figure(rest: str) -> Figure:
        return await compared(pair, get(_path("few", rest)), get(_path("many", rest)))

    later = [await _later_page(pair[0], name) for name in ("few", "many")]
    filtered = {text: await figure(f"/messages?limit=50&{text}") for text in FILTERS}
    return [
        await figure("/messages?limit=50"),
        await compared(pair, get(later[0]), get(later[1])),
        worst(filtered),
        await figure("/membership"),
    ]


def _path(channel: str, rest: str) -> str:
    return f"{ROOT}/channels/{channel}{rest}"


async def _later_page(connection: Connection, channel: str) -> str:
    path = _path(channel, "/messages?limit=50")
    for _ in range(15):
        _, page = await connection.request("GET", path)
        path = _path(channel, f"/messages?limit=50&cursor={page['next_cursor']}")
    return path


def _write(server: Server, statement: str) -> None:
    if server.database_url is None:
        with closing(sqlite3.connect(server.data_dir / "mobius.db", timeout=30)) as connection, connection:
            connection.execute(for_sqlite(statement))
        return
    command = [str(programs() / "psql"), "--quiet", f"--command={statement}", server.database_url]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=WRITE_SECONDS)
    assert done.returncode == 0, done.stderr


def _line(what: str) -> Line:
    return Line(what, "ms", f"{FEW:,} messages", at_least=2, aim=1.2, less_is_better=True)


CHANNEL_PAGES = Row(
    name="channel-pages",
    lines=[
        _line(f"a page of a channel, of {MANY:,} messages"),
        _line("  the 16th page"),
        _line("  filtered (the filter that grows most)"),
        _line("own membership with unread messages"),
    ],
    measure=measure,
)
