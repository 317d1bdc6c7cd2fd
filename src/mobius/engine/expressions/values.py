"""How JSON values behave in expressions: kinds, truth, equality, order, text, size."""

from __future__ import annotations

import json
import math
from typing import Any

from mobius.engine.expressions.errors import MAX_DEPTH, MAX_RESULT_BYTES, ExpressionError
from mobius.engine.expressions.evaluation import Evaluation

LARGEST_INT = 2**63 - 1
SMALLEST_INT = -(2**63)

_KINDS = {
    bool: "bool",
    int: "int",
    float: "float",
    str: "string",
    list: "list",
    dict: "map",
    type(None): "nil",
}


def kind(value: Any) -> str:
    """Return what the language calls the kind of a value."""
    return _KINDS.get(type(value), "unknown")


def is_number(value: Any) -> bool:
    """Tell whether a value is an int or a float; a bool is neither."""
    return type(value) in (int, float)


def truthy(value: Any) -> bool:
    """Return the truth of a value: nil, false, zero and everything empty are false."""
    return bool(value)


def holds(value: Any) -> bool:
    """Return the truth of an edge condition: as `truthy`, but the text "false" is false too."""
    return bool(value) and value != "false"


def checked_int(number: int) -> int:
    """Return an int of 64 bits; raise ExpressionError when it takes more."""
    if SMALLEST_INT <= number <= LARGEST_INT:
        return number
    raise ExpressionError("integer overflow: the result does not fit into 64 bits")


def checked_float(number: float) -> float:
    """Return a float that JSON can hold; raise ExpressionError for others."""
    if math.isfinite(number):
        return number
    raise ExpressionError("the result is not a finite number")


def as_float(number: float) -> float:
    """Return a number as a float; raise ExpressionError when none is as large."""
    try:
        return float(number)
    except OverflowError:
        raise ExpressionError("the result is not a finite number") from None


def equal(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Compare by value: numbers across int and float, everything else only with its own kind."""
    # Not recursive: values may nest deeper than calls may.
    waiting = [(left, right)]
    while waiting:
        one, other = waiting.pop()
        if is_number(one) and is_number(other):
            same = one == other
        elif type(one) is not type(other):
            return False
        elif isinstance(one, list):
            same = len(one) == len(other)
            if same:
                evaluation.spend(len(one))
                waiting.extend(zip(one, other, strict=True))
        elif isinstance(one, dict):
            evaluation.spend(len(one))
            same = one.keys() == other.keys()
            if same:
                waiting.extend((value, other[key]) for key, value in one.items())
        else:
            if isinstance(one, str):
                evaluation.spend_text(min(len(one), len(other)))
            same = one == other
        if not same:
            return False
    return True


def less(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Tell whether `left` comes before `right`; raise ExpressionError unless both are numbers or strings."""
    if is_number(left) and is_number(right):
        return bool(left < right)
    if isinstance(left, str) and isinstance(right, str):
        evaluation.spend_text(min(len(left), len(right)))
        return left < right
    raise ExpressionError(f"{kind(left)} and {kind(right)} have no order; compare numbers or strings")


def text(value: Any) -> str:
    """Return a value as text, as templates do."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            whole = checked_float(value).is_integer() and abs(value) < 1e15
            return str(int(value)) if whole else repr(value).removesuffix(".0")
        case int():
            return str(checked_int(value))
        case _:
            return compact_json(value)


def text_within(evaluation: Evaluation, value: Any) -> str:
    """Return a value as text, and count the steps that it takes to write JSON."""
    if isinstance(value, list | dict):
        evaluation.spend_json(json_size(value))
    return text(value)


def compact_json(value: Any) -> str:
    """Return a value as JSON without spaces; raise ExpressionError over the limit of results."""
    json_size(value)
    encoded = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    check_text(len(encoded))
    return encoded


def check_text(size: int) -> None:
    """Raise ExpressionError when a text of `size` characters is over the limit of results."""
    if size > MAX_RESULT_BYTES:
        raise _too_large()


def json_size(value: Any, depth: int = 0) -> int:
    """Return about how many bytes of JSON a value takes that stands `depth` levels deep.

    Raise ExpressionError when that is more than a result may take, and for what JSON cannot hold.
    """
    if not isinstance(value, dict | list):
        size = _own_size(value)
        check_text(size)
        return size
    size = 0
    level = [value]
    while level:
        deeper: list[Any] = []
        for part in level:
            size += _own_size(part)
            if size > MAX_RESULT_BYTES:
                raise _too_large()
            if isinstance(part, dict):
                deeper.extend(part.values())
            elif isinstance(part, list):
                deeper.extend(part)
        level = deeper
        depth += 1
        if level and depth > MAX_DEPTH:
            raise ExpressionError(f"the result nests deeper than {MAX_DEPTH} levels")
    return size


def _own_size(value: Any) -> int:
    match value:
        case str():
            return 2 + (len(value) if value.isascii() else _encoded_size(value))
        case dict():
            return 2 + sum(_own_size(key) + 2 for key in value)
        case list():
            return 2 + max(0, len(value) - 1)
        case None | bool():
            return 4
        case int():
            return len(str(checked_int(value)))
        case float():
            return len(repr(checked_float(value)))
        case _:
            raise ExpressionError("the result is not a JSON value")


def _encoded_size(value: str) -> int:
    try:
        return len(value.encode())
    except UnicodeEncodeError:
        raise ExpressionError("the result has half of a surrogate pair, which is not a character") from None


def _too_large() -> ExpressionError:
    return ExpressionError(f"the result is larger than {MAX_RESULT_BYTES} bytes")
