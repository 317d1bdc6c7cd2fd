"""Hints between servers over LISTEN and NOTIFY, in packets so that PostgreSQL sees few of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import asyncpg
import structlog

from mobius.store.database import DatabaseUnavailable
from mobius.store.postgres_connections import LOST, Connection, PostgresConnections, connect
from mobius.store.wakeups import LocalWakeups

log = structlog.get_logger(__name__)

CHANNEL = "mobius_wakeups"
PACKET_BYTES = 7_500
GATHER_SECONDS = 0.003
CONNECT_SECONDS = 2.0
LAST_SECONDS = 1.0
LONGEST_BACKOFF = 1.0
ASK_SECONDS = 0.25
SILENCE_SECONDS = 1.2
CATCH_UP_SECONDS = 0.3
"""An answer that came while this process was busy is found in this time."""
MOST_HINTS = 10_000
HERE_ONLY = frozenset({"events:"})
"""Hints that other servers need not get: who commits events also gives them their place in the log."""
NOT_AT_WORK = """
SELECT pid FROM pg_stat_activity
WHERE pid = ANY($1::int[]) AND state <> 'active' AND state_change < clock_timestamp() - interval '1 second'"""
"""What was sent to these has not arrived, or their answer has not: the connection is dead on its way."""


class PostgresWakeups:
    """Tells this server at once, and the others by NOTIFY.

    A lost connection becomes "anything may have happened". The connection that listens is asked something
    again and again: only so a server learns that nothing answers when the network swallows packets.
    """

    def __init__(self, url: str, connections: PostgresConnections) -> None:
        self._url = url
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._local = LocalWakeups()
        self._server = secrets.token_hex(8)
        self._unsent: dict[str, None] = {}
        self._to_send = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen and to send."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]

    async def close(self) -> None:
        """Send what is left, then stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self._flush()

    def publish(self, *hints: str) -> None:
        """Tell this server's listeners now; other servers within milliseconds, except for `HERE_ONLY`."""
        self._local.publish(*hints)
        others = [hint for hint in hints if hint not in HERE_ONLY]
        if others and len(self._unsent) < MOST_HINTS:
            self._unsent.update(dict.fromkeys(others))
            self._to_send.set()

    def on(self, kind: str, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call `callback` for each hint of `kind` until the returned function is called."""
        return self._local.on(kind, callback)

    async def _send(self) -> None:
        while True:
            await self._to_send.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._to_send.clear()
            await self._flush()

    async def _flush(self) -> None:
        hints, self._unsent = list(self._unsent), {}
        for packet in _packets(self._server, hints):
            try:
                await self._connections.use(partial(_notify, packet))
            except (DatabaseUnavailable, asyncpg.PostgresError) as error:
                log.warning("wakeups_not_sent", hints=len(hints), error=str(error))
                return

    async def _listen(self) -> None:
        backoff = 0.1
        while True:
            begun = self._loop.time()
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    connection = await connect(self._url, CONNECT_SECONDS)
            except Exception as error:  # noqa: BLE001  whatever it is, the next try may succeed
                log.warning("wakeups_cannot_listen", error=repr(error), again_in_seconds=backoff)
                if isinstance(error, LOST):
                    self._connections.lose(error, begun)
                await asyncio.sleep(backoff)
                backoff = min(LONGEST_BACKOFF, backoff * 2)
                continue
            backoff = 0.1
            self._connections.find()
            try:
                await self._listen_on(connection)
            except Exception as error:  # noqa: BLE001  whatever it is, a new connection makes it good
                log.warning("wakeups_connection_lost", error=repr(error))
            finally:
                connection.terminate()

    async def _listen_on(self, connection: Connection) -> None:
        """Listen until the connection ends or does not answer any more."""
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        await connection.add_listener(CHANNEL, self._received)
        self._local.anything_may_have_happened()
        while not ended.is_set():
            asked_at = self._loop.time()
            if not await self._answers(connection):
                self._connections.lose(f"no answer within {SILENCE_SECONDS:g} seconds", asked_at)
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(ASK_SECONDS):
                    await ended.wait()

    async def _answers(self, connection: Connection) -> bool:
        """Tell whether PostgreSQL answers; drop the connections of which it says that it owes no answer."""
        overdue = self._connections.overdue()
        question = connection.fetch(NOT_AT_WORK, list(overdue)) if overdue else connection.fetch("SELECT")
        answer = asyncio.ensure_future(question)
        try:
            for seconds in (SILENCE_SECONDS, CATCH_UP_SECONDS):
                await asyncio.wait({answer}, timeout=seconds)
            if not answer.done():
                return False
            for row in answer.result() if overdue else ():
                self._connections.give_up(*overdue[row["pid"]])
            return True
        finally:
            answer.cancel()

    def _received(self, _connection: Any, _pid: int, _channel: str, packet: object) -> None:
        sender, *hints = str(packet).split("\n")
        if sender != self._server:
            self._local.publish(*hints)


async def _notify(packet: str, connection: Connection) -> None:
    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, packet)


def _packets(server: str, hints: list[str]) -> list[str]:
    """Return the hints joined into as few payloads as NOTIFY's limit allows."""
    packets: list[str] = []
    packet, size = [server], 0
    for hint in hints:
        length = len(hint.encode()) + 1
        if size + length > PACKET_BYTES and size:
            packets.append("\n".join(packet))
            packet, size = [server], 0
        packet.append(hint)
        size += length
    if size:
        packets.append("\n".join(packet))
    return packets
