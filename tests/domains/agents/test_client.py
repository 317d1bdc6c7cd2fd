"""The client library has all operations on agents."""

from __future__ import annotations

import pytest

from mobius.client import AsyncClient, Client, Conflict, NotFound
from tests.domains.agents.team import Team
from tests.domains.people import new_service_account
from tests.harness.server import ServerProcess


def test_all_operations(server: ServerProcess) -> None:
    team = Team(server)
    account = new_service_account(server, team.project, "agent")
    with Client(server.base_url, server.key, team.project) as client:
        agent = client.create_agent("drafter", account.id, kind="llm", config={"model": "m"})
        assert client.get_agent("drafter") == agent
        assert client.list_agents(service_account_id=account.id, status="active", limit=1) == [agent]
        changed = client.update_agent(agent.id, kind=None, display_name="Drafter")
        assert (changed.kind, changed.display_name, changed.config) == (None, "Drafter", {"model": "m"})
        session = client.create_agent_session("drafter", "sse", metadata={"hostname": "h"})
        assert client.get_agent("drafter").presence == "online"
        assert client.get_agent_session(session.id) == session
        assert client.heartbeat_agent_session(session.id).last_seen_at is not None
        [listed] = client.list_agent_sessions("drafter", status="connected", transport="sse")
        assert listed.id == session.id
        assert client.disconnect_agent_session(session.id).status == "disconnected"
        with pytest.raises(Conflict, match="session_disconnected"):
            client.heartbeat_agent_session(session.id)
        client.delete_agent("drafter")
        with pytest.raises(NotFound):
            client.get_agent("drafter")


async def test_from_asyncio_as_well(server: ServerProcess) -> None:
    team = Team(server)
    agent = team.agent()
    async with AsyncClient(server.base_url, server.key, team.project) as client:
        assert [one.name for one in await client.list_agents()] == [agent.name]
