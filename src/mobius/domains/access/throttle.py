"""Slows down who guesses: token buckets in the memory of each server."""

from __future__ import annotations

import math
from collections import OrderedDict
from hashlib import sha256
from typing import TYPE_CHECKING

from mobius.api.errors import TooManyRequests

if TYPE_CHECKING:
    from mobius.clock import Clock

MOST_NAMES = 50_000


class Throttle:
    """A bucket of `burst` tokens for each name, that fills with one token in `seconds`."""

    def __init__(self, what: str, burst: int, seconds: float, clock: Clock) -> None:
        self._what = what
        self._burst = burst
        self._seconds = seconds
        self._clock = clock
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> None:
        """Takes a token, or raises TooManyRequests when there is none."""
        tokens, now = self._tokens(name)
        if tokens < 1:
            raise TooManyRequests(
                f"too many {self._what}; try again later", math.ceil((1 - tokens) * self._seconds)
            )
        self._put(name, tokens - 1, now)

    def give_back(self, name: str) -> None:
        """Gives a token back: what it was taken for was no guess."""
        tokens, now = self._tokens(name)
        self._put(name, min(self._burst, tokens + 1), now)

    def _tokens(self, name: str) -> tuple[float, float]:
        now = self._clock.now().timestamp()
        tokens, at = self._buckets.get(_short(name), (float(self._burst), now))
        return min(self._burst, tokens + max(0.0, now - at) / self._seconds), now

    def _put(self, name: str, tokens: float, now: float) -> None:
        short = _short(name)
        self._buckets[short] = (tokens, now)
        self._buckets.move_to_end(short)
        while len(self._buckets) > MOST_NAMES:
            self._buckets.popitem(last=False)


def _short(name: str) -> bytes:
    """A name as it is kept: strangers choose names, and how long they are."""
    return sha256(name.encode()).digest()


class Throttles:
    """What is slowed down when people prove who they are."""

    def __init__(self, clock: Clock) -> None:
        # Who guesses from one place shall not lock out who signs in from another.
        self.by_user_and_network = Throttle("wrong passwords for this address", 10, 30, clock)
        self.by_user = Throttle("wrong passwords for this address", 100, 5, clock)
        self.by_network = Throttle("sign-ins from your network", 30, 6, clock)
        self.devices = Throttle("device codes for your network", 30, 6, clock)
        self.departures = Throttle("sign-ins from your network", 60, 2, clock)
        self.codes = Throttle("wrong device codes", 10, 30, clock)
