"""Gives committed events their place in the log (PostgreSQL; SQLite's only writer inserts in commit order).

1. Lock the counter: one server at a time moves events, any server can. Who finds it locked comes again.
2. Move up to 1,000 events from the outbox to the log, in its order, numbered on from the counter. Only
   committed rows are seen, so whatever commits later gets a higher number.
3. Hint those who follow the log. A server that dies at any point has moved a batch or none of it.
"""

from __future__ import annotations

from mobius.store import Database, GuardMissed, Write

BATCH = 1000
GATHER_SECONDS = 0.01
"""How long events wait for others that go with them: a batch costs about the same whatever its size."""
VACUUM_AFTER = 20_000
"""In events moved by this server. What was moved leaves dead rows behind, which each look steps over."""

ANY_WAITING = "SELECT 1 FROM event_outbox ORDER BY id LIMIT 1"
LOCK_COUNTER = "SELECT last_seq FROM event_counter WHERE id = 1 @skip_locked"
MOVE_EVENTS = """
WITH moved AS (
    DELETE FROM event_outbox WHERE id IN (SELECT id FROM event_outbox ORDER BY id LIMIT $1)
    RETURNING id, project_id, run_id, type, data, created_at),
numbered AS (SELECT *, row_number() OVER (ORDER BY id) AS place FROM moved),
counted AS (
    UPDATE event_counter SET last_seq = last_seq + (SELECT count(*) FROM moved)
    WHERE id = 1 RETURNING last_seq)
INSERT INTO events (project_id, seq, run_id, type, data, created_at)
SELECT project_id, last_seq - (SELECT count(*) FROM moved) + place, run_id, type, data, created_at
FROM numbered, counted
RETURNING 1"""

VACUUM = "VACUUM (SKIP_LOCKED, TRUNCATE FALSE) event_outbox"


class Sequencer:
    """The sequencer of one server."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._moved = 0

    async def work(self) -> float | None:
        """Move a batch of events; return when more are to be moved, if any are known of."""
        try:
            moved = await sequence_events(self._store)
        except GuardMissed:  # another server is at it, and may not have seen the last ones
            return GATHER_SECONDS
        self._moved += moved
        return 0 if moved == BATCH else None

    async def clear_dead_rows(self) -> None:
        """Clear what was moved out of the way; in a loop of its own, because events shall not wait for it."""
        if self._moved >= VACUUM_AFTER:
            self._moved = 0
            await self._store.first(VACUUM)


async def sequence_events(store: Database) -> int:
    """Move a batch of events; return how many. Raises GuardMissed when another server moves some."""
    if await store.first(ANY_WAITING) is None:
        return 0
    lock = Write(LOCK_COUNTER, rows=1)
    _, moved = await store.write(lock, Write(MOVE_EVENTS, (BATCH,)), wake=["sequenced:"])
    return len(moved)
