"""What templates mean: holes, literal texts, types and texts of values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.engine.expressions import MAX_TEMPLATE_BYTES, ExpressionError, compile_template

NOW = datetime(2026, 3, 4, tzinfo=UTC)
SCOPE: dict[str, Any] = {
    "state": {
        "n": 3,
        "whole": 3.0,
        "f": 2.5,
        "t": "text",
        "l": [1, "a"],
        "m": {"a": None},
        "big": "x" * 900_000,
    }
}


def rendered(template: Any) -> Any:
    return compile_template(template).render(SCOPE, NOW)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        (None, None),
        (7, 7),
        ("${state.n}", 3),
        ("  ${state.l}\n", [1, "a"]),
        ("${nil}", None),
        ("n=${state.n}", "n=3"),
        ("${state.n}${state.n}", "33"),
        (" ${state.n} ${state.n}", " 3 3"),
        ("<${state.whole}|${state.f}|${nil}|${true}|${false}|${state.t}>", "<3|2.5||true|false|text>"),
        ("<${1e15}|${1e300}|${-0.0}>", "<1000000000000000|1e+300|0>"),
        ("<${state.l}|${state.m}>", '<[1,"a"]|{"a":null}>'),
        ("$${state.n}", "${state.n}"),
        ("$${x} ${state.n}", "${x} 3"),
        ("$$${x}", "$${x}"),
        ("$5 {a} }", "$5 {a} }"),
        ("${'}'}", "}"),
        ('a${"}${"}b', "a}${b"),
        ("${`}{`}", "}{"),
        (r"${'\'}'}", "'}"),
        ("${'${' + '}'}", "${}"),
        ({"a": ["${state.n}", {"b": "x${state.n}"}], "c": 1}, {"a": [3, {"b": "x3"}], "c": 1}),
        ({"${state.n}": 1}, {"${state.n}": 1}),
    ],
)
def test_rendered(template: Any, expected: Any) -> None:
    value = rendered(template)
    assert value == expected
    assert type(value) is type(expected)


def test_the_order_of_fields_is_kept() -> None:
    assert list(rendered({"a": "${1}", "b": 2, "c": "${3}"})) == ["a", "b", "c"]


def test_a_rendering_leaves_the_template_as_it_is() -> None:
    template = compile_template({"a": [1, "${n}"]})
    assert template.render({"n": 1}, NOW) == {"a": [1, 1]}
    assert template.render({"n": 2}, NOW) == {"a": [1, 2]}


def test_a_template_without_holes_is_constant() -> None:
    assert compile_template({"a": ["b", "$${c}"]}).constant
    assert not compile_template({"a": "${1}"}).constant


@pytest.mark.parametrize(
    ("template", "position"),
    [
        ("${", 1),
        ("ab ${state.n", 4),
        ("ab ${'}", 4),
        ("${}", 3),
        ("a${1 +}", 7),
        ("ab ${1 + foo()}", 10),
        ({"a": ["${1}", "${x y}"]}, 5),
        ("${{}}", 3),
    ],
)
def test_a_compile_error_tells_the_position_in_its_text(template: Any, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_template(template)
    assert caught.value.position == position


def test_errors_of_holes() -> None:
    with pytest.raises(ExpressionError, match="no key 'tt'; did you mean 't'"):
        rendered({"a": "${state.tt}"})
    with pytest.raises(ExpressionError, match="larger than"):
        rendered("${state.big} ${state.big}")
    with pytest.raises(ExpressionError, match=f"larger than {MAX_TEMPLATE_BYTES}"):
        rendered(["${state.big + 'x'}"] * 100)
    assert len(rendered(["${state.big}"] * 2)) == 2


@given(st.text(max_size=60).filter(lambda text: "${" not in text))
def test_text_without_holes_is_itself(text: str) -> None:
    assert rendered(text) == text
    assert rendered(f"[{text}]${{state.n}}") == f"[{text}]3" or text.endswith("$")
