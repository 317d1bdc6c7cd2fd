"""How JSON values behave in expressions: kinds, truth, equality, order, text, size."""

from __future__ import annotations

import json
import math
from typing import Any

from mobius.engine.expressions.errors import MAX_DEPTH, MAX_RESULT_BYTES, ExpressionError

LARGEST_INT = 2**63 - 1
SMALLEST_INT = -(2**63)

_KINDS = {
    bool: "bool",
    int: "int",
    float: "float",
    str: "string",
    list: "list",
    tuple: "list",
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


def equal(left: Any, right: Any) -> bool:
    """Compare by value: numbers across int and float, everything else only with its own kind."""
    if is_number(left) and is_number(right):
        return bool(left == right)
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
    return bool(left == right)


def less(left: Any, right: Any) -> bool:
    """Tell whether `left` comes before `right`; raise ExpressionError unless both are numbers or strings."""
    if (is_number(left) and is_number(right)) or (type(left) is str and type(right) is str):
        return bool(left < right)
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
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case int():
            return str(value)
        case _:
            return compact_json(value)


def compact_json(value: Any) -> str:
    """Return a value as JSON without spaces; raise ExpressionError over the limit of results."""
    check_size(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def check_text(size: int) -> None:
    """Raise ExpressionError when a text of `size` characters is over the limit of results."""
    if size > MAX_RESULT_BYTES:
        raise ExpressionError(f"the result is larger than {MAX_RESULT_BYTES} bytes")


def check_size(value: Any) -> None:
    """Raise ExpressionError when a value takes more JSON than a result may, or nests too deeply."""
    if type(value) in (bool, int, float, type(None)):
        return
    left = MAX_RESULT_BYTES
    waiting = [(value, 0)]
    while waiting:
        part, depth = waiting.pop()
        left -= _own_size(part)
        if left < 0:
            raise ExpressionError(f"the result is larger than {MAX_RESULT_BYTES} bytes of JSON")
        if depth > MAX_DEPTH:
            raise ExpressionError(f"the result nests deeper than {MAX_DEPTH} levels")
        if isinstance(part, dict):
            waiting.extend((inner, depth + 1) for inner in part.values())
        elif isinstance(part, list):
            waiting.extend((inner, depth + 1) for inner in part)


def _own_size(value: Any) -> int:
    if isinstance(value, str):
        return 2 + (len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass")))
    if isinstance(value, dict):
        return 2 + sum(_own_size(key) + 2 for key in value)
    if isinstance(value, list):
        return 2 + len(value)
    return 1 if value is None or isinstance(value, bool) else 8
