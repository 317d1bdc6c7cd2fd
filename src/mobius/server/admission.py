"""How much the server takes on at once: requests at work, a short line of those to come, requests that wait.

Under load that is too much, answers stay quick because what cannot be done soon is refused at once. What
workers call finishes work and goes first; what brings new work is refused first.
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
OTHERS_TURN = 8
"""Each so many-th place goes to the other queue: an operator gets through to a server full of claims."""


RETRY_SECONDS = 1
"""Who is refused is told to stay away so long, and is not listened to meanwhile: to refuse a flood of
requests would leave no time for those that were taken on."""


class Overloaded(Unavailable):
    """The server has more to do than it takes on; nothing was done for this request."""

    def __init__(self, of_what: str) -> None:
        message = f"the server has too many requests {of_what}; try again later"
        super().__init__("overloaded", message, RETRY_SECONDS)


class Admission:
    """The places of a server, and who stands in line for one."""

    def __init__(self, settings: Settings) -> None:
        self.free = settings.max_requests_at_work
        self.waiting = 0
        self.large_bytes = 0
        self.most_waiting = settings.max_requests_waiting
        self.most_large_bytes = settings.max_large_bodies_bytes
        self._most_queued = settings.max_requests_queued
        self._first: deque[asyncio.Future[None]] = deque()
        self._second: deque[asyncio.Future[None]] = deque()
        self._turn = 0

    async def queue(self, *, first: bool) -> None:
        """Stands in line for a place; raises Overloaded when the line is full or does not move."""
        line = self._first if first else self._second
        if len(line) >= self._most_queued:
            raise Overloaded("at work")
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                await self._next_place(line)
        except TimeoutError:
            raise Overloaded("at work") from None

    async def queue_again(self) -> None:
        """Stands in line after waiting; is not refused any more, because those who wait are bounded."""
        await self._next_place(self._first)

    def give_back(self) -> None:
        """A place is free: it passes on to the next in line."""
        if self._first or self._second:
            self._turn = (self._turn + 1) % OTHERS_TURN
            for line in (self._first, self._second) if self._turn else (self._second, self._first):
                while line:
                    turn = line.popleft()
                    if not turn.done():
                        turn.set_result(None)
                        return
        self.free += 1

    async def _next_place(self, line: deque[asyncio.Future[None]]) -> None:
        turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # given a place in the moment of giving up
                self.give_back()
            raise


class Place:
    """Where one request is: at work, waiting, or neither. Every request ends with `leave`."""

    __slots__ = ("_admission", "_at_work", "_bytes", "_waits")

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._at_work = False
        self._waits = False
        self._bytes = 0

    def taken(self) -> bool:
        """Is at work from now on if a place is free."""
        if self._admission.free <= 0:
            return False
        self._admission.free -= 1
        self._at_work = True
        return True

    async def queue(self, *, first: bool) -> None:
        """Is at work as soon as a place is free; raises Overloaded when that would take too long."""
        await self._admission.queue(first=first)
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
        if not self.taken():
            await self._admission.queue_again()
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
            self._admission.give_back()
        elif self._waits:
            self._waits = False
            self._admission.waiting -= 1
