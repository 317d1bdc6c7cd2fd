"""Append-only records of what a process saw and did; a line is complete or absent, also when it is killed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode
# Taken before anything makes the clock of this process wrong.
_true_time = time.time


class Record:
    """A file of JSON lines, each of which says what happened (`what`) and when (`at`)."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def note(self, what: str, **facts: Any) -> None:
        """Append a line: one write, so that none is torn."""
        os.write(self._file, _encode({"what": what, "at": _true_time(), **facts}) + b"\n")

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def read(directory: Path, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of all records of a kind (`<kind>-*.jsonl`)."""
    for path in sorted(directory.glob(f"{kind}-*.jsonl")):
        with path.open("rb") as lines:
            yield from map(msgspec.json.decode, lines)
