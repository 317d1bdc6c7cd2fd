"""How much memory a server process takes."""

from __future__ import annotations

from pathlib import Path

MEGABYTE = 1024 * 1024


def memory_bytes(pid: int) -> int:
    """Return the memory that a process holds now; what it shares with others counts in part (PSS)."""
    return _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") * 1024


def forget_peak(pid: int) -> None:
    """Let the peak of a process's memory begin anew from what it holds now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process held since `forget_peak` (RSS)."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmHWM:") * 1024


def _kilobytes(file: Path, name: str) -> int:
    for line in file.read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise ValueError(f"{file} has no {name}")
