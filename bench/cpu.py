"""Who uses the CPU: the server, the load generator, or the rest of the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


class Shares:
    """How the time of all cores was shared while the `with` blocks of this object ran."""

    def __init__(self) -> None:
        self._servers = self._load = self._busy = self._stolen = self._wall = 0.0

    @contextmanager
    def during(self, servers: Sequence[int]) -> Iterator[None]:
        """Add what is used meanwhile; `servers` are processes."""
        begun, load, (busy, stolen) = time.perf_counter(), time.process_time(), _machine_seconds()
        used = sum(map(cpu_seconds, servers))
        yield
        self._servers += sum(map(cpu_seconds, servers)) - used
        self._load += time.process_time() - load
        busy_now, stolen_now = _machine_seconds()
        self._busy += busy_now - busy
        self._stolen += stolen_now - stolen
        self._wall += time.perf_counter() - begun

    def __str__(self) -> str:
        cores = os.cpu_count() or 1

        def share(seconds: float) -> str:
            return f"{seconds / (self._wall * cores):.0%}"

        return (
            f"of {cores} cores the server used {share(self._servers)}, "
            f"the load generator {share(self._load)}, "
            f"the database and the rest {share(max(0.0, self._busy - self._servers - self._load))}; "
            f"the hypervisor took {share(self._stolen)}"
        )


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used so far."""
    return _seconds(Path(f"/proc/{pid}/stat"))


def loop_seconds(pid: int) -> float:
    """Return the CPU time that a server's main thread, which runs its event loop, has used so far."""
    return _seconds(Path(f"/proc/{pid}/task/{pid}/stat"))


def _seconds(stat: Path) -> float:
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _machine_seconds() -> tuple[float, float]:
    """Return the CPU time that all processes have used so far, and what the hypervisor gave to others."""
    user, nice, system, _idle, _waits, irq, soft_irq, stolen = map(
        int, Path("/proc/stat").read_text().split()[1:9]
    )
    return (user + nice + system + irq + soft_irq) / _TICKS, stolen / _TICKS
