"""Errors that have an answer: a status, a stable code and a sentence for the caller.

A room names its own by subclassing, so that the exception carries the facts:

    class HandleTaken(Conflict):
        def __init__(self, handle: str) -> None:
            super().__init__("handle_taken", f"the handle {handle!r} is taken; choose another one")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ApiError(Exception):
    """An answer that is not a success. `details` is a list of problems when there may be several."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Sequence[Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers or {}

    def body(self) -> bytes:
        """The JSON text of the error as the contract shapes it."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = self.details
        return msgspec.json.encode({"error": error})


class Invalid(ApiError):
    """The request is understood but breaks a rule: the message says which, where, and what would be right."""

    def __init__(self, message: str, details: Sequence[Any] | None = None) -> None:
        super().__init__(400, "validation_failed", message, details)


class MalformedJson(ApiError):
    """The body is not JSON, or JSON that no field could hold."""

    def __init__(self, message: str) -> None:
        super().__init__(400, "malformed_json", message)


class BadCursor(ApiError):
    """The cursor was not issued by this list with these filters."""

    def __init__(self) -> None:
        super().__init__(
            400,
            "bad_cursor",
            "cursor: not a cursor of this list and filter; pass `next_cursor` as it was returned",
        )


class Unauthenticated(ApiError):
    """No credential, or one that is unknown, revoked or expired: the four are not told apart."""

    def __init__(self, message: str = "a valid API key is required: `Authorization: Bearer mbx_...`") -> None:
        super().__init__(401, "unauthenticated", message, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(ApiError):
    """The caller is known and may not do this."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(403, code, message)


class PermissionDenied(Forbidden):
    """The caller's key does not hold the permission of the operation."""

    def __init__(self, permission: str) -> None:
        super().__init__("permission_denied", f"this key does not hold the permission {permission!r}")


class Missing(ApiError):
    """What was asked for does not exist, or belongs to somebody else: the two are not told apart."""

    def __init__(self, what: str) -> None:
        super().__init__(404, "not_found", f"{what} not found")


class Conflict(ApiError):
    """The state of things does not allow the change."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(409, code, message)


class TooLarge(ApiError):
    """A body or a part of it is over its limit."""

    def __init__(self, message: str) -> None:
        super().__init__(413, "too_large", message)


class TooManyRequests(ApiError):
    """A rate limit is reached; `retry_after` is in whole seconds."""

    def __init__(self, message: str, retry_after: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(
            429, "rate_limited", message, headers={"Retry-After": str(max(1, retry_after)), **(headers or {})}
        )


class Unavailable(ApiError):
    """Something that the server needs is out of reach; trying again soon may work."""

    def __init__(self, code: str, message: str, retry_after: int = 1) -> None:
        super().__init__(503, code, message, headers={"Retry-After": str(retry_after)})
