"""What is wrong with a specification, and where."""

from __future__ import annotations

from typing import Any

import pytest

from mobius.engine.validation import InvalidSpec, parse_spec
from tests.engine.test_semantics import to, work


def problems(spec: Any) -> list[str]:
    with pytest.raises(InvalidSpec) as error:
        parse_spec(spec)
    return [f"{problem.path}: {problem.message}" for problem in error.value.problems]


@pytest.mark.parametrize(
    "spec",
    [
        None,
        1,
        "x",
        [],
        {},
        {"name": "x"},
        {"name": "x", "steps": []},
        {"name": "x", "steps": {}},
        {"steps": [work("a")]},
    ],
)
def test_what_is_no_specification(spec: Any) -> None:
    assert problems(spec)


@pytest.mark.parametrize(
    ("step", "path"),
    [
        ({"name": "p", "pause": {}}, "steps[0]"),
        ({"name": "s", "sleep": {"duration": "0s"}}, "steps[0].sleep.duration"),
        ({"name": "s", "sleep": {"duration": "1s"}, "retry": []}, "steps[0].retry"),
        ({"name": "j", "join": {}, "store": "x"}, "steps[0].store"),
        (
            {"name": "w", "wait_signal": {"topic": "t", "timeout": "1s", "extra": 1}},
            "steps[0].wait_signal.extra",
        ),
        (work("a", retry=[{"max_delay": "1s", "base_delay": "2s"}]), "steps[0].retry[0]"),
        (work("a", store="state.x"), "steps[0].store"),
        (work("a", to("a", "main")), "steps[0].next[0].branch"),
        (work("a", action_kind="magic"), "steps[0].action_kind"),
        (
            {
                "name": "i",
                "interaction": {
                    "type": "review",
                    "message": "m",
                    "timeout": "1h",
                    "target": {"type": "user", "id": "x"},
                    "spec": {"mode": "confirm"},
                },
            },
            "steps[0].interaction.spec",
        ),
        (
            {
                "name": "i",
                "interaction": {
                    "type": "review",
                    "message": "m",
                    "timeout": "1h",
                    "target": {"type": "user", "id": "x"},
                    "spec": {"mode": "select"},
                },
            },
            "steps[0].interaction.spec",
        ),
    ],
)
def test_problems_say_where(step: dict[str, Any], path: str) -> None:
    found = problems({"name": "x", "steps": [step]})
    assert any(problem.startswith(path) for problem in found), found
