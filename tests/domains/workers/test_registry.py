from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mobius.clock import VirtualClock, to_micros
from mobius.domains.workers.registry import KEPT_FOR, WRITE_EVERY, WorkerRegistry
from mobius.domains.workers.rules import STALE_AFTER, list_workers
from mobius.store import Database, DatabaseUnavailable, open_database

START = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
async def store(database_url: str | None, tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Database]:
    database = await open_database(database_url, tmp_path, clock)
    yield database
    await database.close()


@pytest.fixture
def registry(store: Database, clock: VirtualClock) -> WorkerRegistry:
    return WorkerRegistry(store, clock)


async def _stored(store: Database) -> dict[str, Any]:
    rows = await store.all("SELECT * FROM workers WHERE project_id = $1", "prj_1")
    return {row["worker_id"]: row["last_seen_at"] for row in rows}


async def test_new_worker_is_written_with_the_next_flush(store: Database, registry: WorkerRegistry) -> None:
    registry.seen("prj_1", "w1", "name", "1")
    await registry.flush()
    assert await _stored(store) == {"w1": to_micros(START)}


async def test_is_written_again_only_after_a_while(
    store: Database, registry: WorkerRegistry, clock: VirtualClock
) -> None:
    registry.seen("prj_1", "w1", None, None)
    await registry.flush()
    clock.advance(WRITE_EVERY - timedelta(seconds=1))
    registry.seen("prj_1", "w1", None, None)
    await registry.flush()
    assert await _stored(store) == {"w1": to_micros(START)}
    [worker] = await list_workers(store, registry, "prj_1", clock.now())
    assert worker.last_seen_at == to_micros(clock.now())
    clock.advance(timedelta(seconds=1))
    registry.seen("prj_1", "w1", None, None)
    await registry.flush()
    assert await _stored(store) == {"w1": to_micros(clock.now())}


async def test_is_written_at_once_when_it_says_something_new(
    store: Database, registry: WorkerRegistry, clock: VirtualClock
) -> None:
    registry.seen("prj_1", "w1", "name", "1")
    await registry.flush()
    registry.seen("prj_1", "w1", None, "2")
    await registry.flush()
    other_server = WorkerRegistry(store, clock)
    [worker] = await list_workers(store, other_server, "prj_1", clock.now())
    assert (worker.name, worker.version) == ("name", "2")


async def test_is_stale_when_not_seen_for_more_than_two_minutes(
    store: Database, registry: WorkerRegistry, clock: VirtualClock
) -> None:
    registry.seen("prj_1", "w1", None, None)
    await registry.flush()
    clock.advance(STALE_AFTER)
    assert not (await list_workers(store, registry, "prj_1", clock.now()))[0].stale
    clock.advance(timedelta(microseconds=1))
    assert (await list_workers(store, registry, "prj_1", clock.now()))[0].stale


async def test_older_sighting_of_another_server_does_not_win(
    store: Database, registry: WorkerRegistry, clock: VirtualClock
) -> None:
    slow = WorkerRegistry(store, clock)
    slow.seen("prj_1", "w1", None, None)
    clock.advance(timedelta(seconds=5))
    registry.seen("prj_1", "w1", None, None)
    await registry.flush()
    await slow.flush()
    assert await _stored(store) == {"w1": to_micros(clock.now())}


async def test_workers_that_do_not_come_back_are_forgotten(
    store: Database, registry: WorkerRegistry, clock: VirtualClock
) -> None:
    registry.seen("prj_1", "old", None, None)
    await registry.flush()
    clock.advance(KEPT_FOR + timedelta(seconds=1))
    registry.seen("prj_1", "new", None, None)
    await registry.flush()
    assert set(await _stored(store)) == {"new"}
    assert set(registry.sightings("prj_1")) == {"new"}


async def test_what_could_not_be_written_stays_due(
    store: Database, registry: WorkerRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise DatabaseUnavailable("gone")

    registry.seen("prj_1", "w1", None, None)
    with monkeypatch.context() as patch:
        patch.setattr(type(store), "write", fail)
        with pytest.raises(DatabaseUnavailable):
            await registry.flush()
    await registry.flush()
    assert set(await _stored(store)) == {"w1"}


async def test_many_workers_are_written_in_batches(store: Database, registry: WorkerRegistry) -> None:
    for number in range(450):
        registry.seen("prj_1", f"w{number}", None, None)
    while await registry.flush() == 0:
        pass
    assert len(await _stored(store)) == 450
