"""Where the server's CPU time goes: a sampling profile of the running server (py-spy), by its parts."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

SAMPLES_PER_SECOND = 400
# The innermost frame that belongs to a part decides; the first match counts.
PARTS = (
    ("SQL", ("mobius/store/", "asyncpg/", "sqlite3")),
    ("engine", ("mobius/engine/",)),
    ("validation", ("mobius/api/decoding", "mobius/server/guard", "mobius/server/limits")),
    ("HTTP", ("uvicorn/", "starlette/", "uvloop", "asyncio/", "mobius/server/", "mobius/api/")),
    ("commands", ("mobius/execution/",)),
)
REST = "rest"


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def profiled(
    pid: int, seconds: float, work: Callable[[], Awaitable[Result]]
) -> tuple[Result, Counter[str]]:
    """Return what `work` returns, and how many samples fell into each part meanwhile."""
    with tempfile.NamedTemporaryFile(suffix=".txt") as output:
        command = [
            str(Path(sys.executable).parent / "py-spy"),
            "record",
            "--pid",
            str(pid),
            "--format",
            "raw",
        ]
        timing = ["--rate", str(SAMPLES_PER_SECOND), "--duration", str(int(seconds)), "--output", output.name]
        profiler = await asyncio.create_subprocess_exec(
            *command, *timing, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        result = await work()
        await profiler.wait()
        return result, split(output.read().decode())


def split(stacks: str) -> Counter[str]:
    """Return the samples of each part; `stacks` has lines of `outer;...;inner count`."""
    found: Counter[str] = Counter()
    for line in stacks.splitlines():
        frames, _, count = line.rpartition(" ")
        if frames:
            found[_part(frames.split(";"))] += int(count)
    return found


def _part(frames: list[str]) -> str:
    for frame in reversed(frames):
        for name, places in PARTS:
            if any(place in frame for place in places):
                return name
    return REST
