"""What an action may raise to say how it failed."""

from __future__ import annotations

FATAL = "fatal_error"
"""The error type that no retry policy and no `all` clause matches."""


class ActionError(Exception):
    """The action failed; `error_type` is the name that `retry` and `catch` of the workflow match.

    ```python
    raise ActionError("payment_declined", f"card ending in {last_digits} was declined")
    ```
    """

    def __init__(self, error_type: str, message: str = "") -> None:
        super().__init__(message or error_type)
        self.error_type = error_type
        self.message = message or error_type


class FatalError(ActionError):
    """The action failed in a way that no repetition can mend; only a `catch` of `fatal_error` sees it."""

    def __init__(self, message: str) -> None:
        super().__init__(FATAL, message)


class Cancelled(ActionError):
    """The job was asked to stop: raised by `ActionContext.raise_if_cancelled`."""

    def __init__(self, message: str = "the job was cancelled") -> None:
        super().__init__("Cancelled", message)
