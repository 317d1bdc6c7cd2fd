"""Removes what deleted projects, or channels, have left behind, a little at a time.

1. Take one that was deleted for 5 seconds, so that other servers leave it alone meanwhile.
2. Remove up to 1,000 rows of a table in a transaction, again and again, table after table. A server that dies
   in between leaves the rest to whoever takes it next.
3. When nothing is left, look once more after two minutes: a request that was under way at the deletion may
   have written since. Then forget it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mobius.clock import Clock, to_micros
from mobius.store import SOME, Database, Row, Write

TAKEN_FOR_US = 5_000_000
LAST_LOOK_AFTER_US = 120_000_000
ROUNDS = 20
"""Transactions that leave something before others have their turn."""


class Removed(Protocol):
    """What was deleted and is not forgotten: rows with `removed_at`."""

    async def next_due(self, store: Database) -> int | None:
        """When the next one is to be gone on with, in microseconds; None when there is none."""

    async def take_due(self, store: Database, now: int, until: int) -> Row | None:
        """One that is due, which nobody else takes before `until`."""

    def writes(self, store: Database, row: Row) -> Iterable[Write]:
        """The writes that remove up to `SOME` rows each and return them, in their order."""

    async def go_on_at(self, store: Database, row: Row, due_at: int) -> None:
        """Let one be gone on with at `due_at`."""

    async def forget(self, store: Database, row: Row) -> None:
        """Nothing is left of it."""


@dataclass(frozen=True, slots=True)
class Removals:
    """Works through what was removed of all orgs."""

    store: Database
    clock: Clock
    removed: Removed

    async def work(self) -> float | None:
        """Remove some of one; return the seconds until there is more to do."""
        due_at, now = await self.removed.next_due(self.store), to_micros(self.clock.now())
        if due_at is None:
            return None
        if due_at > now:
            return (due_at - now) / 1_000_000
        row = await self.removed.take_due(self.store, now, now + TAKEN_FOR_US)
        if row is not None:
            await self._settle(row, nothing_left=await self._remove_some(row))
        return 0

    async def _remove_some(self, row: Row) -> bool:
        """Remove what a few transactions can; return whether nothing is left."""
        rounds = 0
        for write in self.removed.writes(self.store, row):
            while len(*await self.store.write(write)) == SOME:
                rounds += 1
                if rounds == ROUNDS:
                    return False
        return True

    async def _settle(self, row: Row, *, nothing_left: bool) -> None:
        now, last_look = to_micros(self.clock.now()), row["removed_at"] + LAST_LOOK_AFTER_US
        if nothing_left and now >= last_look:
            await self.removed.forget(self.store, row)
        else:
            await self.removed.go_on_at(self.store, row, last_look if nothing_left else now)
