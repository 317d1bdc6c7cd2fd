"""Arithmetic on ints of 64 bits and floats, as Go does it; `+` also joins strings."""

from __future__ import annotations

import math
from typing import Any

from mobius.engine.expressions.errors import ExpressionError
from mobius.engine.expressions.evaluation import Evaluation
from mobius.engine.expressions.values import (
    as_float,
    check_text,
    checked_float,
    checked_int,
    equal,
    is_number,
    kind,
    less,
)


def add(evaluation: Evaluation, left: Any, right: Any) -> Any:
    """Return the sum of numbers, or two strings joined."""
    if type(left) is int and type(right) is int:
        return checked_int(left + right)
    if isinstance(left, str) and isinstance(right, str):
        length = len(left) + len(right)
        check_text(length)
        evaluation.spend_text(length)
        return left + right
    _check_numbers("+", left, right)
    return checked_float(as_float(left) + as_float(right))


def subtract(_: Evaluation, left: Any, right: Any) -> Any:
    """Return the difference of numbers."""
    if type(left) is int and type(right) is int:
        return checked_int(left - right)
    _check_numbers("-", left, right)
    return checked_float(as_float(left) - as_float(right))


def multiply(_: Evaluation, left: Any, right: Any) -> Any:
    """Return the product of numbers."""
    if type(left) is int and type(right) is int:
        return checked_int(left * right)
    _check_numbers("*", left, right)
    return checked_float(as_float(left) * as_float(right))


def divide(_: Evaluation, left: Any, right: Any) -> Any:
    """Return the quotient of numbers; of ints truncated toward zero."""
    _check_numbers("/", left, right)
    _check_divisor(right)
    if type(left) is int and type(right) is int:
        quotient = abs(left) // abs(right)
        return checked_int(quotient if (left < 0) == (right < 0) else -quotient)
    return checked_float(as_float(left) / as_float(right))


def remainder(_: Evaluation, left: Any, right: Any) -> Any:
    """Return what division leaves; it has the sign of the dividend."""
    _check_numbers("%", left, right)
    _check_divisor(right)
    if type(left) is int and type(right) is int:
        rest = abs(left) % abs(right)
        return checked_int(-rest if left < 0 else rest)
    # math.fmod refuses an infinite dividend with an error of its own.
    return checked_float(math.fmod(checked_float(as_float(left)), as_float(right)))


def negative(value: Any) -> Any:
    """Return the number with the other sign."""
    if type(value) is int:
        return checked_int(-value)
    if isinstance(value, float):
        return -value
    raise ExpressionError(f"-: expected a number, got {kind(value)}")


def not_equal(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Tell whether two values differ."""
    return not equal(evaluation, left, right)


def less_or_equal(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Tell whether `left` does not come after `right`."""
    return not less(evaluation, right, left)


def greater(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Tell whether `left` comes after `right`."""
    return less(evaluation, right, left)


def greater_or_equal(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Tell whether `left` does not come before `right`."""
    return not less(evaluation, left, right)


def _check_numbers(operator: str, left: Any, right: Any) -> None:
    if not (is_number(left) and is_number(right)):
        wanted = "two numbers or two strings" if operator == "+" else "numbers"
        raise ExpressionError(f"{operator}: expected {wanted}, got {kind(left)} and {kind(right)}")


def _check_divisor(divisor: float) -> None:
    if divisor == 0:
        raise ExpressionError("division by zero")
