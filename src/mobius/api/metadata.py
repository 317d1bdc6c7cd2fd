"""Metadata that people keep with things: any JSON object that is not too large."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from mobius.api.errors import Invalid

LONGEST = 16 * 1024
DEEPEST = 8


def checked_metadata(metadata: dict[str, Any] | UnsetType) -> str:
    """The metadata as JSON text, `{}` when there are none, or `Invalid` when they are too large."""
    if metadata is UNSET:
        return "{}"
    text = msgspec.json.encode(metadata).decode()
    if len(text) > LONGEST:
        raise Invalid(f"metadata: {len(text)} bytes of JSON; at most {LONGEST} are allowed")
    if _depth(metadata) > DEEPEST:
        raise Invalid(f"metadata: nests deeper than {DEEPEST} levels")
    return text


def _depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, children), default=0) if isinstance(value, dict | list) else 0
