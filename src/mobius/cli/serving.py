"""`mobius server`, `mobius dev` and `mobius stop`."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mobius.cli.children import Child, start_child, wait_until_serving
from mobius.cli.output import fail
from mobius.cli.process_file import AlreadyRunning, ProcessFacts, ProcessFile
from mobius.client import ConfigurationError, data_dir

if TYPE_CHECKING:
    from mobius.server.run import MobiusServer

STOP_SECONDS = 60.0

HostOption = Annotated[
    str | None, typer.Option(help="Address to listen on (MOBIUS_HOST).", show_default="127.0.0.1")
]
PortOption = Annotated[
    int | None,
    typer.Option(help="Port to listen on, 0 for any free one (MOBIUS_PORT).", show_default="8080"),
]
DataDirOption = Annotated[
    Path | None,
    typer.Option(help="Database, first key and process files (MOBIUS_DATA_DIR).", show_default="~/.mobius"),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(help="postgresql://... (MOBIUS_DATABASE_URL).", show_default="SQLite in the data directory"),
]


def server(
    host: HostOption = None,
    port: PortOption = None,
    data_dir: DataDirOption = None,
    database_url: DatabaseOption = None,
    log_level: Annotated[
        str | None,
        typer.Option(help="debug, info, warning or error (MOBIUS_LOG_LEVEL).", show_default="info"),
    ] = None,
) -> None:
    """Run a server until SIGTERM or Ctrl-C.

    It needs no settings: without a database it keeps everything in one SQLite file in the data directory. The
    first start creates a project `default` and a key with every permission, in the file `api-key` of that
    directory.
    """
    try:
        from mobius.server.run import CannotStart, serve
        from mobius.server.settings import InvalidSettings, load_settings
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("mobius"):
            raise
        raise ConfigurationError(
            f'the server is not installed ({error.name} is missing); run: pip install "mobius[server]"'
        ) from error
    try:
        settings = load_settings(
            host=host, port=port, data_dir=data_dir, database_url=database_url, log_level=log_level
        )
    except InvalidSettings as error:
        raise ConfigurationError(str(error)) from error
    with contextlib.ExitStack() as at_end:
        file = ProcessFile(settings.data_dir, "server")
        try:
            file.hold(at_end)
        except AlreadyRunning:
            if settings.database_url is None:
                raise
            # Any number of servers may share one PostgreSQL database; the first of this directory is the
            # noted one.
            file = ProcessFile(settings.data_dir, f"server-{os.getpid()}")
            file.hold(at_end)
        try:
            serve(settings, lambda one: _announce(one, file))
        except CannotStart as error:
            raise ConfigurationError(f"the server cannot start: {error}") from error
        except OSError as error:
            raise ConfigurationError(
                f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}; "
                "choose another port with --port"
            ) from error


def dev(
    host: HostOption = None,
    port: PortOption = None,
    data_dir: DataDirOption = None,
    actions: Annotated[
        list[str] | None,
        typer.Option("--actions", "-a", help="Your own actions: module:name. May be repeated."),
    ] = None,
    concurrency: Annotated[int, typer.Option(help="How many actions run at a time.", min=1)] = 10,
) -> None:
    """Run a server and a worker with the stock actions, in one command, until SIGTERM or Ctrl-C.

    The worker serves the queue `default` of the project `default`.
    """
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    if data_dir is not None:
        os.environ["MOBIUS_DATA_DIR"] = str(data_dir.absolute())
    options = [*(["--host", host] if host else []), *(["--port", str(port)] if port is not None else [])]
    children: list[Child] = []
    try:
        children.append(start_child("server", ["server", *options], log=None))
        url = wait_until_serving(children[0])
        own = [part for target in actions or [] for part in ("--actions", target)]
        arguments = ["worker", "--concurrency", str(concurrency), *own]
        children.append(start_child("worker", arguments, log=None, url=url))
        while not stopped.wait(0.2):
            for child in children:
                if child.process.poll() is not None:
                    raise child.failure()
    finally:
        for child in reversed(children):  # the worker first: it still has results to report
            child.stop()


def stop(
    data_dir_option: Annotated[
        Path | None,
        typer.Option("--data-dir", help="Whose processes (MOBIUS_DATA_DIR).", show_default="~/.mobius"),
    ] = None,
) -> None:
    """Stop the server, the worker and the agent that run on the data directory, as those of `mobius demo`."""
    directory = (data_dir_option or data_dir()).expanduser()
    stopped = 0
    for kind in ("agent", "worker", "server"):
        file = ProcessFile(directory, kind)
        facts = file.running()
        if facts is None:
            continue
        if not file.stop(STOP_SECONDS):
            fail(
                f"the {kind} (pid {facts.pid}) has not stopped after {STOP_SECONDS:g} s: kill -9 {facts.pid}"
            )
            raise typer.Exit(1)
        print(f"stopped the {kind} (pid {facts.pid})")
        stopped += 1
    if not stopped:
        print(f"nothing runs on {directory}")


def _announce(server: MobiusServer, file: ProcessFile) -> None:
    """Note where the server listens, and say it."""
    file.write(ProcessFacts(os.getpid(), _reachable(server.url)))
    key_file = server.settings.data_dir / "api-key"
    print(f"Mobius listens on {server.url}", flush=True)
    if server.new_key is not None:
        print(f"First API key (kept in {key_file}, shown this once): {server.new_key}", flush=True)


def _reachable(url: str) -> str:
    """The address for callers on this machine of a server that listens on all its addresses."""
    return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
