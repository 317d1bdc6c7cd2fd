"""How much the server takes on at once: requests at work, short lines of those to come, requests that wait.

Under load that is too much, answers stay quick because what cannot be done soon is refused at once. What
workers call finishes work and has places of its own; what may bring more work has a few, because all that are
at work share the time of one process: were they many, workers would wait for each of them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from mobius.api.errors import Unavailable

if TYPE_CHECKING:
    from mobius.api.settings import Settings

QUEUE_SECONDS = 2.0
"""The longest that a request stands in the queue."""
SECOND_SHARE = 16
"""For so many places of workers others have one. A few dozen keep the database busy."""
RETRY_SECONDS = 1
"""Who is refused is told to stay away so long, and is not listened to meanwhile: to refuse a flood of
requests would leave no time for those that were taken on."""


class Overloaded(Unavailable):
    """The server has more to do than it takes on; nothing was done for this request."""

    def __init__(self, of_what: str) -> None:
        message = f"the server has too many requests {of_what}; try again later"
        super().__init__("overloaded", message, RETRY_SECONDS)


class Line:
    """The places for requests of one kind, and who stands in line for one."""

    def __init__(self, places: int, most_queued: int) -> None:
        self._free = places
        self._most_queued = most_queued
        self._queue: deque[asyncio.Future[None]] = deque()

    def taken(self) -> bool:
        """Take a place, if one is free."""
        if self._free <= 0:
            return False
        self._free -= 1
        return True

    @property
    def full(self) -> bool:
        """Whether nobody may stand in line any more."""
        return len(self._queue) >= self._most_queued

    async def queue(self) -> None:
        """Stands in line for a place; raises Overloaded when the line is full or does not move."""
        if self.full:
            raise Overloaded("at work")
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                await self.queue_again()
        except TimeoutError:
            raise Overloaded("at work") from None

    async def queue_again(self) -> None:
        """Stands in line, and is not refused: after waiting, because those who wait are bounded."""
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # given a place in the moment of giving up
                self.give_back()
            raise

    def give_back(self) -> None:
        """A place is free: it passes on to the next in line."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class Admission:
    """The places of a server."""

    def __init__(self, settings: Settings) -> None:
        places = settings.max_requests_at_work
        self.first = Line(places, settings.max_requests_queued)
        self.second = Line(max(1, places // SECOND_SHARE), settings.max_requests_queued)
        self.waiting = 0
        self.large_bytes = 0
        self.most_waiting = settings.max_requests_waiting
        self.most_large_bytes = settings.max_large_bodies_bytes


class Place:
    """Where one request is: at work, waiting, or neither. Every request ends with `leave`."""

    __slots__ = ("_admission", "_at_work", "_bytes", "_line", "_waits")

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._line = admission.second
        self._at_work = False
        self._waits = False
        self._bytes = 0

    def taken(self, *, first: bool) -> bool:
        """Is at work from now on if a place is free."""
        if first:
            self._line = self._admission.first
        self._at_work = self._line.taken()
        return self._at_work

    async def queue(self) -> None:
        """Is at work as soon as a place is free; raises Overloaded when that would take too long."""
        await self._line.queue()
        self._at_work = True

    def rest(self) -> None:
        """Waits from now on, for a job or for its client; raises Overloaded when too many do."""
        if self._admission.waiting >= self._admission.most_waiting:
            raise Overloaded("waiting")
        self._stand_up()
        self._admission.waiting += 1
        self._waits = True

    async def resume(self) -> None:
        """Is at work again."""
        self._stand_up()
        if not self._line.taken():
            await self._line.queue_again()
        self._at_work = True

    def carry(self, size: int) -> None:
        """Holds so many bytes until it leaves; raises Overloaded when all hold too many together."""
        if self._admission.large_bytes + size > self._admission.most_large_bytes:
            raise Overloaded("with large bodies")
        self._admission.large_bytes += size
        self._bytes += size

    def leave(self) -> None:
        """Needs nothing any more."""
        self._stand_up()
        if self._bytes:
            self._admission.large_bytes -= self._bytes
            self._bytes = 0

    def _stand_up(self) -> None:
        if self._at_work:
            self._at_work = False
            self._line.give_back()
        elif self._waits:
            self._waits = False
            self._admission.waiting -= 1
