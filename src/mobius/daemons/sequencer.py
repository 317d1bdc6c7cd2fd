"""Gives committed events their place in the log (PostgreSQL; SQLite's only writer inserts in commit order).

1. Lock the counter: one server at a time moves events, any server can.
2. Move up to 1,000 events from the outbox to the log, in its order, numbered on from the counter. Only
   committed rows are seen, so whatever commits later gets a higher number.
3. Hint those who follow the log. A server that dies at any point has moved a batch or none of it.
"""

from __future__ import annotations

from mobius.store import Database, Write

BATCH = 1000

LOCK_COUNTER = "SELECT last_seq FROM event_counter WHERE id = 1 FOR UPDATE"
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
ANY_WAITING = "SELECT 1 FROM event_outbox LIMIT 1"


async def sequence_events(store: Database) -> float | None:
    """Move a batch of events; return 0 when more wait."""
    if await store.first(ANY_WAITING) is None:
        return None
    _, moved = await store.write(Write(LOCK_COUNTER), Write(MOVE_EVENTS, (BATCH,)), wake=["sequenced:"])
    return 0 if len(moved) == BATCH else None
