"""The functions that expressions may call, by name. Each gets the evaluation and its evaluated arguments."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC
from typing import Any, NamedTuple

from mobius.engine.expressions.errors import MAX_DEPTH, ExpressionError
from mobius.engine.expressions.evaluation import Evaluation
from mobius.engine.expressions.formatting import sprintf
from mobius.engine.expressions.values import (
    as_float,
    check_text,
    checked_float,
    checked_int,
    compact_json,
    equal,
    is_number,
    json_size,
    kind,
    less,
    text_within,
    truthy,
)

ANY_NUMBER = 1_000
# What Python would read besides (underscores, other digits, "nan") is not a number here. Lengths are bounded.
_INT = re.compile(r"[ \t\r\n]*[+-]?[0-9]{1,64}[ \t\r\n]*")
_FLOAT = re.compile(
    r"[ \t\r\n]*[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,4})?[ \t\r\n]*"
)
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


class Function(NamedTuple):
    """A function and how many arguments it takes."""

    call: Callable[..., Any]
    least: int
    most: int


def _wrong(name: str, wanted: str, value: Any) -> ExpressionError:
    return ExpressionError(f"{name}: expected {wanted}, got {kind(value)}")


def _string(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _wrong(name, "a string", value)


def _list(name: str, value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise _wrong(name, "a list", value)


def _len(_: Evaluation, value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise _wrong("len", "a string, list or map", value)


def _to_string(evaluation: Evaluation, value: Any) -> str:
    return text_within(evaluation, value)


def _to_int(_: Evaluation, value: Any) -> int:
    if isinstance(value, bool | int):
        return checked_int(int(value))
    if isinstance(value, float):
        return checked_int(math.trunc(checked_float(value)))
    if isinstance(value, str) and _INT.fullmatch(value):
        return checked_int(int(value))
    raise ExpressionError(f"int: {_shown(value)} is not a whole number")


def _to_float(_: Evaluation, value: Any) -> float:
    if isinstance(value, bool | int | float):
        return checked_float(as_float(value))
    if isinstance(value, str) and _FLOAT.fullmatch(value):
        return checked_float(float(value))
    raise ExpressionError(f"float: {_shown(value)} is not a number")


def _to_bool(_: Evaluation, value: Any) -> bool:
    return value != "false" and truthy(value)


def contains(evaluation: Evaluation, whole: Any, part: Any) -> bool:
    """Tell whether a string has a substring, a list an element, or a map a key."""
    if isinstance(whole, str):
        return _string("contains", part) in whole
    if isinstance(whole, list):
        evaluation.spend(len(whole))
        return any(equal(evaluation, element, part) for element in whole)
    if isinstance(whole, dict):
        return isinstance(part, str) and part in whole
    raise _wrong("contains", "a string, list or map", whole)


def _has(_: Evaluation, whole: Any, key: Any) -> bool:
    if isinstance(whole, dict):
        return isinstance(key, str) and key in whole
    if isinstance(whole, list):
        return type(key) is int and 0 <= key < len(whole)
    if whole is None:
        return False
    raise _wrong("has", "a map or list", whole)


def _keys(evaluation: Evaluation, value: Any) -> list[str]:
    if isinstance(value, dict):
        evaluation.spend(len(value))
        return sorted(value)
    raise _wrong("keys", "a map", value)


def _lower(_: Evaluation, value: Any) -> str:
    return _string("lower", value).lower()


def _upper(_: Evaluation, value: Any) -> str:
    return _string("upper", value).upper()


def _trim(_: Evaluation, value: Any, characters: Any = None) -> str:
    return _string("trim", value).strip(None if characters is None else _string("trim", characters))


def _split(evaluation: Evaluation, value: Any, separator: Any) -> list[str]:
    whole, between = _string("split", value), _string("split", separator)
    # Before the parts exist: they take far more memory than the text.
    evaluation.spend(whole.count(between) + 1 if between else len(whole))
    return whole.split(between) if between else list(whole)


def _join(evaluation: Evaluation, values: Any, separator: Any = "") -> str:
    parts, between = _list("join", values), _string("join", separator)
    evaluation.spend(len(parts))
    texts: list[str] = []
    size = 0
    for part in parts:
        texts.append(text_within(evaluation, part))
        size += len(texts[-1]) + len(between)
        check_text(size)
    return between.join(texts)


def _replace(_: Evaluation, value: Any, old: Any, new: Any) -> str:
    whole, wanted, by = _string("replace", value), _string("replace", old), _string("replace", new)
    if not wanted:
        raise ExpressionError("replace: the text to replace is empty")
    check_text(len(whole) + whole.count(wanted) * (len(by) - len(wanted)))
    return whole.replace(wanted, by)


def _starts_with(_: Evaluation, value: Any, start: Any) -> bool:
    return _string("startsWith", value).startswith(_string("startsWith", start))


def _ends_with(_: Evaluation, value: Any, end: Any) -> bool:
    return _string("endsWith", value).endswith(_string("endsWith", end))


def _sprintf(evaluation: Evaluation, pattern: Any, *values: Any) -> str:
    evaluation.spend(len(values))
    return sprintf(evaluation, _string("sprintf", pattern), values)


def _extreme(evaluation: Evaluation, name: str, values: tuple[Any, ...], *, largest: bool) -> Any:
    elements = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    evaluation.spend(len(elements))
    if not elements:
        raise ExpressionError(f"{name}: the list is empty")
    best = elements[0]
    if not is_number(best) and not isinstance(best, str):
        raise _wrong(name, "numbers or strings", best)
    for element in elements[1:]:
        if less(evaluation, best, element) if largest else less(evaluation, element, best):
            best = element
    return best


def _min(evaluation: Evaluation, *values: Any) -> Any:
    return _extreme(evaluation, "min", values, largest=False)


def _max(evaluation: Evaluation, *values: Any) -> Any:
    return _extreme(evaluation, "max", values, largest=True)


def _abs(_: Evaluation, value: Any) -> int | float:
    if type(value) is int:
        return checked_int(abs(value))
    if isinstance(value, float):
        return abs(value)
    raise _wrong("abs", "a number", value)


def _round(_: Evaluation, value: Any, digits: Any = 0) -> int | float:
    """Round half away from zero, as Go does."""
    if not is_number(value):
        raise _wrong("round", "a number", value)
    if type(digits) is not int or not 0 <= digits <= 15:
        raise ExpressionError("round: the digits are an int from 0 to 15")
    if type(value) is int:
        return value
    factor = 10**digits
    scaled = abs(checked_float(value)) * factor
    # So large a float has no digits behind the point.
    if scaled >= 2.0**53:
        return float(value) if digits else checked_int(int(value))
    whole = math.floor(scaled)
    whole += scaled - whole >= 0.5
    return math.copysign(whole / factor, value) if digits else int(math.copysign(whole, value))


def now(evaluation: Evaluation) -> str:
    """Return the time of the evaluation, RFC 3339 in UTC."""
    moment = evaluation.now.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def _json(evaluation: Evaluation, value: Any) -> str:
    evaluation.spend_json(json_size(value))
    return compact_json(value)


def _parse_json(evaluation: Evaluation, value: Any) -> Any:
    source = _string("parseJson", value)
    check_text(len(source))
    evaluation.spend_json(len(source))
    if _nesting(source) > MAX_DEPTH:
        raise ExpressionError(f"parseJson: the text nests deeper than {MAX_DEPTH} levels")
    try:
        return json.loads(
            source, parse_constant=_refuse_constant, parse_int=_parse_int, parse_float=_parse_float
        )
    except ValueError as error:
        raise ExpressionError(f"parseJson: {_shown(source)} is not JSON") from error


def _nesting(source: str) -> int:
    """Return how deep arrays and objects nest at most, in text that is JSON."""
    depth = deepest = 0
    for bracket in _BRACKET.finditer(_JSON_STRING.sub("", source)):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _parse_int(digits: str) -> int:
    if len(digits) > 20:
        raise ExpressionError("parseJson: integer overflow: it does not fit into 64 bits")
    return checked_int(int(digits))


def _parse_float(digits: str) -> float:
    return checked_float(float(digits))


def _default(_: Evaluation, value: Any, fallback: Any) -> Any:
    return fallback if value is None else value


def _coalesce(_: Evaluation, *values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _shown(value: Any) -> str:
    if not isinstance(value, str):
        return kind(value)
    return repr(value) if len(value) <= 60 else repr(value[:60]) + "..."


FUNCTIONS: dict[str, Function] = {
    "len": Function(_len, 1, 1),
    "string": Function(_to_string, 1, 1),
    "int": Function(_to_int, 1, 1),
    "float": Function(_to_float, 1, 1),
    "bool": Function(_to_bool, 1, 1),
    "contains": Function(contains, 2, 2),
    "has": Function(_has, 2, 2),
    "keys": Function(_keys, 1, 1),
    "lower": Function(_lower, 1, 1),
    "upper": Function(_upper, 1, 1),
    "trim": Function(_trim, 1, 2),
    "split": Function(_split, 2, 2),
    "join": Function(_join, 1, 2),
    "replace": Function(_replace, 3, 3),
    "startsWith": Function(_starts_with, 2, 2),
    "endsWith": Function(_ends_with, 2, 2),
    "sprintf": Function(_sprintf, 1, ANY_NUMBER),
    "min": Function(_min, 1, ANY_NUMBER),
    "max": Function(_max, 1, ANY_NUMBER),
    "abs": Function(_abs, 1, 1),
    "round": Function(_round, 1, 2),
    "now": Function(now, 0, 0),
    "json": Function(_json, 1, 1),
    "parseJson": Function(_parse_json, 1, 1),
    "default": Function(_default, 2, 2),
    "coalesce": Function(_coalesce, 1, ANY_NUMBER),
}
