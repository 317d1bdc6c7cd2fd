"""The benchmark itself; what it measures is no test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.row import Figure, Line
from bench.rows import ROWS


def test_a_row_is_measured_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.json"

    assert main(["--only", "sequential-steps", "--database", "sqlite", "--json", str(report)]) == 0

    [line] = json.loads(report.read_text())["lines"]
    assert line["databases"]["sqlite"]["value"] > 0
    assert "40 steps in sequence" in capsys.readouterr().out


def test_a_row_that_fails_says_why_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.rows.sequential_steps.STEPS", -1)

    assert main(["--only", "sequential-steps,sequential-steps", "--database", "sqlite"]) == 1

    assert capsys.readouterr().out.count("sequential-steps failed on SQLite: AssertionError: POST") == 2


def test_every_row_has_a_name_of_its_own() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("samples", "references", "verdict"),
    [([5.0], [10.0], "aim"), ([4.0], [10.0], "at least"), ([3.0], [10.0], "below"), ([0.4], [], "at least")],
)
def test_a_figure_with_a_reference_is_judged_by_its_ratio(
    samples: list[float], references: list[float], verdict: str
) -> None:
    line = Line("what", "/s", at_least=0.35, aim=0.5)

    assert line.verdict(Figure(samples, references)) == verdict


def test_less_may_be_better() -> None:
    line = Line("what", "s", at_least=0.4, aim=0.2, less_is_better=True)

    assert [line.verdict(Figure([value])) for value in (0.1, 0.3, 0.5)] == ["aim", "at least", "below"]


def test_the_middle_of_the_samples_counts() -> None:
    assert Figure([1.0, 100.0, 2.0]).value == 2.0
