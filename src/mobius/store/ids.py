"""Ids: a prefix that names the kind, and 26 characters that sort by the time of their making."""

from __future__ import annotations

import os
import threading
import time
from datetime import datetime

from mobius.clock import to_micros

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26
_COUNTER_BITS = 12
_RANDOM_BITS = 62
_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)

_lock = threading.Lock()
_last = 0


def new_id(prefix: str) -> str:
    """Return `<prefix>_<UUIDv7 in Crockford's base32>`; those of one process strictly increase.

    UUIDv7 as in RFC 9562: 48 bits of milliseconds, a counter of 12 bits, 62 random bits.
    """
    bits = (_next_tick() << 64) | int.from_bytes(os.urandom(8)) >> 2
    ticks = bits >> 64
    milliseconds, counter = ticks >> _COUNTER_BITS, ticks & ((1 << _COUNTER_BITS) - 1)
    number = (
        (milliseconds << 80) | (counter << 64) | _VERSION_AND_VARIANT | (bits & ((1 << _RANDOM_BITS) - 1))
    )
    return f"{prefix}_{_base32(number)}"


def first_id(prefix: str, moment: datetime) -> str:
    """Return what no id that is made at `moment` or later sorts before; milliseconds count."""
    return f"{prefix}_{_base32((to_micros(moment) // 1000) << 80)}"


def _next_tick() -> int:
    """Return milliseconds and counter as one number that never repeats in this process."""
    global _last  # noqa: PLW0603  the one place that remembers the last tick
    tick = (time.time_ns() // 1_000_000) << _COUNTER_BITS
    with _lock:
        _last = max(tick, _last + 1)
        return _last


def _base32(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
