"""A wrong clock: this process believes that it is earlier or later than it is."""

from __future__ import annotations

import time
from datetime import timedelta

_time, _time_ns = time.time, time.time_ns


def run_ahead(by: timedelta) -> None:
    """Move the clock that this process reads; a monotonic clock cannot be wrong."""
    seconds = by.total_seconds()
    nanoseconds = round(seconds * 1_000_000_000)
    time.time = lambda: _time() + seconds
    time.time_ns = lambda: _time_ns() + nanoseconds
