"""A PostgreSQL cluster of the benchmark's own, durable as in production."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

INSTALLED = Path("/usr/lib/postgresql")
START_SECONDS = 30.0


def programs() -> Path:
    """Return the directory of the newest installed server's programs."""
    versions = [entry for entry in INSTALLED.glob("*") if (entry / "bin" / "initdb").exists()]
    if versions:
        return max(versions, key=lambda entry: int(entry.name)) / "bin"
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("no PostgreSQL server is installed; `make bench` needs version 15 or newer")
    return Path(found).resolve().parent


@contextlib.contextmanager
def throw_away_postgres() -> Iterator[str]:
    """Start a cluster with the default durability, and remove it at the end; yield its URL."""
    home = Path(tempfile.mkdtemp(prefix="mobius-bench-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(home, user.pw_uid, user.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = home / "data"
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": home}
    initdb = [*as_user, str(programs() / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"]
    subprocess.run([*initdb, "--locale=C", "-E", "UTF8"], check=True, **silent)  # type: ignore[call-overload]
    settings = ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=100", "-c", "shared_buffers=512MB"]
    command = [*as_user, str(programs() / "postgres"), "-D", str(data), "-p", str(port), "-k", str(home)]
    server = subprocess.Popen([*command, *settings], **silent)  # type: ignore[call-overload]
    try:
        _wait_until_it_listens(port)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        stop = [*as_user, str(programs() / "pg_ctl"), "stop", "-m", "fast", "-D", str(data)]
        subprocess.run(stop, check=False, **silent)  # type: ignore[call-overload]
        server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_it_listens(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            time.sleep(0.3)
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start within {START_SECONDS} s")
