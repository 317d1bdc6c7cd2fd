"""What the checker complains about."""

from typing import NamedTuple


class Violation(NamedTuple):
    """Something that must never be: the promise that was broken, by which run, and how."""

    promise: str
    run: str
    what: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.run or 'all'}: {self.what}"
