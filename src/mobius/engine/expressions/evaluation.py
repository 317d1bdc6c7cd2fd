"""What an evaluation works with: the names in scope, the time, and the steps that are left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from mobius.engine.expressions.errors import MAX_STEPS, ExpressionError


class Evaluation:
    """One evaluation of one expression."""

    __slots__ = ("left", "now", "scope")

    def __init__(self, scope: Mapping[str, Any], now: datetime) -> None:
        self.scope = scope
        self.now = now
        self.left = MAX_STEPS

    def spend(self, steps: int) -> None:
        """Count the steps of work on data; raise ExpressionError when there are too many."""
        self.left -= steps
        if self.left < 0:
            raise ExpressionError(f"the expression takes more than {MAX_STEPS} evaluation steps")


Evaluate: TypeAlias = Callable[[Evaluation], Any]
