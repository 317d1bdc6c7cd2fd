"""What a check says about a place in the source."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """A rule that a line breaks. `path` is relative to the checked tree."""

    path: str
    line: int
    check: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.check}: {self.message}"
