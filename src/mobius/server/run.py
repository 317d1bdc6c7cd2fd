"""Starts and stops a server."""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn
import uvloop

from mobius.api.call import Services
from mobius.clock import SystemClock
from mobius.daemons.clock_offset import agree_on_time
from mobius.server.app import App
from mobius.server.bootstrap import KEY_FILE, bootstrap
from mobius.server.connections import Connections, HttpConnection
from mobius.server.settings import InvalidSettings
from mobius.server.telemetry import configure_logging
from mobius.store import CannotOpen, DatabaseUnavailable, open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mobius.api.settings import Settings
    from mobius.clock import Clock
    from mobius.store import Database

log = structlog.get_logger("mobius.server")

_KEEP_ALIVE_SECONDS = 75
_BACKLOG = 2048
_OTHER_FILES = 200
"""Files that are no connections of clients: the database, logs."""
_SWITCH_SECONDS = 0.0005
_LAST_SECONDS = 3
"""What requests leave of the time to stop: for the background work and the database."""
_DEAD_PEERS = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4, "TCP_USER_TIMEOUT": 120_000}


class CannotStart(Exception):
    """The server cannot start; the message says why, and what to do."""


class MobiusServer:
    """A server in this process: `start`, then `wait` until something calls `request_stop`."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.new_key: str | None = None
        """The first API key, when this start has made it."""
        self.url = ""
        self._clock = clock or SystemClock()
        self._store: Database | None = None
        self._app: App | None = None
        self._http: _HttpServer | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Opens the database, fills it on the first start, begins to work and to listen."""
        listener = _listen(self.settings.host, self.settings.port)
        try:
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            self._store = await open_database(self.settings.database_url, self.settings.data_dir, self._clock)
            await agree_on_time(self._store, self._clock)
            self.new_key = await bootstrap(self._store, self._clock, self.settings)
            self._app = App(Services(self._store, self._clock, self.settings))
            self._app.start()
            listener.listen(_BACKLOG)
        except BaseException:
            listener.close()
            if self._store is not None:
                await self._store.close()
            raise
        self.url = _url(listener)
        self._http = _HttpServer(self._app, self.settings)
        self._serving = asyncio.create_task(self._http.serve(sockets=[listener]))
        log.info("listening", url=self.url, database=self._store.dialect)

    def request_stop(self, notice_seconds: float = 0) -> None:
        """Stop: open long polls answer, streams end, what is at work is finished, connections end.

        New connections are accepted for `notice_seconds` more. A second call ends that time.
        """
        if self._http is not None and self._app is not None:
            log.info("stopping", accepting_seconds=notice_seconds)
            self._app.end_waiting()
            self._http.drain(notice_seconds)

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._http is not None and self._http.connections.draining

    async def wait(self) -> None:
        """Until the server has stopped."""
        if self._serving is None or self._app is None or self._store is None:
            return
        try:
            await self._serving
        finally:
            try:
                await self._app.stop()
            finally:
                await self._store.close()

    async def stop(self) -> None:
        """Stops and waits."""
        self.request_stop()
        await self.wait()


def serve(settings: Settings, started: Callable[[MobiusServer], None] | None = None) -> None:
    """Runs a server until SIGTERM or SIGINT. `started` is called when it listens. Raises CannotStart."""
    configure_logging(settings)
    _calm_the_collector()
    _share_the_interpreter()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, started or _announce))


def _share_the_interpreter() -> None:
    """Hand it over soon: threads begin a write to the disk at once, and hold up the loop for no longer."""
    sys.setswitchinterval(_SWITCH_SECONDS)


def _calm_the_collector() -> None:
    """Collect rarely: requests leave few cycles behind, and each collection walks all that is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


async def _serve(settings: Settings, started: Callable[[MobiusServer], None]) -> None:
    server = MobiusServer(settings)
    try:
        await server.start()
    except (CannotOpen, DatabaseUnavailable, InvalidSettings) as error:
        raise CannotStart(str(error)) from error
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, server.request_stop)
    loop.add_signal_handler(signal.SIGTERM, _terminated, server)
    started(server)
    await server.wait()


def _terminated(server: MobiusServer) -> None:
    """The first SIGTERM gives balancers time to notice, a second one does not."""
    server.request_stop(0 if server.stopping else server.settings.drain_notice_seconds)


def _announce(server: MobiusServer) -> None:
    if server.new_key is not None:
        path = server.settings.data_dir / KEY_FILE
        sys.stdout.write(f"First API key (kept in {path}, shown this once): {server.new_key}\n")
        sys.stdout.flush()


class _HttpServer(uvicorn.Server):
    """uvicorn without its signal handlers: `_serve` has its own, because streams must end first."""

    def __init__(self, app: App, settings: Settings) -> None:
        for_requests = settings.drain_seconds - settings.drain_notice_seconds - _LAST_SECONDS
        super().__init__(
            uvicorn.Config(
                app.asgi,
                http=HttpConnection,
                ws="none",
                lifespan="off",
                interface="asgi3",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=max(1, int(for_requests)),
                backlog=_BACKLOG,
            )
        )
        self.server_state = self.connections = Connections(
            settings, _most_connections(settings), app.asgi.refusal
        )

    def drain(self, notice_seconds: float) -> None:
        """Let connections end with their next answer, and accept none when the notice is over."""
        self.connections.drain()
        asyncio.get_running_loop().call_later(notice_seconds, self._stop_accepting)

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if counter % 10 == 0:
            self.connections.end_slow(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    def _stop_accepting(self) -> None:
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _most_connections(settings: Settings) -> int:
    """As many as the settings say, or as the system lets a process open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.max_connections + _OTHER_FILES
    if soft < wanted:
        soft = min(wanted, hard) if hard != resource.RLIM_INFINITY else wanted
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(settings.max_connections, max(1, soft - _OTHER_FILES))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections inherit these: one whose client is gone without a word ends after about two minutes.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _DEAD_PEERS.items():
        if hasattr(socket, option):
            listener.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
