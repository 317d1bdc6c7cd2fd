"""Files that say which Mobius processes run on a data directory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from mobius.client import ConfigurationError, MobiusError


class AlreadyRunning(MobiusError):
    """A process of this kind holds the data directory already."""


class ProcessFacts(msgspec.Struct, frozen=True):
    """What a process wrote about itself."""

    pid: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class ProcessFile:
    """One file per kind of process (`server`, `worker`) in a data directory.

    The process holds a lock on it as long as it lives, so a file that a crashed process left behind, or whose
    process id belongs to something else by now, is never mistaken for a running one.
    """

    directory: Path
    kind: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.directory / f"{self.kind}.pid"

    def hold(self, at_end: contextlib.ExitStack) -> None:
        """Lock the file until the stack unwinds or the process ends; raises AlreadyRunning."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            file = _locked(self.path)
        except OSError as error:
            raise ConfigurationError(
                f"the data directory {self.directory} cannot be used: {error.strerror or error}; "
                "set MOBIUS_DATA_DIR to a directory that you may write to"
            ) from error
        if file is None:
            other = self.running()
            who = f" (pid {other.pid}, {other.url})" if other else ""
            raise AlreadyRunning(
                f"a {self.kind} runs on {self.directory} already{who}; stop it with `mobius stop`, "
                "or set MOBIUS_DATA_DIR to another directory"
            )
        at_end.enter_context(file)
        at_end.callback(self.path.unlink, missing_ok=True)  # before the lock is given up
        self.write(ProcessFacts(os.getpid()))

    def write(self, facts: ProcessFacts) -> None:
        """Say something about the process that holds the file."""
        with self.path.open("r+b", buffering=0) as file:  # in place: the lock belongs to this very file
            file.truncate(file.write(msgspec.json.encode(facts)))

    def running(self) -> ProcessFacts | None:
        """The process that holds the file now."""
        try:
            with self.path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return msgspec.json.decode(file.read(), type=ProcessFacts)
                return None
        except (OSError, msgspec.DecodeError):
            return None

    def stop(self, timeout: float) -> bool:
        """Ask the process to stop (SIGTERM) and wait; False if it still runs after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        facts = self.running()
        if facts is None:
            return True
        os.kill(facts.pid, signal.SIGTERM)
        while self.running() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


def _locked(path: Path) -> IO[bytes] | None:
    """Open and lock the file; None if another process keeps it locked.

    One refusal is no answer, because somebody who only looks holds the lock for a moment, too; and a file
    that was removed by its last holder in between is not the one that others will look at.
    """
    for _ in range(10):
        file = path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return file
        except (BlockingIOError, FileNotFoundError):
            time.sleep(0.02)
        file.close()
    return None
