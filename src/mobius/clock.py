"""The one clock: every due time, lease, expiry and presence is computed from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""


class SystemClock:
    """The machine's clock, moved by `offset` so that the servers of one database agree."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """Return the machine's time moved by the offset."""
        return datetime.now(UTC) + self.offset


class VirtualClock:
    """A clock that stands until it is moved, for tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the time it was moved to."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move the clock forward."""
        self._now += step


def to_micros(moment: datetime) -> int:
    """Return whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=1024)  # the moments of one change are shown several times
def from_micros(micros: int) -> datetime:
    """Return the moment that many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=micros)
