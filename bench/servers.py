"""Real server processes and databases for the benchmark."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30.0


@dataclass(frozen=True)
class Server:
    """A running server and how to reach it."""

    host: str
    port: int
    key: str
    process: subprocess.Popen[bytes]
    database: str


@contextlib.contextmanager
def running_server(database: str, postgres_url: str | None) -> Iterator[Server]:
    """Start a server on `sqlite` or `postgres` and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    key = "mbx_" + secrets.token_urlsafe(32)
    data_dir = tempfile.mkdtemp(prefix="mobius-bench-")
    environment = {
        **os.environ,
        "MOBIUS_PORT": str(port),
        "MOBIUS_DATA_DIR": data_dir,
        "MOBIUS_API_KEY": key,
        "MOBIUS_LOG_LEVEL": "warning",
    }
    environment.pop("MOBIUS_DATABASE_URL", None)
    if database == "postgres":
        assert postgres_url is not None
        environment["MOBIUS_DATABASE_URL"] = postgres_url
    log = (Path(data_dir) / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "mobius.server"], env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait_until_healthy(port, process, Path(data_dir) / "server.log")
        yield Server("127.0.0.1", port, key, process, database)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()
        shutil.rmtree(data_dir, ignore_errors=True)


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
