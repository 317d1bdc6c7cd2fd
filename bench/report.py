"""What was measured, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.ground import Database
from bench.row import Figure, Line, Row, Verdict, spread

_DATABASE_NAMES: Mapping[Database, str] = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
_WORST_FIRST: Sequence[Verdict] = ("below", "at least", "aim", "shown")
_STYLES = {"failed": "red", "below": "red", "at least": "yellow", "aim": "green", "shown": ""}


@dataclass(slots=True)
class Result:
    """What came of a row: a figure per line on each database, or why there is none."""

    row: Row
    figures: dict[Database, Sequence[Figure]] = field(default_factory=dict)
    failures: dict[Database, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """True when the row has no figures on one of its databases."""
        return bool(self.failures)


def show(console: Console, machine: str, results: Sequence[Result]) -> None:
    """Print the one table, the notes on its figures, and why rows failed."""
    headings = ("what", "limit or reference", "SQLite", "PostgreSQL", "ratio", "at least", "aim", "verdict")
    table = Table(*headings, title=machine, show_lines=True)
    for result in results:
        for number, line in enumerate(result.row.lines):
            table.add_row(*_cells(result, number, line))
    console.print(table)
    for result in results:
        for database, failure in result.failures.items():
            console.print(
                f"{result.row.name} failed on {_DATABASE_NAMES[database]}: {failure}",
                style="red",
                markup=False,
            )
        for database, figures in result.figures.items():
            for figure in figures:
                if figure.note:
                    console.print(f"{result.row.name}, {_DATABASE_NAMES[database]}: {figure.note}")


def as_json(machine: str, results: Sequence[Result]) -> dict[str, Any]:
    """Return everything that was seen, every sample of it."""
    lines = [
        {
            "row": result.row.name,
            "what": line.what,
            "unit": line.unit,
            "reference": line.reference,
            "at_least": line.at_least,
            "aim": line.aim,
            "less_is_better": line.less_is_better,
            "databases": {
                database: _figure_as_json(line, figures[number])
                for database, figures in result.figures.items()
            },
            "failures": result.failures,
        }
        for result in results
        for number, line in enumerate(result.row.lines)
    ]
    return {"machine": machine, "lines": lines}


def _figure_as_json(line: Line, figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "samples": list(figure.samples),
        "reference": figure.reference,
        "reference_samples": list(figure.references),
        "ratios": list(figure.ratios),
        "judged": figure.judged,
        "verdict": line.verdict(figure),
        "note": figure.note,
    }


def _cells(result: Result, number: int, line: Line) -> list[str]:
    figures = {database: of[number] for database, of in result.figures.items()}
    references = [_sampled(figure.references) for figure in figures.values() if figure.references]
    reference = f"{line.reference}: {' / '.join(references)}" if references else line.reference
    ratios = [_sampled(figure.ratios) for figure in figures.values() if figure.references]
    unit = " x" if line.reference else f" {line.unit}"
    word = _verdict(result, line, list(figures.values()))
    return [
        line.what,
        reference,
        *(_value(result, database, figures.get(database), line.unit) for database in _DATABASE_NAMES),
        " / ".join(ratios),
        "" if line.at_least is None else _number(line.at_least) + unit,
        "" if line.aim is None else _number(line.aim) + unit,
        f"[{_STYLES[word]}]{word}[/]" if _STYLES[word] else word,
    ]


def _value(result: Result, database: Database, figure: Figure | None, unit: str) -> str:
    if database in result.failures:
        return "failed"
    return "" if figure is None else f"{_sampled(figure.samples)} {unit}"


def _verdict(result: Result, line: Line, figures: Sequence[Figure]) -> str:
    if result.failed:
        return "failed"
    return min((line.verdict(figure) for figure in figures), key=_WORST_FIRST.index)


def _sampled(samples: Sequence[float]) -> str:
    figure = Figure(samples)
    return _number(figure.value) + (f" ±{spread(samples) / 2:.0%}" if len(samples) > 1 else "")


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
