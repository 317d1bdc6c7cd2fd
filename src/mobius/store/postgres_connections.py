"""The connections to PostgreSQL, and whether it answers at all.

asyncpg's own pool takes a connection back politely: it waits until a statement that was given up is
cancelled, for ever when the network swallows packets. Here a connection whose answer did not come is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias, TypeVar

import asyncpg
import structlog

from mobius.store.database import DatabaseUnavailable, GuardMissed

log = structlog.get_logger(__name__)

MOST = 10
"""Connections that statements use."""
PLACE_SECONDS = 5.0
"""The longest that a statement waits for a connection that others use."""
CONNECT_SECONDS = 5.0
COMMAND_SECONDS = 60.0
CLOSE_SECONDS = 1.0
OVERDUE_SECONDS = 1.0
"""An answer that takes longer is worth a question whether PostgreSQL works on it at all."""
IDLE_SECONDS = 60.0
"""A firewall may have forgotten a connection that was idle for longer, and tells nobody."""
SESSION = """
SELECT set_config(name, wanted, false) FROM pg_settings JOIN (VALUES
    ('idle_in_transaction_session_timeout', '15s'),
    ('client_connection_check_interval', '2s')
) AS settings (name, wanted) USING (name)"""
"""PostgreSQL drops what a server has locked or asked for soon after that is gone. Set after the start, as
poolers refuse it among what a connection starts with; not every compatible database knows all of it."""
GUARD_STATE = "MB001"  # raised by the function mobius_guard
UNUSABLE = ("57P", "53", "25006")
"""States (or how they begin) of a database that stops, has no resources left, or became read-only."""

Connection: TypeAlias = Any  # asyncpg's type of rows is not ours
Result = TypeVar("Result")

LOST = (
    OSError,  # TimeoutError is one
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what is left of a connection that was cut while it was used
)


class _Idle(NamedTuple):
    connection: Connection
    since: float


class PostgresConnections:
    """As many connections as statements need at once, up to `MOST`; the one used last is used next."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._loop = asyncio.get_running_loop()
        self._places = asyncio.Semaphore(MOST)
        self._idle: list[_Idle] = []
        self._open: set[Connection] = set()
        self._used_since: dict[Connection, float] = {}
        self._connecting: set[asyncio.Timeout] = set()
        self._lost = False
        self._answered_at = 0.0

    async def use(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Do `work` on a connection; raise DatabaseUnavailable, at once while nothing is known to answer."""
        try:
            await self._take_place()
            try:
                return await self._use(work)
            finally:
                self._places.release()
        except asyncpg.PostgresError as error:
            if error.sqlstate == GUARD_STATE:
                raise GuardMissed from error
            if isinstance(error, LOST) or (error.sqlstate or "").startswith(UNUSABLE):
                raise DatabaseUnavailable(str(error)) from error
            raise
        except LOST as error:
            raise DatabaseUnavailable(f"PostgreSQL does not answer: {_said(error)}") from error

    def lose(self, why: Exception | str, since: float) -> None:
        """Note that PostgreSQL does not answer, unless it has answered anybody after `since` (loop time).

        Whoever waits for an answer is told now, and whoever comes before `find` at once.
        """
        if self._lost or self._answered_at > since:
            return
        self._lost = True
        log.error("database_lost", error=_said(why))
        for connection in list(self._open):
            self.drop(connection)
        for limit in self._connecting:
            if not limit.expired():
                limit.reschedule(self._loop.time())

    def find(self) -> None:
        """Note that PostgreSQL has answered."""
        if self._lost:
            self._lost = False
            log.warning("database_found")

    def overdue(self) -> dict[int, tuple[Connection, float]]:
        """Return the connections whose answers take long, and since when they are used, by the process of
        the database that owes the answer.
        """
        before = self._loop.time() - OVERDUE_SECONDS
        return {
            connection.get_server_pid(): (connection, since)
            for connection, since in self._used_since.items()
            if since < before and not connection.is_closed()
        }

    def give_up(self, connection: Connection, since: float) -> None:
        """End a connection that is overdue, unless its answer has come meanwhile."""
        if self._used_since.get(connection) == since:
            log.warning("database_connection_lost", process=connection.get_server_pid())
            self.drop(connection)

    def drop(self, connection: Connection) -> None:
        """End a connection, and the wait of whoever uses it."""
        self._open.discard(connection)
        connection.terminate()

    async def close(self) -> None:
        """Let statements finish, then close all connections."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                for _ in range(MOST):
                    await self._places.acquire()
                await asyncio.gather(
                    *(idle.connection.close() for idle in self._idle), return_exceptions=True
                )
        for connection in list(self._open):
            self.drop(connection)

    async def _take_place(self) -> None:
        try:
            async with asyncio.timeout(PLACE_SECONDS if self._places.locked() else None):
                await self._places.acquire()
        except TimeoutError:
            raise DatabaseUnavailable("all connections to PostgreSQL are in use; try again") from None

    async def _use(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        if self._lost:
            raise ConnectionError("it is known to be away")
        connection = self._newest_idle() or await self._connect()
        self._used_since[connection] = self._loop.time()
        try:
            result = await work(connection)
        except (*LOST, asyncio.CancelledError):
            self.drop(connection)
            raise
        except BaseException:
            self._put_back(connection)
            raise
        finally:
            del self._used_since[connection]
        self._put_back(connection)
        return result

    def _newest_idle(self) -> Connection | None:
        while self._idle:
            connection, since = self._idle.pop()
            if not connection.is_closed() and self._loop.time() - since < IDLE_SECONDS:
                return connection
            self.drop(connection)
        return None

    async def _connect(self) -> Connection:
        async with asyncio.timeout(CONNECT_SECONDS) as limit:
            self._connecting.add(limit)
            try:
                connection = await connect(self._url, COMMAND_SECONDS)
            except asyncpg.PostgresError as error:
                raise DatabaseUnavailable(f"PostgreSQL does not let the server in: {error}") from error
            finally:
                self._connecting.discard(limit)
        self._open.add(connection)
        return connection

    def _put_back(self, connection: Connection) -> None:
        self._answered_at = self._loop.time()
        self._idle.append(_Idle(connection, self._answered_at))


async def connect(url: str, statement_seconds: float | None) -> Connection:
    """Return a new connection; the caller limits how long that takes."""
    connection = await asyncpg.connect(
        url,
        command_timeout=statement_seconds,
        server_settings={"application_name": "mobius"},
    )
    try:
        await connection.execute(SESSION)
    except BaseException:
        connection.terminate()
        raise
    return connection


def _said(error: Exception | str) -> str:
    return str(error) or type(error).__name__
