"""What every rule of the expression language means: a table of cases per rule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mobius.engine.expressions import Expression, ExpressionError, compile_expression

NOW = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
SCOPE: dict[str, Any] = {
    "inputs": {"name": "Ada", "flag": True},
    "state": {
        "n": 3,
        "f": 2.5,
        "text": "abc",
        "empty": "",
        "nothing": None,
        "items": [{"price": 5, "name": "pen"}, {"price": 20, "name": "ink"}],
        "map": {"b": 1, "a": {"deep": [1, 2]}},
        "in": 7,
    },
    "run": {"id": "run_1"},
}


def value_of(source: str) -> Any:
    return compile_expression(source).evaluate(SCOPE, NOW)


def failure_of(source: str) -> str:
    with pytest.raises(ExpressionError) as caught:
        value_of(source)
    return caught.value.message


def exactly(value: Any) -> tuple[str, Any]:
    return type(value).__name__, value


VALUES: dict[str, list[tuple[str, Any]]] = {
    "literals": [
        ("12", 12),
        ("0x1F", 31),
        ("0X_ff", 255),
        ("0b101", 5),
        ("0o17", 15),
        ("017", 15),
        ("1_000", 1000),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("1_0.2_5e-1", 1.025),
        ("true", True),
        ("false", False),
        ("nil", None),
        ("null", None),
        (r'"a\tb\n\"\\"', 'a\tb\n"\\'),
        (r'"\u00e4\x41\101\U0001F600"', "\u00e4AA\U0001f600"),
        (r"'it\'s'", "it's"),
        ("'say \"x\"'", 'say "x"'),
        (r"`raw \n`", r"raw \n"),
        ("`two\nlines`", "two\nlines"),
        ("[]", []),
        ("[1, 'a', [nil]]", [1, "a", [None]]),
        ("[1, 2,]", [1, 2]),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
    "precedence": [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("100 / 10 / 2", 5),
        ("2 * 7 % 4", 2),
        ("-2 * -3", 6),
        ("- -2", 2),
        ("1 + 1 == 2 && 3 > 2", True),
        ("true || false && false", True),
        ("(true || false) && false", False),
        ("!false && false", False),
        ("!(false && false)", True),
        ("1 < 2 == true", True),
        ("not false and true", True),
        ("true or false and false", True),
        ("1 + 1 in [2]", True),
        ("3 not in [1, 2]", True),
    ],
    "arithmetic": [
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("7 / -2", -3),
        ("-7 / -2", 3),
        ("7 % 3", 1),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("7.0 / 2", 3.5),
        ("1 + 1.0", 2.0),
        ("-7.5 % 2", -1.5),
        ("'a' + 'b'", "ab"),
        ("9007199254740993 + 0", 9007199254740993),
    ],
    "equality": [
        ("1 == 1.0", True),
        ("1 != 1.0", False),
        ("1 == '1'", False),
        ("true == 1", False),
        ("false == 0", False),
        ("nil == false", False),
        ("nil == nil", True),
        ("'' == nil", False),
        ("[1, [2.0]] == [1.0, [2]]", True),
        ("[1] == [true]", False),
        ("[1] == [1, 2]", False),
        ("state.map == state.map", True),
        ("state.map == [1]", False),
        ("'a' != 1", True),
        ("9007199254740993 == 9007199254740992.0", False),
    ],
    "order": [
        ("1 < 1.5", True),
        ("2 <= 2.0", True),
        ("2 >= 3", False),
        ("2 > 1", True),
        ("'a' < 'b'", True),
        ("'B' < 'a'", True),
        ("'a' >= 'a'", True),
    ],
    "truthiness": [
        ("!nil", True),
        ("!0", True),
        ("!0.0", True),
        ("!''", True),
        ("![]", True),
        ("!parseJson('{}')", True),
        ("!'false'", False),
        ("![0]", False),
        ("1 && 'a'", True),
        ("0 || ''", False),
        ("0 || 2", True),
        ("false && state.missing", False),
        ("true || state.missing", True),
    ],
    "members": [
        ("state.n", 3),
        ('state["n"]', 3),
        ("state.items[1].price", 20),
        ("state.map.a.deep[0]", 1),
        ("state.in", 7),
        ("[[1, 2], [3]][0][1]", 2),
        ("state?.missing", None),
        ("state?.missing.deeper[0].still", None),
        ("state.map?.a.deep[1]", 2),
        ("state.nothing?.x", None),
        ("has(state, 'n')", True),
        ("has(state, 'x')", False),
        ("has(state.items, 1)", True),
        ("has(state.items, 2)", False),
        ("has(state.items, -1)", False),
        ("has(state?.missing, 'x')", False),
        ("'n' in state", True),
        ("'b' in 'abc'", True),
    ],
    "functions": [
        ("len('a\u00e4')", 2),
        ("len([1, 2])", 2),
        ("len(state.map)", 2),
        ("string(1)", "1"),
        ("string(1.0)", "1"),
        ("string(1.5)", "1.5"),
        ("string(1e15)", "1000000000000000"),
        ("string(1e21)", "1e+21"),
        ("string(nil)", ""),
        ("string(true)", "true"),
        ("string([1, 'a'])", '[1,"a"]'),
        ("int('42')", 42),
        ("int(' -7 ')", -7),
        ("int(3.9)", 3),
        ("int(-3.9)", -3),
        ("int(true)", 1),
        ("float(3)", 3.0),
        ("float('2.5e1')", 25.0),
        ("bool('false')", False),
        ("bool('x')", True),
        ("bool([])", False),
        ("contains('abc', 'bc')", True),
        ("contains([1, 2], 2.0)", True),
        ("contains(state, 'n')", True),
        ("keys(state.map)", ["a", "b"]),
        ("lower('AB')", "ab"),
        ("upper('ab')", "AB"),
        ("trim('  x ')", "x"),
        ("trim('--x-', '-')", "x"),
        ("split('a,b,', ',')", ["a", "b", ""]),
        ("split('ab', '')", ["a", "b"]),
        ("join(['a', 1, true, nil], '-')", "a-1-true-"),
        ("join(['a', 'b'])", "ab"),
        ("replace('aXbX', 'X', '--')", "a--b--"),
        ("startsWith('abc', 'ab')", True),
        ("endsWith('abc', 'ab')", False),
        ("min(3, 1.5, 2)", 1.5),
        ("max([1, 5, 2])", 5),
        ("min('b', 'a')", "a"),
        ("abs(-3)", 3),
        ("abs(-2.5)", 2.5),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(0.49999999999999994)", 0),
        ("round(1.256, 2)", 1.26),
        ("round(7, 2)", 7),
        ("now", "2026-03-04T05:06:07.000089Z"),
        ("now() == now", True),
        ("json(state.map)", '{"b":1,"a":{"deep":[1,2]}}'),
        ("json('\u00e4')", '"\u00e4"'),
        ("parseJson('{\"a\": [1, 2.5, null, true]}')", {"a": [1, 2.5, None, True]}),
        ("parseJson('\"" + "[" * 300 + "\"')", "[" * 300),
        ("default(nil, 1)", 1),
        ("default(0, 1)", 0),
        ("coalesce(nil, nil, 0, 1)", 0),
        ("coalesce(nil)", None),
    ],
    "sprintf": [
        ("sprintf('plain')", "plain"),
        ("sprintf('%s and %v', 'a', [1])", "a and [1]"),
        ("sprintf('%v %s', nil, nil)", "<nil> "),
        ("sprintf('%d|%5d|%-5d|%05d|%+d', 1, 2, 3, -4, 5)", "1|    2|3    |-0004|+5"),
        ("sprintf('%d', 3.0)", "3"),
        ("sprintf('%f|%.2f|%8.3f|%.0f', 1.5, 2.345, 3, 2.5)", "1.500000|2.35|   3.000|2"),
        ("sprintf('%q', 'a\"b')", '"a\\"b"'),
        ("sprintf('%x %x', 255, 'hi')", "ff 6869"),
        ("sprintf('%t', true)", "true"),
        ("sprintf('100%%')", "100%"),
        ("sprintf('%.2s', 'abc')", "ab"),
    ],
    "forms": [
        ("map([1, 2], it * 2 + index)", [2, 5]),
        ("filter(state.items, it.price > 10)", [{"price": 20, "name": "ink"}]),
        ("any([0, 1, state.items], it)", True),
        ("any([], it)", False),
        ("all([1, 0], it)", False),
        ("all([], it)", True),
        ("find(state.items, it.name == 'ink').price", 20),
        ("find([1], it > 5)", None),
        ("count([1, 2, 3], it > 1)", 2),
        ("map([1, 2], map([10], it + index))", [[10], [10]]),
        ("map([[1], [2, 3]], len(filter(it, it > 1)))", [0, 2]),
        ("find([1, 2], any([it], it > 1)) + state.n", 5),
        ("any([2, 1], 10 / (it - 1) > 5 || true)", True),
    ],
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [case for cases in VALUES.values() for case in cases],
    ids=lambda value: repr(value)[:50],
)
def test_value(source: str, expected: Any) -> None:
    assert exactly(value_of(source)) == exactly(expected)


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("9223372036854775807 + 1", "integer overflow"),
        ("-9223372036854775808 - 1", "integer overflow"),
        ("9223372036854775807 * 2", "integer overflow"),
        ("-9223372036854775808 / -1", "integer overflow"),
        ("abs(-9223372036854775808)", "integer overflow"),
        ("-(-9223372036854775808)", "integer overflow"),
        ("9223372036854775808", "64 bits"),
        ("[9223372036854775808]", "64 bits"),
        ("99999999999999999999", "64 bits"),
        ("int(1e19)", "integer overflow"),
        ("int('9223372036854775808')", "integer overflow"),
        ("parseJson('[9223372036854775808]')", "integer overflow"),
        ("1 / 0", "division by zero"),
        ("1 % 0", "division by zero"),
        ("1.0 / 0.0", "division by zero"),
        ("1e308 * 10", "finite"),
        ("float('1e999')", "finite"),
        ("parseJson('1e999')", "finite"),
        ("parseJson('NaN')", "not JSON"),
        ("float('nan')", "not a number"),
        ("float('inf')", "not a number"),
        ("int('1_0')", "not a whole number"),
        ("int('\uff11')", "not a whole number"),
        ("089", "not a number"),
        ("'a' + 1", "+: expected two numbers or two strings, got string and int"),
        ("true + 1", "got bool and int"),
        ("-'a'", "expected a number, got string"),
        ("1 < 'a'", "int and string have no order"),
        ("nil < 1", "nil and int have no order"),
        ("[1] < [2]", "list and list have no order"),
        ("true < false", "bool and bool have no order"),
        ("state.itms", "no key 'itms'; did you mean 'items'?"),
        ("state['tex']", "no key 'tex'; did you mean 'text'?"),
        ("stat.n", "unknown name 'stat'; did you mean 'state'?"),
        ("lenn('a')", "unknown function 'lenn'; did you mean 'len'?"),
        ("state.items[2]", "no index 2 in a list of 2; the nearest is 1"),
        ("state.items[-1]", "no index -1 in a list of 2; the nearest is 0"),
        ("[][0]", "the list is empty"),
        ("state.items.price", "a list has int indexes"),
        ("state.items[1.0]", "a list has int indexes, not float"),
        ("state[0]", "a map has string keys, not int"),
        ("state.n.x", "int has no key 'x'"),
        ("state.nothing.x", "nil has no key 'x'"),
        ("state.missing?.x", "no key 'missing'"),
        ("(state?.missing).x", "nil has no key 'x'"),
        ("it", "unknown name 'it'"),
        ("map([1], it) == it", "unknown name 'it'"),
        ("map(state, it)", "map: expected a list, got map"),
        ("map([1])", "map: expected 2 arguments, got 1"),
        ("len()", "len: expected 1 argument, got 0"),
        ("round(1, 2, 3)", "round: expected 1 to 2 arguments, got 3"),
        ("coalesce()", "coalesce: expected at least 1 arguments, got 0"),
        ("len(1)", "len: expected a string, list or map, got int"),
        ("has('a', 'b')", "has: expected a map or list, got string"),
        ("min([])", "min: the list is empty"),
        ("max(1, 'a')", "have no order"),
        ("min(true)", "expected numbers or strings, got bool"),
        ("replace('a', '', 'b')", "the text to replace is empty"),
        ("sprintf('%d')", "no value for %d"),
        ("sprintf('a', 1)", "more values than verbs"),
        ("sprintf('%d', 'x')", "%d needs an int, got string"),
        ("sprintf('%y', 1)", "is not a verb"),
        ("sprintf('%*d', 1, 1)", "is not a verb"),
        ("sprintf('%')", "is not a verb"),
        ("sprintf('%1001d', 1)", "width up to 1000"),
        ("sprintf('%99999999999d', 1)", "width up to 1000"),
        ("sprintf('%.51f', 1)", "precision up to 50"),
        ("parseJson('[')", "not JSON"),
        ("parseJson('\"\\\\ud800\"')", "surrogate"),
    ],
)
def test_failure(source: str, part: str) -> None:
    assert part in failure_of(source)


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("", 1),
        ("1 +", 4),
        ("1 + * 2", 5),
        ("a ? b : c", 3),
        ("3 inlist", 3),
        ("1_", 2),
        ("0x", 2),
        ("12 + '\\z'", 6),
        ("1 + foo(2)", 5),
        ("1 + len()", 5),
        ("'open", 1),
        ("a.b = 1", 5),
        ("x; y", 2),
        ("{}", 1),
        ("lambda: 1", 7),
        ("state.get('n')", 10),
        ("'a'('b')", 4),
        ("and", 1),
        ("x" * 70_000, 1),
        ("(" * 257 + "1" + ")" * 257, 1),
    ],
)
def test_compile_error_tells_the_position(source: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source)
    assert caught.value.position == position
    assert caught.value.message


@pytest.mark.parametrize(
    "source",
    [
        "state.__class__",
        "state.items.append",
        "''.join",
        "inputs.name.upper",
        "__import__('os')",
        "None",
        "True",
    ],
)
def test_nothing_reaches_python(source: str) -> None:
    assert failure_of(source)


def test_an_edge_condition_takes_the_text_false_as_false() -> None:
    assert not Expression.truthy("false")
    false: list[Any] = [None, False, 0, 0.0, "", [], {}]
    true: list[Any] = ["no", "False", 1, -0.5, [0], {"a": None}, True]
    assert [value for value in [*false, *true] if Expression.truthy(value)] == true


@pytest.mark.parametrize("source", ["x", "[x]", "json([x])", "find([x], true)"])
@pytest.mark.parametrize(
    "value",
    [float("inf"), float("nan"), 2**63, 10**5000, "\ud800", object()],
    ids=["inf", "nan", "65 bits", "very large", "surrogate", "object"],
)
def test_what_json_cannot_hold_is_no_result(source: str, value: Any) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(source).evaluate({"x": value}, NOW)


@pytest.mark.parametrize(
    "source", ["string(x)", "int(x)", "x + 1.5", "x * 2", "sprintf('%v %d %x', x, x, x)"]
)
def test_ints_of_more_than_64_bits_do_not_compute(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(source).evaluate({"x": 10**5000}, NOW)


def test_messages_can_be_stored() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("'a' \ud800")
    assert caught.value.message.encode()
