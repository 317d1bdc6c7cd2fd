"""Which workers a project has, and which of them have gone quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mobius.clock import to_micros
from mobius.domains.workers import queries
from mobius.domains.workers.registry import KEPT_FOR, WorkerRegistry
from mobius.store import Database, Write

STALE_AFTER = timedelta(minutes=2)
MAX_LISTED = 1000


@dataclass(frozen=True, slots=True)
class SeenWorker:
    """A worker as far as the server knows it; `last_seen_at` in microseconds."""

    worker_id: str
    name: str | None
    version: str | None
    last_seen_at: int
    stale: bool


async def list_workers(
    store: Database, registry: WorkerRegistry, project_id: str, now: datetime
) -> list[SeenWorker]:
    """Up to 1,000 workers, the most recently seen first, with what this server has seen but not stored."""
    rows = await queries.workers_of_project(store, project_id, to_micros(now - KEPT_FOR), MAX_LISTED)
    known = {row["worker_id"]: (row["name"], row["version"], row["last_seen_at"]) for row in rows}
    for worker_id, sighting in registry.sightings(project_id).items():
        name, version, stored_at = known.get(worker_id, (None, None, 0))
        known[worker_id] = (sighting.name or name, sighting.version or version, max(sighting.at, stored_at))
    stale_before = to_micros(now - STALE_AFTER)
    workers = [
        SeenWorker(worker_id, name, version, at, stale=at < stale_before)
        for worker_id, (name, version, at) in known.items()
    ]
    workers.sort(key=lambda worker: (-worker.last_seen_at, worker.worker_id))
    return workers[:MAX_LISTED]


async def count_workers(
    store: Database, registry: WorkerRegistry, project_id: str, now: datetime
) -> tuple[int, int]:
    """How many workers there are that are not stale, and how many that are."""
    live_since = to_micros(now - STALE_AFTER)
    here = [name for name, seen in registry.sightings(project_id).items() if seen.at >= live_since]
    live, stale = await queries.count_workers(
        store, project_id, to_micros(now - KEPT_FOR), live_since, but_for=here
    )
    return live + len(here), stale


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove all workers of a project."""
    return [queries.delete_workers_of_project(project_id)]
