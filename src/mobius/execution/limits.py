"""Limits of what one request may bring in."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from mobius.api.errors import Invalid, TooLarge

MAX_NAME = 256
MAX_METADATA = 64
_QUEUE = re.compile(r"[^\x00-\x1f\x7f]{1,256}")


def check_size(what: str, value: Any, limit: int) -> str:
    """Return `value` as JSON text; raise TooLarge when it takes more than `limit` bytes."""
    text = msgspec.json.encode(value)
    if len(text) > limit:
        raise TooLarge(f"{what}: {len(text)} bytes of JSON, at most {limit} are stored")
    return text.decode()


def check_queue(name: str) -> str:
    """Return a queue name; raise Invalid unless it has 1 to 256 printable characters."""
    if not _QUEUE.fullmatch(name):
        raise Invalid(
            f"queue: {name[:40]!r} is not a queue name; use 1 to 256 characters without control characters"
        )
    return name


def check_name(what: str, name: str) -> str:
    """Return an id or label that a caller chose; raise Invalid unless it has 1 to 256 characters."""
    if not 1 <= len(name) <= MAX_NAME:
        raise Invalid(f"{what}: {len(name)} characters; 1 to {MAX_NAME} are allowed")
    return name
