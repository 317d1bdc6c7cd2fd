"""Who was seen when, kept in memory and written in batches, so that a claim never waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mobius.clock import Clock, to_micros
from mobius.domains.workers import queries
from mobius.store import Database

WRITE_EVERY = timedelta(seconds=15)
KEPT_FOR = timedelta(days=7)

_REMEMBERED_FOR = timedelta(minutes=5)
_BATCH = 200


@dataclass(slots=True)
class Sighting:
    """What a worker last said about itself, and when; times in microseconds, `written_at` None when never."""

    name: str | None
    version: str | None
    at: int
    written_at: int | None = None

    def renew(self, name: str | None, version: str | None, at: int) -> bool:
        """Takes over what was said now; True when it differs from before."""
        changed = (name or self.name, version or self.version) != (self.name, self.version)
        self.name, self.version, self.at = name or self.name, version or self.version, at
        return changed


class WorkerRegistry:
    """The one writer of `workers` on this server; a loop calls `flush` twice a second or so."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._sightings: dict[str, dict[str, Sighting]] = {}
        self._due: set[tuple[str, str]] = set()

    def seen(self, project_id: str, worker_id: str, name: str | None, version: str | None) -> None:
        """Notes that a worker asks for a job now. Cheap; it is written soon, if at all."""
        now = to_micros(self._clock.now())
        of_project = self._sightings.setdefault(project_id, {})
        sighting = of_project.get(worker_id)
        if sighting is None:
            sighting = of_project[worker_id] = Sighting(name, version, now)
            changed = True
        else:
            changed = sighting.renew(name, version, now)
        written_at = sighting.written_at
        if changed or written_at is None or now - written_at >= _micros(WRITE_EVERY):
            self._due.add((project_id, worker_id))

    def sightings(self, project_id: str) -> dict[str, Sighting]:
        """What this server remembers of the project's workers; newer than what is stored."""
        return self._sightings.get(project_id, {})

    async def flush(self) -> float | None:
        """Writes a batch of what is due, in the order of keys, as every server does, against deadlocks.

        Returns 0 when more is due, else None. What could not be written stays due.
        """
        batch = sorted(self._due)[:_BATCH]
        if batch:
            await self._write(batch)
        self._forget()
        return 0 if self._due else None

    async def _write(self, batch: list[tuple[str, str]]) -> None:
        now = to_micros(self._clock.now())
        known = [(key, found) for key in batch if (found := self.sightings(key[0]).get(key[1])) is not None]
        appeared = sorted({project_id for (project_id, _), found in known if found.written_at is None})
        times = [found.at for _, found in known]
        if known:
            await self._store.write(
                queries.workers_seen([(*key, found.name, found.version, found.at) for key, found in known])
            )
        for (_, found), at in zip(known, times, strict=True):
            found.written_at = at
        # Who was seen again meanwhile is due by time soon enough.
        self._due.difference_update(batch)
        # New workers are the occasion to forget old ones: ids may change with every start of a worker.
        for project_id in appeared:
            await self._store.write(queries.forget_workers(project_id, now - _micros(KEPT_FOR)))

    def _forget(self) -> None:
        """Lets go of workers that have not come back for a while; a later sighting is written at once."""
        oldest = to_micros(self._clock.now() - _REMEMBERED_FOR)
        for project_id, of_project in list(self._sightings.items()):
            for worker_id, sighting in list(of_project.items()):
                if sighting.at < oldest and (project_id, worker_id) not in self._due:
                    del of_project[worker_id]
            if not of_project:
                del self._sightings[project_id]


def _micros(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1)
