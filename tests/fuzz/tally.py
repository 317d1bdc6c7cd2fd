"""What was asked, what was answered, and what was wrong."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

Part = tuple[str, str]
"""What is fuzzed, and on which database."""

_HEAD = ("part", "database", "operations", "requests", "2xx", "4xx", "5xx", "of them 500", "wrong")
_ROW = "{:<14} {:<10} {:>10} {:>10} {:>9} {:>9} {:>6} {:>11} {:>6}"


@dataclass
class Tally:
    """Counts of several threads."""

    answers: dict[Part, Counter[tuple[str, int]]] = field(default_factory=dict)
    wrong: list[tuple[Part, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, part: Part, operation: str, status: int, times: int = 1) -> None:
        """Count answers of an operation."""
        with self._lock:
            self.answers.setdefault(part, Counter())[operation, status] += times

    def note_wrong(self, part: Part, what: str) -> None:
        """Keep what was wrong, for the report."""
        with self._lock:
            self.answers.setdefault(part, Counter())
            self.wrong.append((part, what))

    def requests(self) -> int:
        """Return how many answers there were."""
        with self._lock:
            return sum(sum(counts.values()) for counts in self.answers.values())

    def failures(self) -> int:
        """Return how many answers said that the server failed."""
        return sum(_with_status(counts, 500, 501) for counts in self.answers.values())

    def table(self) -> Iterator[str]:
        """Yield the lines of the final table."""
        yield _ROW.format(*_HEAD)
        everything: Counter[tuple[str, int]] = Counter()
        for part, counts in sorted(self.answers.items()):
            yield self._line(*part, counts, sum(where == part for where, _ in self.wrong))
            everything.update(counts)
        yield self._line("all", "", everything, len(self.wrong))

    @staticmethod
    def _line(name: str, database: str, counts: Counter[tuple[str, int]], wrong: int) -> str:
        return _ROW.format(
            name,
            database,
            len({operation for operation, _ in counts}),
            sum(counts.values()),
            *(_with_status(counts, low, low + 100) for low in (200, 400, 500)),
            _with_status(counts, 500, 501),
            wrong,
        )


def _with_status(counts: Counter[tuple[str, int]], low: int, high: int) -> int:
    return sum(times for (_, status), times in counts.items() if low <= status < high)
