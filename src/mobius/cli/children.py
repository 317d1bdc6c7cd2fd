"""The server and the worker as child processes of a command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from mobius.cli.process_file import ProcessFile
from mobius.client import MobiusError, data_dir
from mobius.client.connection import local_key

START_SECONDS = 30.0
STOP_SECONDS = 45.0
"""Longer than the server drains requests, and than a worker's default grace period."""


class ChildFailed(MobiusError):
    """A process that a command started did not come up, or ended."""


@dataclass(slots=True)
class Child:
    """One `mobius` process that this process started, apart from the terminal's signals."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None

    def stop(self) -> None:
        """Ask it to stop, wait, and insist if it does not."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def failure(self) -> ChildFailed:
        """Why it ended, with the last lines that it wrote."""
        message = f"the {self.name} ended with status {self.process.returncode}"
        if self.log is None:
            return ChildFailed(message)
        return ChildFailed(f"{message}; its log is {self.log}:\n{_tail(self.log)}")


def local_environment(url: str, key: str | None = None) -> dict[str, str]:
    """The environment of a process that calls the local server, whatever else this one's names."""
    own_key = key or local_key() or os.environ.get("MOBIUS_API_KEY", "")
    return os.environ | {"MOBIUS_API_URL": url, "MOBIUS_API_KEY": own_key, "MOBIUS_PROJECT": "default"}


def start_child(
    name: str, arguments: Sequence[str], *, log: Path | None, url: str | None = None, key: str | None = None
) -> Child:
    """Start `mobius <arguments>`; its output goes to the log, else to this process's own output.

    With `url` it calls the server there, with `key` or the first key of that server.
    """
    environment = dict(os.environ) if url is None else local_environment(url, key)
    command = [sys.executable, "-m", "mobius", *arguments]
    if log is None:
        process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603  this program
        return Child(name, process, None)
    log.parent.mkdir(parents=True, exist_ok=True)
    # The server prints its first key: nobody else may read that.
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as output:
        process = subprocess.Popen(  # noqa: S603  this very program
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(name, process, log)


def wait_until_serving(child: Child) -> str:
    """Wait until the server that was started answers; gives its address."""
    deadline = time.monotonic() + START_SECONDS
    file = ProcessFile(data_dir(), "server")
    while time.monotonic() < deadline:
        if child.process.poll() is not None:
            raise child.failure()
        facts = file.running()
        if facts is not None and is_healthy(facts.url):
            return facts.url
        time.sleep(0.05)
    child.stop()
    raise ChildFailed(f"the server did not answer within {START_SECONDS:g} s")


def is_healthy(url: str) -> bool:
    """Whether a server answers at the address and says that it is well."""
    try:
        return httpx.get(f"{url}/health", timeout=2.0, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _tail(log: Path, lines: int = 15) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
