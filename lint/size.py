"""Files stay small enough to be read: past 400 lines they are listed, past 600 they fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lint.problem import Problem

LOOK_AT = 400
TOO_LONG = 600
_TREES = ("src", "tests", "lint", "bench")


def lengths(root: Path) -> dict[str, int]:
    """Return the lines of every Python file below `root`."""
    return {
        file.relative_to(root).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for tree in _TREES
        for file in sorted((root / tree).rglob("*.py"))
    }


def check(root: Path) -> Iterator[Problem]:
    """Check all Python files below `root`, the top of the repository."""
    for path, lines in lengths(root).items():
        if lines > TOO_LONG:
            yield Problem(path, lines, "size", f"{lines} lines: split a file over {TOO_LONG} lines")


def long_files(root: Path) -> list[str]:
    """Return what to look at: the files between the two limits."""
    return [f"{path}: {lines} lines" for path, lines in lengths(root).items() if LOOK_AT < lines <= TOO_LONG]
