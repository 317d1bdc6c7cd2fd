"""Hints between servers over LISTEN and NOTIFY, in packets so that PostgreSQL sees few of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog

from mobius.store.wakeups import LocalWakeups

log = structlog.get_logger(__name__)

CHANNEL = "mobius_wakeups"
PACKET_BYTES = 7_500
GATHER_SECONDS = 0.003
NOTIFY_SECONDS = 5.0
CHECK_SECONDS = 10.0
LONGEST_BACKOFF = 5.0
MOST_HINTS = 10_000


class PostgresWakeups:
    """Tells this server at once, and the others by NOTIFY.

    A lost connection becomes "anything may have happened".
    """

    def __init__(self, url: str, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._url = url
        self._pool = pool
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
        await self._flush()

    def publish(self, *hints: str) -> None:
        """Tell this server's listeners now and the other servers within milliseconds."""
        self._local.publish(*hints)
        if hints and len(self._unsent) < MOST_HINTS:
            self._unsent.update(dict.fromkeys(hints))
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
                await self._pool.execute("SELECT pg_notify($1, $2)", CHANNEL, packet, timeout=NOTIFY_SECONDS)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("wakeups_not_sent", hints=len(hints), error=str(error))
                return

    async def _listen(self) -> None:
        backoff = 0.1
        while True:
            try:
                connection = await asyncpg.connect(self._url, timeout=NOTIFY_SECONDS)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("wakeups_cannot_listen", error=str(error), again_in_seconds=backoff)
                await asyncio.sleep(backoff)
                backoff = min(LONGEST_BACKOFF, backoff * 2)
                continue
            backoff = 0.1
            try:
                await self._listen_on(connection)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("wakeups_connection_lost", error=str(error))
            finally:
                connection.terminate()

    async def _listen_on(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _connection: lost.set())
        await connection.add_listener(CHANNEL, self._received)
        self._local.anything_may_have_happened()
        while not lost.is_set():
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    await lost.wait()
            except TimeoutError:
                await connection.execute("SELECT 1", timeout=NOTIFY_SECONDS)

    def _received(self, _connection: Any, _pid: int, _channel: str, packet: object) -> None:
        sender, *hints = str(packet).split("\n")
        if sender != self._server:
            self._local.publish(*hints)


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
