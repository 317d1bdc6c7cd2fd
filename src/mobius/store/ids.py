"""Ids: a prefix that names the kind, and 26 characters that sort by the time of their making."""

from __future__ import annotations

import os
import random
import threading
import time
from datetime import datetime

from mobius.clock import to_micros

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26
_COUNTER_BITS = 12
_RANDOM_BITS = 62
_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = tuple(range(5 * (_LENGTH - 2), -1, -10))

# Ids are no secrets: a generator seeded by the system is enough, and costs no system call per id.
_random = random.Random()  # noqa: S311
os.register_at_fork(after_in_child=_random.seed)

_lock = threading.Lock()
_last = 0


def new_id(prefix: str) -> str:
    """Return `<prefix>_<UUIDv7 in Crockford's base32>`; those of one process strictly increase.

    UUIDv7 as in RFC 9562: 48 bits of milliseconds, a counter of 12 bits, 62 random bits.
    """
    tick = _next_tick()
    milliseconds, counter = tick >> _COUNTER_BITS, tick & ((1 << _COUNTER_BITS) - 1)
    number = (milliseconds << 80) | (counter << 64) | _VERSION_AND_VARIANT | _random.getrandbits(_RANDOM_BITS)
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
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS])
