"""Templates whose value must be a text that names something."""

from __future__ import annotations

from typing import Any

from mobius.engine.expressions import ExpressionError


def as_text(what: str, value: Any) -> str:
    """Return the text that a template gave; whole numbers count as text, others raise ExpressionError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ExpressionError(f"the {what} must be a text, not {_kind(value)}")
    if not value or "\0" in value:
        raise ExpressionError(f"the {what} must be a text that is not empty and has no NUL character")
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {bool: "a boolean", float: "a fraction", list: "a list", dict: "an object"}
    return kinds.get(type(value), type(value).__name__)
