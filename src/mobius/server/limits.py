"""Token buckets per key and per org, in the memory of each server. Off unless the settings name a rate."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from mobius.api.errors import TooManyRequests

if TYPE_CHECKING:
    from mobius.api.call import Caller
    from mobius.api.settings import Settings

_MOST_BUCKETS = 50_000


class RateLimits:
    """Counts requests; past a limit they are answered with 429."""

    def __init__(self, settings: Settings) -> None:
        self._key = _Limit("key", settings.rate_limit_per_key, settings.rate_limit_per_key_burst)
        self._org = _Limit("org", settings.rate_limit_per_org, settings.rate_limit_per_org_burst)
        self._any = self._key.rate > 0 or self._org.rate > 0

    def take(self, caller: Caller) -> None:
        """Counts one request of the caller."""
        if self._any:
            now = asyncio.get_running_loop().time()
            self._key.take(caller.credential_id, now)
            self._org.take(caller.org_id, now)


class _Limit:
    """One limit: a bucket of `burst` tokens per name that fills with `rate` tokens per second."""

    def __init__(self, scope: str, rate: float, burst: int) -> None:
        self.rate = rate
        self._scope = scope
        self._burst = burst
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, name: str, now: float) -> None:
        if self.rate <= 0:
            return
        tokens, at = self._buckets.get(name, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - at) * self.rate)
        if tokens < 1:
            raise self._exhausted((1 - tokens) / self.rate)
        if len(self._buckets) >= _MOST_BUCKETS:
            self._buckets.clear()
        self._buckets[name] = (tokens - 1, now)

    def _exhausted(self, wait: float) -> TooManyRequests:
        seconds = math.ceil(wait)
        return TooManyRequests(
            f"over the rate limit of this {self._scope}: {self.rate:g} requests per second",
            seconds,
            {
                "X-RateLimit-Limit": str(self._burst),
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": str(seconds),
                "X-RateLimit-Scope": self._scope,
                "X-RateLimit-Policy": f"{self.rate:g};burst={self._burst}",
            },
        )
