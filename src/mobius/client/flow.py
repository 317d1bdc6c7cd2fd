"""What a call does, without doing it.

A flow is a generator: it yields a `Request` to be sent or a `Sleep` to be waited for, and is sent what came
of it. All that matters (retries, error mapping, decoding) is written here once; the synchronous and the
asynchronous client only carry the steps out.
"""

from __future__ import annotations

import random
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias, TypeVar

import httpx
import msgspec

from mobius.client.errors import ApiError, ConnectionFailed, error_class

T = TypeVar("T")

QueryValue: TypeAlias = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `repeatable` says that sending it twice has the effect of sending it once."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class Sleep:
    """A pause in seconds."""

    seconds: float


Reply: TypeAlias = httpx.Response | httpx.TransportError | None
Flow: TypeAlias = Generator[Request | Sleep, Reply, T]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and for how long a call is repeated after a lost connection, a 5xx or a 429.

    A pause is drawn from the upper half of an exponentially growing bound. It comes on top of `Retry-After`,
    so that those who were refused at the same moment do not come back at the same moment.
    """

    attempts: int = 5
    first_delay: float = 0.25
    max_delay: float = 10.0
    max_elapsed: float = 60.0

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        bound: float = min(self.max_delay, self.first_delay * 2.0 ** min(failures - 1, 30))
        return bound * random.uniform(0.5, 1.0)  # noqa: S311  spreads load, guards nothing


NO_RETRY = RetryPolicy(attempts=1)


def exchange(request: Request, policy: RetryPolicy) -> Flow[httpx.Response]:
    """Send a request until it is answered with success, or raise what finally went wrong."""
    started = time.monotonic()
    failures = 0
    while True:
        reply = yield request
        if isinstance(reply, httpx.Response) and reply.status_code < 400:
            return reply
        failures += 1
        error = _failure(request, reply)
        delay = policy.pause(failures) + (getattr(error, "retry_after", None) or 0.0)
        spent = time.monotonic() - started + delay
        if not _worth_repeating(request, reply) or failures >= policy.attempts or spent > policy.max_elapsed:
            raise error from (reply if isinstance(reply, Exception) else None)
        yield Sleep(delay)


def decode(response: httpx.Response, shape: type[T]) -> T:
    """Read an answer; one that does not have the promised shape did not come from a Mobius server."""
    try:
        return msgspec.json.decode(response.content, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError) as problem:
        where = f"{response.request.method} {response.request.url}"
        raise ApiError(
            response.status_code, "unexpected_response", f"{where} answered something unexpected: {problem}"
        ) from problem


def api_error(response: httpx.Response) -> ApiError:
    """The exception for an error response whose body has been read."""
    code, message, details = "http_error", "", None
    try:
        error = msgspec.json.decode(response.content)["error"]
        code, message, details = str(error["code"]), str(error["message"]), error.get("details")
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        message = response.text[:500].strip() or response.reason_phrase
    return error_class(response.status_code)(
        response.status_code,
        code,
        message,
        details,
        retry_after=_retry_after(response),
        request=f"{response.request.method} {response.request.url}",
    )


def query_text(query: Mapping[str, QueryValue]) -> dict[str, str]:
    """Query parameters as text, without those that are not given."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in query.items()
        if value is not None
    }


def json_body(fields: Mapping[str, Any]) -> bytes:
    """A request body without the fields that are unset."""
    return msgspec.json.encode({name: value for name, value in fields.items() if value is not msgspec.UNSET})


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are not None: for requests in which null and absent mean the same."""
    return {name: value for name, value in fields.items() if value is not None}


def _failure(request: Request, reply: Reply) -> ApiError | ConnectionFailed:
    if isinstance(reply, httpx.Response):
        return api_error(reply)
    cause = str(reply) or type(reply).__name__
    where = request.path if reply is None else reply.request.url.copy_with(query=None)
    return ConnectionFailed(f"{request.method} {where} did not reach the server: {cause}")


def _worth_repeating(request: Request, reply: Reply) -> bool:
    if isinstance(reply, httpx.Response):
        if reply.status_code in (429, 503):  # refused before anything was done
            return True
        if reply.status_code == 409 and "retry-after" in reply.headers:  # its first sending is still at work
            return True
        return reply.status_code >= 500 and reply.status_code != 501 and request.repeatable
    # A connection that was never made carried nothing; any other break may have come after the work was done.
    return request.repeatable or isinstance(
        reply, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
    )


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
