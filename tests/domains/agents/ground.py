"""An agent in a database without a server, on a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from mobius.api.call import Caller, ProjectRef, Standing
from mobius.clock import VirtualClock
from mobius.daemons.presence import announce_silent_agents
from mobius.domains.agents.rules import find_agent
from mobius.domains.agents.sessions import AgentSessions
from mobius.domains.agents.shapes import CreateAgentSessionRequest
from mobius.store import Database, Write, open_database

PROJECT = ProjectRef("prj_1", "project", "org_1")
AGENT = "agt_1"
PRESENCE_SECONDS = 90

INSERT_AGENT = """
INSERT INTO agents (project_id, id, org_id, service_account_id, name, display_name, config, status,
    created_by, created_at, updated_at)
VALUES ($1, $2, 'org_1', 'sa_1', $3, $3, '{"secret": 1}', 'active', 'usr_1', 1, 1)"""


def caller(actor_type: str, actor_id: str, *permissions: str) -> Caller:
    return Caller(
        org_id="org_1",
        actor_type=actor_type,
        actor_id=actor_id,
        credential_id="key_1",
        credential_type="api_key",
        label="key",
        permissions=permissions or None,
        project_id=None,
        standing=Standing(),
    )


OWN = caller("service_account", "sa_1")


@dataclass
class Ground:
    """The servers of a database: they have everything in common but memory."""

    stores: list[Database]
    clock: VirtualClock
    servers: list[AgentSessions] = field(default_factory=list)

    @property
    def store(self) -> Database:
        return self.stores[0]

    async def open(self, server: int = 0) -> str:
        request = CreateAgentSessionRequest(transport="polling")
        row = await self.servers[server].open(OWN, PROJECT, AGENT, request)
        return str(row["id"])

    async def beat(self, session: str, server: int = 0) -> None:
        await self.servers[server].heartbeat(OWN, PROJECT.id, session)

    async def close(self, session: str, server: int = 0) -> None:
        await self.servers[server].disconnect(OWN, PROJECT.id, session)

    async def announce(self, server: int = 0) -> None:
        """Run the daemon until it has nothing more to do."""
        while await announce_silent_agents(self.stores[server], self.clock, self.servers[server]) == 0:
            pass

    async def presence(self) -> str:
        row = await find_agent(self.store, PROJECT.id, AGENT)
        assert row is not None
        return self.servers[0].presence(row["seen_at"])

    async def told(self) -> list[dict[str, Any]]:
        """Return what the events said, in their order."""
        table = "events ORDER BY seq" if self.store.dialect == "sqlite" else "event_outbox ORDER BY id"
        rows = await self.store.all(f"SELECT type, run_id, data FROM {table}")
        assert {row["run_id"] for row in rows} <= {AGENT}
        return [{"type": row["type"], **msgspec.json.decode(row["data"])} for row in rows]

    async def kinds(self) -> list[str]:
        return [event["type"].removeprefix("agent.") for event in await self.told()]

    def later(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))


@asynccontextmanager
async def ground(database_url: str | None, data_dir: Path) -> AsyncIterator[Ground]:
    """Open the database as two servers do (SQLite: one server, whose daemons meet), with one agent in it."""
    clock = VirtualClock(datetime(2026, 1, 31, 12, tzinfo=UTC))
    first = await open_database(database_url, data_dir, clock)
    stores = [first, first if database_url is None else await open_database(database_url, data_dir, clock)]
    try:
        await first.write(Write(INSERT_AGENT, (PROJECT.id, AGENT, "drafter")))
        servers = [AgentSessions(store, clock, PRESENCE_SECONDS) for store in stores]
        yield Ground(stores, clock, servers)
    finally:
        for store in dict.fromkeys(stores):
            await store.close()
