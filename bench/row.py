"""A row of the benchmark: what it measures, on which databases, and what its figures are held against."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bench.ground import Database, Ground

Verdict = Literal["aim", "at least", "below", "shown"]

BOTH: tuple[Database, ...] = ("sqlite", "postgres")
LONGEST_SECONDS = 600.0
ROUNDS = 3

Step: TypeAlias = tuple[str, Callable[[], Awaitable[float]]]
"""What is measured, and how: a rate."""


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
    def ratios(self) -> Sequence[float]:
        """The samples as multiples of their references: of the mean of the two around each, if so taken."""
        if len(self.references) == len(self.samples) + 1:
            around = [statistics.mean(two) for two in itertools.pairwise(self.references)]
        else:
            around = list(self.references)
        return [sample / reference for sample, reference in zip(self.samples, around, strict=False)]

    @property
    def judged(self) -> float:
        """What thresholds are held against: the ratio if there is a reference, else the value."""
        return statistics.median(self.ratios) if self.references else self.value


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table, for one figure of a row.

    `reference` says what the figure is compared with, if with anything; then `at_least` and `aim` are ratios.
    """

    what: str
    unit: str
    reference: str = ""
    at_least: float | None = None
    aim: float | None = None
    less_is_better: bool = False

    def verdict(self, figure: Figure) -> Verdict:
        """Return how good a figure is."""
        if self.aim is not None and self._reaches(figure.judged, self.aim):
            return "aim"
        if self.at_least is None:
            return "shown"
        return "at least" if self._reaches(figure.judged, self.at_least) else "below"

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


async def alternate(ground: Ground, reference: Step, figure: Step, rounds: int = ROUNDS) -> Figure:
    """Measure reference, figure, reference, ... figure, reference, so that the noise of the machine shows.

    Each takes a new database: what an earlier one has left behind, and which of the two left more, is no part
    of the figure.
    """
    samples, references = [], [await _taken(ground, reference)]
    for _ in range(rounds):
        samples.append(await _taken(ground, figure))
        references.append(await _taken(ground, reference))
    return Figure(samples, references)


async def _taken(ground: Ground, step: Step) -> float:
    name, measure = step
    value = await measure()
    ground.say(f"{name}: {value:,.0f}/s")
    return value
