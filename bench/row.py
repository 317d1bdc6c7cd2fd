"""A row of the benchmark: what it measures, on which databases, and what its figures are held against."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.ground import Database, Ground

Verdict = Literal["aim", "at least", "below", "shown"]

BOTH: tuple[Database, ...] = ("sqlite", "postgres")
LONGEST_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Figure:
    """What was seen: samples of one thing, and of its reference from the same minutes if it has one.

    `note` is shown below the table.
    """

    samples: Sequence[float]
    references: Sequence[float] = ()
    note: str = ""

    @property
    def value(self) -> float:
        """The median of the samples."""
        return statistics.median(self.samples)

    @property
    def reference(self) -> float | None:
        """The median of what the samples are compared with."""
        return statistics.median(self.references) if self.references else None

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of its reference."""
        return self.value / self.reference if self.reference else None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table, for one figure of a row.

    `at_least` and `aim` are held against the ratio when the figure has a reference, else against its value.
    """

    what: str
    unit: str
    reference: str = ""
    at_least: float | None = None
    aim: float | None = None
    less_is_better: bool = False

    def verdict(self, figure: Figure) -> Verdict:
        """Return how good a figure is."""
        judged = figure.value if figure.ratio is None else figure.ratio
        if self.aim is not None and self._reaches(judged, self.aim):
            return "aim"
        if self.at_least is None:
            return "shown"
        return "at least" if self._reaches(judged, self.at_least) else "below"

    def _reaches(self, judged: float, threshold: float) -> bool:
        return judged <= threshold if self.less_is_better else judged >= threshold


@dataclass(frozen=True, slots=True)
class Row:
    """Something that is measured: `measure` is called once per database and returns a figure per line."""

    name: str
    lines: Sequence[Line]
    measure: Callable[[Ground], Awaitable[Sequence[Figure]]]
    databases: Sequence[Database] = BOTH
    seconds: float = LONGEST_SECONDS
    """Longer than this is a failure."""


def spread(samples: Sequence[float]) -> float:
    """Return how far the samples lie apart, as a part of their median."""
    middle = statistics.median(samples)
    return (max(samples) - min(samples)) / middle if middle else 0.0
