"""A real server process on a free port, with a key that may do everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import httpx

from tests.harness.ports import free_port

_ROOT = Path(__file__).parents[2]
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
# Nothing of the machine's own settings may reach a server under test.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "PYTHONPATH", "SYSTEMROOT")


class ServerError(Exception):
    """The server process did not do what a test asked of it."""


class ServerProcess:
    """A server that a test starts, stops, kills and starts again on the same port and database.

    Without a `database_url` that is SQLite in `data_dir`. `settings` are more settings of the server by name,
    e.g. `lease_seconds="1"`; `program` is what Python runs, for a server that shall misbehave.
    """

    project = "default"

    def __init__(
        self,
        data_dir: Path,
        database_url: str | None = None,
        *,
        key: str | None = None,
        settings: Mapping[str, str] | None = None,
        program: Sequence[str] = ("-m", "mobius.server"),
    ) -> None:
        self.data_dir = data_dir
        self.database_url = database_url
        self.key = key or f"mbx_{uuid4().hex}{uuid4().hex}"
        self.settings = dict(settings or {})
        self.program = tuple(program)
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / f"server-{self.port}.log"
        self.http = self.client(self.key)
        self._process: subprocess.Popen[bytes] | None = None
        self._siblings: list[ServerProcess] = []

    def client(self, key: str | None) -> httpx.Client:
        """Return an HTTP client that sends `key`, or no key at all. The caller closes it."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=30, trust_env=False)

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self._process is None:
            raise ServerError("the server is not running")
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the process has ended without being told to."""
        return self._process is not None and self._process.poll() is not None

    def start(self) -> None:
        """Start the process and wait until it is healthy."""
        if self._process is not None:
            raise ServerError("the server is running already")
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self.program],
                env=self._environment(),
                cwd=self.data_dir,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_until_healthy()
        except ServerError:
            self.kill()
            raise

    def stop(self) -> None:
        """Stop the process as an operator does (SIGTERM) and expect a clean exit."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise ServerError(
                f"the server did not stop within {_STOP_SECONDS:g} s:\n{self.log_text()}"
            ) from None
        if status not in (0, -signal.SIGTERM):
            raise ServerError(f"the server ended with status {status}:\n{self.log_text()}")

    def kill(self) -> None:
        """Kill the process without any warning (SIGKILL)."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def restart(self) -> None:
        """Stop and start again, on the same port and database."""
        self.stop()
        self.start()

    def sibling(self) -> ServerProcess:
        """Start one more server on the same PostgreSQL database, with the same key. It ends with this one."""
        if self.database_url is None:
            raise ServerError("SQLite serves one server process")
        data_dir = self.data_dir / f"sibling-{len(self._siblings) + 1}"
        other = ServerProcess(data_dir, self.database_url, key=self.key, settings=self.settings)
        self._siblings.append(other)
        other.start()
        return other

    def close(self) -> None:
        """Stop this server and its siblings, and close their clients."""
        for server in (*self._siblings, self):
            server.http.close()
            server.stop()

    def new_project(self) -> str:
        """Create a project of its own for a test; return its handle."""
        handle = f"t-{uuid4().hex[:12]}"
        self.http.post("/projects", json={"name": handle, "handle": handle}).raise_for_status()
        return handle

    def log_text(self) -> str:
        """Return all that the server has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        # The server runs in its data directory, from where a relative path leads nowhere.
        paths = [str(_ROOT), *filter(None, kept.get("PYTHONPATH", "").split(os.pathsep))]
        kept["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, paths))
        own = {
            "MOBIUS_HOST": "127.0.0.1",
            "MOBIUS_PORT": str(self.port),
            "MOBIUS_DATA_DIR": str(self.data_dir),
            "MOBIUS_API_KEY": self.key,
            "MOBIUS_DRAIN_NOTICE_SECONDS": "0",  # nobody has to notice, and tests stop many servers
        }
        if self.database_url is not None:
            own["MOBIUS_DATABASE_URL"] = self.database_url
        return kept | own | {f"MOBIUS_{name.upper()}": value for name, value in self.settings.items()}

    def _wait_until_healthy(self) -> None:
        give_up = time.monotonic() + _START_SECONDS
        while time.monotonic() < give_up:
            if self._process is None or self._process.poll() is not None:
                raise ServerError(f"the server ended while it started:\n{self.log_text()}")
            try:
                if self.http.get("/health").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise ServerError(f"the server was not healthy within {_START_SECONDS:g} s:\n{self.log_text()}")
