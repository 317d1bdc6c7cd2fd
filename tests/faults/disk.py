"""A disk that is full on command, under the data directory of a server.

Where we may mount, it is a small file system of its own that shrinks to what it holds; elsewhere the system
refuses each write of the server to a file, which looks the same to it apart from the error's number.
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.server import ServerProcess

_BLOCK = 4096


class Disk:
    """The disk of one server."""

    def __init__(self, place: Path, *, mounted: bool, size: str) -> None:
        self.place = place
        self._mounted = mounted
        self._size = size

    def fill(self, server: ServerProcess) -> None:
        """Leave no room for anything more."""
        if self._mounted:
            self._resize(str(max(_BLOCK, self._used())))
        else:
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free(self, server: ServerProcess) -> None:
        """Make room again."""
        if self._mounted:
            self._resize(self._size)
        else:
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, unlimited)

    def _used(self) -> int:
        return sum(file.stat().st_blocks * 512 for file in self.place.rglob("*") if file.is_file())

    def _resize(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", "tmpfs", self.place], check=True)


@contextmanager
def small_disk(place: Path, size: str = "64m", *, mount: bool = True) -> Iterator[Disk]:
    """Give the directory `place` a disk of its own; without `mount` only what seems to be one."""
    place.mkdir(parents=True)
    mounted = mount and _mount(place, size)
    try:
        yield Disk(place, mounted=mounted, size=size)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", place], check=True)


def _mount(place: Path, size: str) -> bool:
    """Mount a file system, if we may."""
    command: list[str | Path] = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
