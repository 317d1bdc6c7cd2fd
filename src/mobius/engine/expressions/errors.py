"""What goes wrong with an expression, and the limits within which it works."""

from __future__ import annotations

MAX_SOURCE_BYTES = 64 * 1024
MAX_DEPTH = 256
MAX_STEPS = 100_000
MAX_RESULT_BYTES = 1024 * 1024


class ExpressionError(Exception):
    """An expression or template that does not compile, or that has no value for these variables."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
