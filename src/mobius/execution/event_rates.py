"""How fast each job may emit custom events: a token bucket per job."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from math import ceil

KEPT_BUCKETS = 10_000


class EventRates:
    """Buckets of the jobs that emitted last; a job that was quiet for long starts with a full one."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, job_id: str, events: int, per_second: float, burst: int, now: datetime) -> int:
        """Take `events` tokens and return 0, or take none and return the whole seconds to wait."""
        tokens, since = self._buckets.pop(job_id, (float(burst), now))
        tokens = min(burst, tokens + max(0.0, (now - since).total_seconds()) * per_second)
        missing = events - tokens
        self._buckets[job_id] = (tokens if missing > 0 else tokens - events, now)
        if len(self._buckets) > KEPT_BUCKETS:
            self._buckets.popitem(last=False)
        return max(1, ceil(missing / per_second)) if missing > 0 else 0
