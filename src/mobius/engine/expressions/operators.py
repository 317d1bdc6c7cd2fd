"""Arithmetic on ints of 64 bits and floats, as Go does it; `+` also joins strings."""

from __future__ import annotations

import math
from typing import Any

from mobius.engine.expressions.errors import ExpressionError
from mobius.engine.expressions.values import check_text, checked_float, checked_int, is_number, kind, less


def add(left: Any, right: Any) -> Any:
    """Return the sum of numbers, or two strings joined."""
    if type(left) is int and type(right) is int:
        return checked_int(left + right)
    if isinstance(left, str) and isinstance(right, str):
        check_text(len(left) + len(right))
        return left + right
    _check_numbers("+", left, right)
    return checked_float(float(left) + float(right))


def subtract(left: Any, right: Any) -> Any:
    """Return the difference of numbers."""
    if type(left) is int and type(right) is int:
        return checked_int(left - right)
    _check_numbers("-", left, right)
    return checked_float(float(left) - float(right))


def multiply(left: Any, right: Any) -> Any:
    """Return the product of numbers."""
    if type(left) is int and type(right) is int:
        return checked_int(left * right)
    _check_numbers("*", left, right)
    return checked_float(float(left) * float(right))


def divide(left: Any, right: Any) -> Any:
    """Return the quotient of numbers; of ints truncated toward zero."""
    _check_numbers("/", left, right)
    _check_divisor(right)
    if type(left) is int and type(right) is int:
        quotient = abs(left) // abs(right)
        return checked_int(quotient if (left < 0) == (right < 0) else -quotient)
    return checked_float(float(left) / float(right))


def remainder(left: Any, right: Any) -> Any:
    """Return what division leaves; it has the sign of the dividend."""
    _check_numbers("%", left, right)
    _check_divisor(right)
    if type(left) is int and type(right) is int:
        rest = abs(left) % abs(right)
        return -rest if left < 0 else rest
    return checked_float(math.fmod(left, right))


def negative(value: Any) -> Any:
    """Return the number with the other sign."""
    if isinstance(value, int) and not isinstance(value, bool):
        return checked_int(-value)
    if isinstance(value, float):
        return -value
    raise ExpressionError(f"-: expected a number, got {kind(value)}")


def less_or_equal(left: Any, right: Any) -> bool:
    """Tell whether `left` does not come after `right`."""
    return not less(right, left)


def greater(left: Any, right: Any) -> bool:
    """Tell whether `left` comes after `right`."""
    return less(right, left)


def greater_or_equal(left: Any, right: Any) -> bool:
    """Tell whether `left` does not come before `right`."""
    return not less(left, right)


def _check_numbers(operator: str, left: Any, right: Any) -> None:
    if not (is_number(left) and is_number(right)):
        wanted = "two numbers or two strings" if operator == "+" else "numbers"
        raise ExpressionError(f"{operator}: expected {wanted}, got {kind(left)} and {kind(right)}")


def _check_divisor(divisor: float) -> None:
    if divisor == 0:
        raise ExpressionError("division by zero")
