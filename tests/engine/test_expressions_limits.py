"""No source and no data makes an expression take more than its limits allow, or fail in any other way."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobius.engine.expressions import (
    MAX_DEPTH,
    MAX_RESULT_BYTES,
    ExpressionError,
    compile_expression,
    compile_template,
)
from tests.engine.expression_sources import SOURCES, TEXTS

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


def maps(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def doubled(times: int) -> str:
    """Return the source of a small graph that is a tree of 2^times elements."""
    source = "[1]"
    for _ in range(times):
        source = f"map({source}, [it, it])"
    return source


SCOPE: dict[str, Any] = {
    "big": "x" * 1_000_000,
    "numbers": list(range(9_000)),
    "tree": [[number, [number]] for number in range(20_000)],
    "same": [[number, [number]] for number in range(20_000)],
    "deep": nested(400),
    "deep_too": nested(400),
    "commas": "," * 1_000_000,
}
BRACKETS_IN_STRINGS = "'[\"" + "]" * 3000 + '",' + "[" * 3000 + "]" * 3001 + "'"


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("count(numbers, count(numbers, true) > 0)", "evaluation steps"),
        (f"{doubled(50)} == {doubled(50)}", "evaluation steps"),
        (f"contains([{doubled(50)}], {doubled(50)})", "evaluation steps"),
        (f"[1][{doubled(50)}]", "a list has int indexes"),
        (f"'abc'[{doubled(50)}]", "string has no index"),
        (doubled(50), "larger than"),
        (f"len(json({doubled(50)}))", "larger than"),
        (f"len(string({doubled(50)}))", "larger than"),
        (f"sprintf('%v', {doubled(50)})", "larger than"),
        ("len(map(numbers, big + 'x'))", "evaluation steps"),
        ("len(map(numbers, upper(big)))", "evaluation steps"),
        ("len(map(numbers, parseJson('[' + replace(commas, ',', '1,') + '1]')))", "larger than"),
        ("len(map(numbers, [" + "1," * 30_000 + "]))", "evaluation steps"),
        ("count(numbers, tree == same)", "evaluation steps"),
        ("count(numbers, big == upper(big))", "evaluation steps"),
        ("count(numbers, contains(big, 'yx'))", "evaluation steps"),
        ("count(numbers, len(string(tree)) > 0)", "evaluation steps"),
        ("split(big, '')", "evaluation steps"),
        ("split(commas, ',')", "evaluation steps"),
        ("big + big", "larger than"),
        ("replace(big, 'x', 'xx')", "larger than"),
        ("replace(big, 'x', big)", "larger than"),
        ("join(map(numbers, 'y'), big)", "larger than"),
        ("sprintf('%s%s', big, big)", "larger than"),
        ("sprintf('" + "%1000d" * 1100 + "'" + ", 1" * 900 + ")", "no value"),
        ("upper(join([big, '\u0390\u0390\u0390'], '')) + big", "larger than"),
        ("[big, big]", "larger than"),
        ("deep", "deeper than 256"),
        ("json(deep)", "deeper than 256"),
        (f"parseJson({BRACKETS_IN_STRINGS})", "deeper than 256"),
        ("parseJson('" + "[" * 30_000 + "')", "deeper than 256"),
    ],
    ids=lambda value: value[:40],
)
def test_limit(source: str, part: str) -> None:
    start = time.process_time()
    with pytest.raises(ExpressionError, match=part):
        compile_expression(source).evaluate(SCOPE, NOW)
    assert time.process_time() - start < 10


def test_values_that_nest_deeply_compare() -> None:
    assert compile_expression("deep == deep_too").evaluate(SCOPE, NOW) is True


@pytest.mark.parametrize(
    ("before", "core", "after"),
    [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("-", "1", ""),
        ("!", "1", ""),
        ("not ", "1", ""),
        ("abs(", "1", ")"),
        ("map([1], ", "1", ")"),
        ("map(", "[1]", ", it)"),
        ("1 + (", "1", ")"),
        ("true && (", "1", ")"),
        ("1 in [", "1", "]"),
        ("[0, 0][", "0", "]"),
        ("", "x", ".a"),
        ("", "x", "?.a"),
        ("1 == (", "1", ")"),
    ],
)
def test_depth(before: str, core: str, after: str) -> None:
    source = before * 120 + core + after * 120
    compile_expression(source).evaluate({"x": maps(200)}, NOW)
    for levels in (300, 5_000):
        with pytest.raises(ExpressionError, match="deeper than"):
            compile_expression(before * levels + core + after * levels)


@pytest.mark.parametrize("sign", ["+", "-", "*", "&&", "||", " and ", " or "])
def test_a_long_chain_is_not_deep(sign: str) -> None:
    chain = sign.join(["1"] * 10_000)
    assert compile_expression(chain).evaluate({}, NOW) in (10_000, -9_998, 1, True)


def test_deep_expressions_in_deep_templates_keep_off_the_stack_limit() -> None:
    template: Any = "${" + "map(" * 250 + "[1]" + ", it)" * 250 + "}"
    for _ in range(250):
        template = [template]
    assert compile_template(template).render({}, NOW)
    for _ in range(10):
        template = {"a": template}
    with pytest.raises(ExpressionError, match="deeper than"):
        compile_template(template)


VALUES: dict[str, Any] = {
    "s": {"a": "x%dy", "l": [1, 2.5, "z", None, [True]], "m": {"k": {"k": 1}}},
    "huge": 10**400,
    "inf": float("inf"),
    "it": 1,
}
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def evaluated(source: str) -> Any:
    """Return the value or the error; any other error fails the test."""
    try:
        return compile_expression(source).evaluate(VALUES, NOW)
    except ExpressionError as error:
        error.message.encode()
        return error


@QUICK
@given(SOURCES)
def test_expressions_have_a_json_value_or_an_expression_error(source: str) -> None:
    value = evaluated(source)
    if not isinstance(value, ExpressionError):
        encoded = json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        assert len(encoded) <= 6 * MAX_RESULT_BYTES
        assert json.loads(encoded) == value
        assert evaluated(source) == value


@QUICK
@given(TEXTS)
def test_no_text_raises_anything_else(source: str) -> None:
    evaluated(source)
    try:
        template = compile_template({"a": [source, "${" + source + "}", "x ${" + source]})
        template.render(VALUES, NOW)
    except ExpressionError as error:
        error.message.encode()


@QUICK
@given(st.text(alphabet="()[]-!", min_size=MAX_DEPTH, max_size=3 * MAX_DEPTH))
def test_no_nesting_raises_anything_else(source: str) -> None:
    evaluated(source + "1")


@QUICK
@given(
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from(["+", "-", "*", "/", "%"]),
)
def test_ints_compute_as_64_bits_do(left: int, right: int, sign: str) -> None:
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1) if right else 0
    exact = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "/": quotient,
        "%": left - right * quotient,
    }[sign]
    try:
        value = compile_expression(f"a {sign} b").evaluate({"a": left, "b": right}, NOW)
    except ExpressionError:
        assert (sign in "/%" and not right) or not -(2**63) <= exact < 2**63
    else:
        assert value == exact
        assert type(value) is int


JSON_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=20),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)


@QUICK
@given(JSON_VALUES)
def test_json_goes_through_and_back(value: Any) -> None:
    scope = {"v": value}
    assert compile_expression("parseJson(json(v)) == v && v == v").evaluate(scope, NOW) is True
    assert compile_template({"a": ["${v}"]}).render(scope, NOW) == {"a": [value]}
    assert isinstance(compile_template("<${v}>").render(scope, NOW), str)
