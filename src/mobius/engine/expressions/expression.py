"""Compiled expressions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mobius.engine.expressions.allowance import Allowance
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

    def evaluate(self, scope: Mapping[str, Any], now: datetime, allowance: Allowance | None = None) -> Any:
        """Return the value for these names at this time; raise ExpressionError.

        The value may be a part of the scope, not a copy.
        """
        return self.measured(scope, now, allowance or Allowance())[0]

    def measured(
        self, scope: Mapping[str, Any], now: datetime, allowance: Allowance, depth: int = 0
    ) -> tuple[Any, int]:
        """Return the value and its size; it is to stand `depth` levels deep in other JSON."""
        allowance.spend(0)
        evaluation = Evaluation(scope, now)
        try:
            value = self._evaluate(evaluation)
            size = json_size(value, depth)
        finally:
            allowance.steps -= evaluation.cost
        allowance.spend(size >> 3)
        return value, size

    @staticmethod
    def truthy(value: Any) -> bool:
        """Return the truth of an edge condition: the text "false" is false as well."""
        return holds(value)


def compile_expression(source: str) -> Expression:
    """Return the compiled expression; raise ExpressionError when it is not one."""
    return Expression(source)
