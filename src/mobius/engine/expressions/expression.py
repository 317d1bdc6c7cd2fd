"""Compiled expressions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mobius.engine.expressions.compiler import compile_source
from mobius.engine.expressions.evaluation import Evaluation
from mobius.engine.expressions.values import holds, json_size


class Expression:
    """A compiled expression; evaluating it has no effect but its value."""

    __slots__ = ("_evaluate", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._evaluate = compile_source(source)

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def evaluate(self, scope: Mapping[str, Any], now: datetime) -> Any:
        """Return the value for these names at this time; raise ExpressionError.

        The value may be a part of the scope, not a copy.
        """
        return self.measured(scope, now)[0]

    def measured(self, scope: Mapping[str, Any], now: datetime, depth: int = 0) -> tuple[Any, int]:
        """Return the value and its size; it is to stand `depth` levels deep in other JSON."""
        value = self._evaluate(Evaluation(scope, now))
        return value, json_size(value, depth)

    @staticmethod
    def truthy(value: Any) -> bool:
        """Return the truth of an edge condition: the text "false" is false as well."""
        return holds(value)


def compile_expression(source: str) -> Expression:
    """Return the compiled expression; raise ExpressionError when it is not one."""
    return Expression(source)
