"""Everything that can go wrong with a call, as exceptions."""

from __future__ import annotations

from typing import Any


class MobiusError(Exception):
    """The base of all errors raised by this library."""


class ConfigurationError(MobiusError):
    """The client cannot be built: the address or the key is missing or malformed."""


class ConnectionFailed(MobiusError):
    """The server could not be reached, or the connection broke, for longer than the retry policy allows."""


class WaitTimeout(MobiusError):
    """A run did not end within the time given to `wait_for_run`. The run itself goes on."""


class ApiError(MobiusError):
    """The server answered with an error.

    `status` is the HTTP status, `code` the stable machine-readable word, `message` the explanation and
    `details` the single problems where there is more than one. `request` says what was asked, and of whom.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Any = None,
        retry_after: float | None = None,
        request: str = "",
    ) -> None:
        super().__init__(f"{message} ({status} {code})")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.retry_after = retry_after
        self.request = request


class InvalidRequest(ApiError):
    """400: the request is malformed; `details` lists the problems of a workflow specification."""


class NotAuthenticated(ApiError):
    """401: the key is missing, unknown, expired or revoked."""


class PermissionDenied(ApiError):
    """403: the key is valid but may not do this."""


class NotFound(ApiError):
    """404: the resource does not exist, or is not visible with this key."""


class Conflict(ApiError):
    """409: the request contradicts the current state, for example a stale fence or a handle that is taken."""


class TooLarge(ApiError):
    """413: the body, a result or an event is larger than the server accepts."""


class RateLimited(ApiError):
    """429: too many requests; `retry_after` says how many seconds to wait."""


class ServerFailed(ApiError):
    """5xx: the server could not do its work."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: InvalidRequest,
    401: NotAuthenticated,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    429: RateLimited,
}


def error_class(status: int) -> type[ApiError]:
    """The exception for an HTTP status."""
    if status >= 500:
        return ServerFailed
    return _BY_STATUS.get(status, ApiError)
