"""Operations on agents and their sessions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mobius.client.flow import Flow, given
from mobius.client.operation import UNSET, Operations, Unset, operation
from mobius.client.shapes import Agent, AgentSession, Page


class AgentOperations(Operations):
    """Agents of the client's project. An agent is named by its name or its id.

    `Worker(agent=...)` opens a session, keeps it alive and closes it by itself.
    """

    @operation
    def create_agent(
        self,
        name: str,
        service_account_id: str,
        *,
        display_name: str | None = None,
        description: str | None = None,
        kind: str | None = None,
        capabilities: Mapping[str, Any] | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> Flow[Agent]:
        """Create an agent that works with the keys of a service account; the queue `name` is its own."""
        body = given(
            name=name,
            service_account_id=service_account_id,
            display_name=display_name,
            description=description,
            kind=kind,
            capabilities=capabilities,
            config=config,
        )
        return self._fetch("POST", self._in_project("agents"), Agent, body=body, once=True)

    @operation
    def list_agents(
        self, *, service_account_id: str | None = None, status: str | None = None, limit: int | None = None
    ) -> Flow[list[Agent]]:
        """Agents with their presence, newest first: at most `limit` (50; up to 200)."""
        query = {"service_account_id": service_account_id, "status": status, "limit": limit}
        page = yield from self._fetch("GET", self._in_project("agents"), Page[Agent], query=query)
        return page.rows

    @operation
    def get_agent(self, agent: str) -> Flow[Agent]:
        """An agent with its presence."""
        return self._fetch("GET", self._in_project("agents", agent), Agent)

    @operation
    def update_agent(
        self,
        agent: str,
        *,
        display_name: str | Unset = UNSET,
        description: str | Unset | None = UNSET,
        kind: str | Unset | None = UNSET,
        capabilities: Mapping[str, Any] | Unset | None = UNSET,
        config: Mapping[str, Any] | Unset | None = UNSET,
        status: str | Unset = UNSET,
    ) -> Flow[Agent]:
        """Change what is given; None clears. An agent with the status `inactive` gets no further jobs."""
        body = {
            "display_name": display_name,
            "description": description,
            "kind": kind,
            "capabilities": capabilities,
            "config": config,
            "status": status,
        }
        return self._fetch("PATCH", self._in_project("agents", agent), Agent, body=body)

    @operation
    def delete_agent(self, agent: str) -> Flow[None]:
        """Delete an agent and its sessions; the jobs that it holds go on."""
        return self._do("DELETE", self._in_project("agents", agent))

    @operation
    def create_agent_session(
        self, agent: str, transport: str, *, metadata: Mapping[str, Any] | None = None
    ) -> Flow[AgentSession]:
        """Connect as an agent; the session is stale without a heartbeat every 90 seconds."""
        body = given(transport=transport, metadata=metadata)
        where = self._in_project("agents", agent, "sessions")
        return self._fetch("POST", where, AgentSession, body=body, once=True)

    @operation
    def list_agent_sessions(
        self, agent: str, *, status: str | None = None, transport: str | None = None, limit: int | None = None
    ) -> Flow[list[AgentSession]]:
        """Sessions of an agent, newest first: at most `limit` (50; up to 200)."""
        where = self._in_project("agents", agent, "sessions")
        query = {"status": status, "transport": transport, "limit": limit}
        page = yield from self._fetch("GET", where, Page[AgentSession], query=query)
        return page.rows

    @operation
    def get_agent_session(self, session_id: str) -> Flow[AgentSession]:
        """One session."""
        return self._fetch("GET", self._session(session_id), AgentSession)

    @operation
    def heartbeat_agent_session(self, session_id: str) -> Flow[AgentSession]:
        """Keep a session alive; raises Conflict when it was closed."""
        return self._fetch("POST", self._session(session_id) + "/heartbeat", AgentSession)

    @operation
    def disconnect_agent_session(self, session_id: str) -> Flow[AgentSession]:
        """Close a session."""
        return self._fetch("POST", self._session(session_id) + "/disconnect", AgentSession)

    def _session(self, session_id: str) -> str:
        return self._in_project("agents", "sessions", session_id)
