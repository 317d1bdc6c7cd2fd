"""Actions that every installation has: enough to try workflows, to glue them, and to test them."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from mobius.worker.actions import Actions
from mobius.worker.context import ActionContext
from mobius.worker.errors import ActionError, FatalError

MAX_SLEEP_SECONDS = 24 * 3600.0
MAX_HTTP_SECONDS = 600.0
MAX_HTTP_BYTES = 900_000
"""The largest body that `http` brings back: a result may have 1 MiB in all."""

_log = logging.getLogger("mobius.worker.stock")

stock_actions = Actions()


@stock_actions.action("print")
def print_message(context: ActionContext, message: Any = "") -> dict[str, Any]:
    """Write a message into the worker's log, and give it back."""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    _log.info("[%s %s] %s", context.workflow_name, context.step_name, text)
    return {"message": message}


@stock_actions.action("fail")
def fail(
    context: ActionContext,
    message: str = "failed on purpose",
    error_type: str = "Failed",
    until_attempt: int | None = None,
) -> dict[str, Any]:
    """Fail with an error type; with `until_attempt`, succeed from that attempt on."""
    if until_attempt is not None and context.attempt >= until_attempt:
        return {"attempt": context.attempt}
    raise ActionError(error_type, message)


@stock_actions.action("json")
def pass_through(parameters: dict[str, Any]) -> Any:
    """Give back what came in: `value` if that is the only parameter, else all of them."""
    return parameters["value"] if set(parameters) == {"value"} else parameters


@stock_actions.action("time")
def current_time() -> dict[str, Any]:
    """The time of the worker's clock, in UTC."""
    now = datetime.now(UTC)
    return {"iso": now.isoformat().replace("+00:00", "Z"), "unix": now.timestamp()}


@stock_actions.action("random")
def random_number(low: int = 0, high: int = 100) -> dict[str, int]:
    """A whole number from `low` to `high`, both included."""
    if low > high:
        raise FatalError(f"low ({low}) is above high ({high})")
    return {"value": random.randint(low, high)}  # noqa: S311  for examples, not for secrets


@stock_actions.action("sleep")
async def sleep(seconds: float = 1.0) -> dict[str, float]:
    """Keep a slot of the worker busy. To wait without one, use a `sleep` step."""
    if not 0 <= seconds <= MAX_SLEEP_SECONDS:
        raise FatalError(f"seconds must be from 0 to {MAX_SLEEP_SECONDS:g}, not {seconds}")
    await asyncio.sleep(seconds)
    return {"slept_seconds": seconds}


@stock_actions.action("http")
async def http_request(
    url: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    json: Any = None,
    body: str | None = None,
    timeout_seconds: float = 30.0,
    max_bytes: int = MAX_HTTP_BYTES,
    fail_on_error: bool = True,
) -> dict[str, Any]:
    """Call a URL from the worker's network and give back `status`, `headers` and `body` (JSON is decoded).

    An answer of 408, 429 or 5xx, and a fault of the network, fail with `http_error`, which may be retried;
    any other 4xx is a `fatal_error`. With `fail_on_error: false` every answer is a result. Redirects are not
    followed.
    """
    if not 0 < timeout_seconds <= MAX_HTTP_SECONDS:
        raise FatalError(f"timeout_seconds must be above 0 and at most {MAX_HTTP_SECONDS:g}")
    if not 0 < max_bytes <= MAX_HTTP_BYTES:
        raise FatalError(f"max_bytes must be from 1 to {MAX_HTTP_BYTES}")
    try:
        async with asyncio.timeout(timeout_seconds), httpx.AsyncClient(timeout=timeout_seconds) as http:
            request = http.build_request(
                method.upper(), url, headers=headers, params=query, json=json, content=body
            )
            response = await http.send(request, stream=True)
            try:
                content = await _read_bounded(response, max_bytes)
            finally:
                await response.aclose()
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, TypeError, ValueError) as error:
        raise FatalError(f"{method} {url}: {error}") from error
    except TimeoutError as error:
        raise ActionError("http_error", f"{method} {url}: no answer within {timeout_seconds:g} s") from error
    except httpx.HTTPError as error:
        raise ActionError("http_error", f"{method} {url}: {str(error) or type(error).__name__}") from error
    if fail_on_error and response.status_code >= 400:
        _raise_for(method, url, response.status_code, content)
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "body": _decoded(response, content),
    }


async def _read_bounded(response: httpx.Response, max_bytes: int) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise FatalError(f"the answer of {response.request.url} has more than {max_bytes} bytes")
    return bytes(content)


def _raise_for(method: str, url: str, status: int, content: bytes) -> None:
    message = f"{method} {url} answered {status}: {content[:500].decode('utf-8', 'replace')}"
    if status in (408, 429) or status >= 500:
        raise ActionError("http_error", message)
    raise FatalError(message)


def _decoded(response: httpx.Response, content: bytes) -> Any:
    if "json" in response.headers.get("content-type", ""):
        try:
            return json.loads(content)
        except ValueError:
            pass
    return content.decode(response.encoding or "utf-8", "replace")
