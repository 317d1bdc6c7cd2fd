"""What an evaluation works with: the names in scope, the time, and the steps that are left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from mobius.engine.expressions.errors import MAX_STEPS, ExpressionError


class Evaluation:
    """One evaluation of one expression.

    Every part that is evaluated is a step, and so is every element that is looked at; long texts cost a step
    per 256 characters, JSON one per 32. So the steps bound the memory as well as the time.
    """

    __slots__ = ("json", "left", "now", "scope")

    def __init__(self, scope: Mapping[str, Any], now: datetime) -> None:
        self.scope = scope
        self.now = now
        self.left = MAX_STEPS
        self.json = 0

    def spend(self, steps: int) -> None:
        """Count steps; raise ExpressionError when there are too many."""
        self.left -= steps
        if self.left < 0:
            raise ExpressionError(f"the expression takes more than {MAX_STEPS} evaluation steps")

    def spend_text(self, length: int) -> None:
        """Count the steps of reading or making a text."""
        if length > 255:
            self.spend(length >> 8)

    @property
    def cost(self) -> int:
        """How many steps of an allowance it has taken; those of JSON are long ones."""
        return MAX_STEPS - self.left + (self.json >> 2)

    def spend_json(self, size: int) -> None:
        """Count the steps of reading or making JSON."""
        self.json += size
        self.spend(size >> 5)


Evaluate: TypeAlias = Callable[[Evaluation], Any]
