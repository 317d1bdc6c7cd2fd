"""Durations as Go writes them: `1h30m`, `500ms`, `1.5s`."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal

_MICROSECONDS = {
    "ns": Decimal("0.001"),
    "us": Decimal(1),
    "\u00b5s": Decimal(1),
    "\u03bcs": Decimal(1),
    "ms": Decimal(1_000),
    "s": Decimal(1_000_000),
    "m": Decimal(60_000_000),
    "h": Decimal(3_600_000_000),
}
_PART = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)")
_LONGEST_TEXT = 100
_MOST_MICROSECONDS = Decimal(2**63 - 1) / 1000
"""Go counts nanoseconds in 64 bits."""


def parse_duration(text: str) -> timedelta:
    """Return the duration that `text` means, rounded up to whole microseconds; raise ValueError otherwise."""
    sign = -1 if text.startswith("-") else 1
    body = text[1:] if text[:1] in {"-", "+"} else text
    if body == "0":
        return timedelta()
    if not body or len(body) > _LONGEST_TEXT:
        raise ValueError(_explain(text))
    total = Decimal(0)
    position = 0
    while position < len(body):
        part = _PART.match(body, position)
        if part is None:
            raise ValueError(_explain(text))
        total += Decimal(part[1]) * _MICROSECONDS[part[2]]
        position = part.end()
    if total > _MOST_MICROSECONDS:
        raise ValueError(f"duration {text!r} is longer than 292 years")
    return sign * timedelta(microseconds=int(total.to_integral_value(ROUND_CEILING)))


def _explain(text: str) -> str:
    shown = text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "..."
    return f"{shown!r} is not a duration like 1h30m or 500ms"
