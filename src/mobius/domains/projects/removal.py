"""What is left of deleted projects, and who removes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mobius.domains.projects import queries
from mobius.store import Database, Row, Write

REMOVED_HINT = "removed_projects:"

RemoveFromProject = Callable[[str], Sequence[Write]]
"""The writes with which a room removes what it keeps of a project, given by its id."""


@dataclass(frozen=True, slots=True)
class ProjectRemovals:
    """What the other rooms do when a project is deleted; `server/app.py` puts the lists together.

    `at_once` removes what would be in the way of others: credentials, and names that are unique in the org.
    The writes of `in_time` remove up to `SOME` rows each and return them; they are repeated in the background
    until nothing is left, since a project may hold more than one transaction can remove.
    """

    at_once: tuple[RemoveFromProject, ...]
    in_time: tuple[RemoveFromProject, ...]

    async def next_due(self, store: Database) -> int | None:
        """When the next removed project is to be gone on with, in microseconds; None when there is none."""
        row = await queries.next_removal(store)
        return None if row is None else int(row["due_at"])

    async def take_due(self, store: Database, now: int, until: int) -> Row | None:
        """A removed project that is due, which nobody else takes before `until`."""
        [taken] = await store.write(queries.take_due_removal(now, until))
        return taken[0] if taken else None

    def writes(self, _store: Database, project: Row) -> Iterator[Write]:
        """The writes that remove some of it, room after room."""
        for remove in self.in_time:
            yield from remove(project["project_id"])

    async def go_on_at(self, store: Database, project: Row, due_at: int) -> None:
        """Lets a removed project be gone on with at `due_at`."""
        await store.write(queries.go_on_removing_at(project["org_id"], project["project_id"], due_at))

    async def forget(self, store: Database, project: Row) -> None:
        """Nothing is left of a project."""
        await store.write(queries.forget_removal(project["org_id"], project["project_id"]))
