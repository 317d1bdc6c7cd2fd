"""Every migration has a number of its own, apart from its forms for the two databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lint.problem import Problem

_MIGRATIONS = Path("store", "migrations")


def check(package: Path) -> Iterator[Problem]:
    """Check the names of the migrations below `package`; a database remembers them by their numbers."""
    names: dict[str, str] = {}
    for file in sorted((package / _MIGRATIONS).glob("*.sql")):
        name = file.name.partition(".")[0]
        first = names.setdefault(name[:4], name)
        if name != first:
            path = (_MIGRATIONS / file.name).as_posix()
            yield Problem(path, 1, "migrations", f"number {name[:4]} is that of {first} already")
