"""What slows down who guesses keeps little of each, whatever they send."""

from __future__ import annotations

import tracemalloc

from mobius.clock import SystemClock
from mobius.domains.access.throttle import Throttle


def test_a_long_name_takes_no_more_memory_than_a_short_one() -> None:
    throttle = Throttle("guesses", 10, 30, SystemClock())
    tracemalloc.start()
    try:
        for n in range(100):
            throttle.take(f"{n}@{'x' * 100_000}")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
