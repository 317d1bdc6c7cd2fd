"""The one runner of background work: a loop that is hinted, or looks by itself after a while."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

import structlog

from mobius.store import DatabaseUnavailable, Wakeups

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[float | None]]
FIRST_BACKOFF = 0.1
LONGEST_BACKOFF = 5.0


class Loop:
    """Calls `work` at once, after every hint of `kinds`, and at least every `interval` seconds.

    `work` does a bounded batch and returns in how many seconds more is due (0: at once), or None if it
    knows of nothing. Hints only shorten the wait: a lost one costs latency, never work. After a hint it waits
    `gather` seconds for others. Failures are logged and tried again with growing pauses.
    """

    def __init__(
        self,
        name: str,
        work: Work,
        wakeups: Wakeups,
        *,
        interval: float,
        kinds: Sequence[str] = (),
        gather: float = 0,
    ) -> None:
        self.name = name
        self._work = work
        self._interval = interval
        self._gather = gather
        self._hinted = asyncio.Event()
        self._forget = [wakeups.on(kind, lambda _key: self._hinted.set()) for kind in kinds]
        self._stopping = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name=f"daemon {name}")

    async def stop(self, grace_seconds: float) -> None:
        """Let the batch at work finish, at most for `grace_seconds`."""
        for forget in self._forget:
            forget()
        self._stopping.set()
        self._hinted.set()
        await asyncio.wait({self._task}, timeout=grace_seconds)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        backoff = 0.0
        while not self._stopping.is_set():
            self._hinted.clear()
            try:
                due = await self._work()
            except Exception as error:  # noqa: BLE001  a daemon outlives whatever its work meets
                self._report(error, again=backoff > 0)
                backoff = min(LONGEST_BACKOFF, max(FIRST_BACKOFF, backoff * 2))
                pause = backoff * random.uniform(0.5, 1.0)  # noqa: S311  spreads servers, no secret
                await _happens(self._stopping, pause)
                continue
            backoff = 0.0
            await self._pause(self._interval if due is None else min(due, self._interval))

    async def _pause(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        if await _happens(self._hinted, seconds) and self._gather and not self._stopping.is_set():
            await asyncio.sleep(self._gather)

    def _report(self, error: Exception, *, again: bool) -> None:
        if not isinstance(error, DatabaseUnavailable):
            log.error("daemon_failed", daemon=self.name, exc_info=error)
        elif not again:
            log.warning("daemon_waits_for_database", daemon=self.name, error=str(error))


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event; return False when `seconds` passed first."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
