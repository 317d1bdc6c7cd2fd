"""Which parts of a running server its event loop is busy with: a sampling profile (py-spy)."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

SAMPLES_PER_SECOND = 400
# The innermost frame that belongs to a part decides; the first match counts. What several parts use (asyncio,
# the standard library) belongs to who calls it; the loop itself is at work for HTTP.
PARTS = (
    ("validation", ("mobius/api/decoding.py", "mobius/server/guard.py", "mobius/server/limits.py")),
    ("HTTP", ("uvicorn/", "starlette/", "mobius/server/", "mobius/api/")),
    ("commands", ("mobius/execution/", "mobius/store/ids.py")),
    ("engine", ("mobius/engine/",)),
    ("SQL", ("mobius/store/", "asyncpg/")),
    ("rest", ("mobius/daemons/", "mobius/domains/")),
)


async def profile(pid: int, seconds: int, work: Callable[[], Awaitable[object]]) -> Mapping[str, float]:
    """Return the share of each part in the CPU time of the loop; `work` keeps the server busy meanwhile."""
    with tempfile.NamedTemporaryFile(suffix=".txt") as output:
        what = ["record", "--pid", str(pid), "--format", "raw", "--full-filenames", "--threads"]
        how = ["--rate", str(SAMPLES_PER_SECOND), "--duration", str(seconds), "--output", output.name]
        profiler = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "py-spy"),
            *what,
            *how,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        await work()
        _, said = await profiler.communicate()
        assert profiler.returncode == 0, f"py-spy: {said.decode()}"
        return shares(output.read().decode())


def shares(stacks: str) -> Mapping[str, float]:
    """Return the share of each part in stacks; each line is `thread;outer;...;inner count`."""
    found: Counter[str] = Counter()
    for line in stacks.splitlines():
        frames, _, count = line.rpartition(" ")
        thread, *rest = frames.split(";")
        if "MainThread" in thread:
            found[_part(rest)] += int(count)
    return {name: found[name] / found.total() for name, _ in PARTS}


def _part(frames: list[str]) -> str:
    for frame in reversed(frames):
        for name, places in PARTS:
            if any(place in frame for place in places):
                return name
    return "HTTP"
