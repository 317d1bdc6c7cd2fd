"""Real server processes and databases for the benchmark."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30.0


@dataclass(frozen=True)
class Server:
    """A running server and how to reach it; without `database_url` it has an SQLite file in `data_dir`."""

    host: str
    port: int
    key: str
    process: subprocess.Popen[bytes]
    database_url: str | None
    data_dir: Path


@contextlib.contextmanager
def running_server(
    database_url: str | None,
    key: str | None = None,
    settings: Mapping[str, str] | None = None,
    data_dir: Path | None = None,
) -> Iterator[Server]:
    """Start a server on PostgreSQL, or on an SQLite file, and stop it at the end.

    The file is a new one, or the one in `data_dir`, which stays when the server is gone.
    """
    if data_dir is None:
        with (
            tempfile.TemporaryDirectory(prefix="mobius-bench-") as directory,
            running_server(database_url, key, settings, Path(directory)) as server,
        ):
            yield server
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    key = key or "mbx_" + secrets.token_urlsafe(32)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOBIUS_")} | {
        "MOBIUS_PORT": str(port),
        "MOBIUS_DATA_DIR": str(data_dir),
        "MOBIUS_API_KEY": key,
        "MOBIUS_LOG_LEVEL": "warning",
        **(settings or {}),
    }
    if database_url is not None:
        environment["MOBIUS_DATABASE_URL"] = database_url
    log = (data_dir / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "mobius.server"], env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait_until_healthy(port, process, data_dir / "server.log")
        yield Server("127.0.0.1", port, key, process, database_url, data_dir)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _wait_until_healthy(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"the server did not become healthy in {START_SECONDS} s:\n{log.read_text()}")
