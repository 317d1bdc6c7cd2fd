"""Literals of the language as values."""

from __future__ import annotations

import re

from mobius.engine.expressions.errors import ExpressionError
from mobius.engine.expressions.values import checked_float

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{3}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "/": "/"}
_QUOTES = "\\\"'`"
_PREFIXES = {"0x": 16, "0b": 2, "0o": 8}
# One more than the largest int, so that the smallest can be written with its sign.
LARGEST = 2**63


def integer(source: str) -> int:
    """Return the value of an int literal; the sign is not part of it."""
    digits = source.replace("_", "")
    base = _PREFIXES.get(digits[:2].lower(), 10)
    if base == 10 and len(digits) > 1 and digits[0] == "0":
        base = 8
    try:
        number = int(digits[2:] if base != 10 and digits[1:2] in "xXbBoO" else digits, base)
    except ValueError as error:
        raise ExpressionError(f"{source[:40]} is not a number") from error
    if number > LARGEST:
        raise ExpressionError(f"integer overflow: {source[:40]} does not fit into 64 bits")
    return number


def floating(source: str) -> float:
    """Return the value of a float literal."""
    return checked_float(float(source.replace("_", "")))


def string(source: str) -> str:
    """Return the value of a string literal in single or double quotes."""
    content = source[1:-1]
    return _ESCAPE.sub(_unescaped, content) if "\\" in content else content


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code in _QUOTES:
        return code
    if code in _SIMPLE:
        return _SIMPLE[code]
    if len(code) == 1:
        raise ExpressionError(f"{match[0]!r} is not an escape sequence")
    number = int(code, 8) if code[0].isdigit() else int(code[1:], 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise ExpressionError(f"{match[0]} is not a character")
    return chr(number)
