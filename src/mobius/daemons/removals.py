"""Removes what deleted projects have left behind, a little at a time.

1. Take one removed project for 5 seconds, so that other servers leave it alone meanwhile.
2. Remove up to 1,000 rows of a table in a transaction, again and again, table after table. A server that dies
   in between leaves the rest to whoever takes the project next.
3. When nothing is left, look once more after two minutes: a request that was under way when the project was
   deleted may have written since. Then forget it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mobius.clock import Clock, to_micros
from mobius.domains.projects import removal
from mobius.domains.projects.removal import ProjectRemovals
from mobius.store import SOME, Database, Row

TAKEN_FOR_US = 5_000_000
LAST_LOOK_AFTER_US = 120_000_000
ROUNDS = 20
"""Transactions that leave something before other projects have their turn."""


@dataclass(frozen=True, slots=True)
class Removals:
    """Works through the removed projects of all orgs."""

    store: Database
    clock: Clock
    rooms: ProjectRemovals

    async def work(self) -> float | None:
        """Remove some of one project; return the seconds until there is more to do."""
        due_at, now = await removal.next_due(self.store), to_micros(self.clock.now())
        if due_at is None:
            return None
        if due_at > now:
            return (due_at - now) / 1_000_000
        project = await removal.take_due(self.store, now, now + TAKEN_FOR_US)
        if project is not None:
            await self._settle(project, nothing_left=await self._remove_some(project["project_id"]))
        return 0

    async def _remove_some(self, project_id: str) -> bool:
        """Remove what a few transactions can; return whether nothing is left."""
        rounds = 0
        for remove in self.rooms.in_time:
            for write in remove(project_id):
                while len(*await self.store.write(write)) == SOME:
                    rounds += 1
                    if rounds == ROUNDS:
                        return False
        return True

    async def _settle(self, project: Row, *, nothing_left: bool) -> None:
        now, last_look = to_micros(self.clock.now()), project["removed_at"] + LAST_LOOK_AFTER_US
        if nothing_left and now >= last_look:
            await removal.forget(self.store, project)
        else:
            await removal.go_on_at(self.store, project, last_look if nothing_left else now)
