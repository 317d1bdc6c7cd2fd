"""What goes wrong with an expression, and the limits within which it works."""

from __future__ import annotations

MAX_SOURCE_BYTES = 64 * 1024
MAX_DEPTH = 256
MAX_STEPS = 100_000
MAX_RESULT_BYTES = 1024 * 1024
MAX_TEMPLATE_BYTES = 4 * 1024 * 1024


class ExpressionError(Exception):
    """An expression or template that does not compile, or that has no value for these variables.

    `position` counts the characters of the source from 1; None for what failed when it was evaluated.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        # A message is stored: lone surrogates, which a source may quote, cannot be.
        message = message.encode("utf-8", "backslashreplace").decode()
        super().__init__(message)
        self.message = message
        self.position = position
