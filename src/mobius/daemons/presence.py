"""Announces agents that went quiet or whose last session was closed.

1. Take up to 100 agents that were announced as online and are to be looked at, for 5 seconds, so that other
   servers leave them alone.
2. Look at the sessions of each: the agent is announced as offline, its event in the same transaction, or it
   is online and put off until its last sign of life is too old. A server that dies in between leaves the
   agent due, and another one takes it when the 5 seconds are over.
3. Sleep until the next one is due, or until a hint says that a session was closed.
"""

from __future__ import annotations

import asyncio

from mobius.clock import Clock, to_micros
from mobius.domains.agents.sessions import AgentSessions
from mobius.store import Database, Row, Write

BATCH = 100
AT_ONCE = 10
TAKEN_FOR_US = 5_000_000

NEXT_DUE = "SELECT min(online_until) AS due FROM agents WHERE online_until IS NOT NULL"
TAKE_DUE = """
UPDATE agents SET online_until = $2
WHERE (project_id, id) IN (
    SELECT project_id, id FROM agents WHERE online_until <= $1 ORDER BY online_until LIMIT $3 @skip_locked)
RETURNING project_id, id"""


async def announce_silent_agents(store: Database, clock: Clock, sessions: AgentSessions) -> float | None:
    """Look at a batch of agents; return the seconds until the next one is due."""
    now = to_micros(clock.now())
    due: int | None = (await store.one("due agents", NEXT_DUE))["due"]
    if due is None or due > now:
        return None if due is None else (due - now) / 1_000_000
    until = now + TAKEN_FOR_US
    [taken] = await store.write(Write(TAKE_DUE, (now, until, BATCH)))
    await _announce(sessions, taken, until)
    return 0 if taken else None  # None: another server is at them


async def _announce(sessions: AgentSessions, agents: list[Row], until: int) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def announce(agent: Row) -> None:
        async with slots:
            await sessions.announce_if_offline(agent["project_id"], agent["id"], until)

    outcomes = await asyncio.gather(*(announce(agent) for agent in agents), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
