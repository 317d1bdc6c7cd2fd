"""What one change of a run may take, so that no workflow holds up the server or fills its memory."""

from __future__ import annotations

from mobius.engine.expressions.errors import ExpressionError

MAX_STEPS_AT_ONCE = 5_000_000
"""How many steps all expressions together may take: some seconds."""
MAX_PARAMETERS = 32 * 1024 * 1024
"""How many bytes of JSON the parameters of all new jobs together may take."""


class Allowance:
    """What is left; shared by the decisions that one change consists of."""

    __slots__ = ("parameters", "steps")

    def __init__(self) -> None:
        self.steps = MAX_STEPS_AT_ONCE
        self.parameters = MAX_PARAMETERS

    def spend(self, steps: int) -> None:
        """Count steps; raise ExpressionError when there are too many."""
        self.steps -= steps
        if self.steps < 0:
            raise ExpressionError(
                f"expressions take more than {MAX_STEPS_AT_ONCE} steps together before the run waits"
            )
