"""Compiled expressions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mobius.engine.expressions.compiler import compile_source
from mobius.engine.expressions.evaluation import Evaluation
from mobius.engine.expressions.values import check_size, checked_int, holds


class Expression:
    """A compiled expression; evaluating it has no effect but its value."""

    __slots__ = ("_evaluate", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._evaluate = compile_source(source)

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def evaluate(self, scope: Mapping[str, Any], now: datetime) -> Any:
        """Return the value for these names at this time; raise ExpressionError."""
        value = self._evaluate(Evaluation(scope, now))
        if isinstance(value, int) and not isinstance(value, bool):
            return checked_int(value)
        check_size(value)
        return value

    @staticmethod
    def truthy(value: Any) -> bool:
        """Return the truth of an edge condition: the text "false" is false as well."""
        return holds(value)


def compile_expression(source: str) -> Expression:
    """Return the compiled expression; raise ExpressionError when it is not one."""
    return Expression(source)
