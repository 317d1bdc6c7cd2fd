"""HTTP of agents and their sessions."""

from typing import Any

from msgspec import UNSET, UnsetType

from mobius.api.call import ProjectCall
from mobius.api.operation import operation, operations
from mobius.api.schema import timestamp
from mobius.domains.agents import queries, rules
from mobius.domains.agents.rules import AgentRemovals
from mobius.domains.agents.sessions import AgentSessions
from mobius.domains.agents.shapes import (
    Agent,
    AgentListResponse,
    AgentSession,
    AgentSessionListResponse,
    CreateAgentRequest,
    CreateAgentSessionRequest,
    ListAgentSessionsQuery,
    ListAgentsQuery,
    UpdateAgentRequest,
)
from mobius.execution.records import raw_json
from mobius.store import Row

TAGS = ("agents",)


@operation(
    "POST",
    "/projects/{project}/agents",
    tags=TAGS,
    permission="mobius.agent.create",
    status=201,
    errors=(400, 404, 409, 413),
    summary="Create an agent",
)
async def create_agent(call: ProjectCall, body: CreateAgentRequest) -> Agent:
    """Creates an agent that works with the keys of a service account.

    Its name becomes the name of a queue of its own: from now on only the agent gets the jobs of that queue. A
    name in use is answered with 409 `name_taken`.
    """
    return _agent(call, await rules.create_agent(call, body))


@operation(
    "GET",
    "/projects/{project}/agents",
    tags=TAGS,
    permission="mobius.agent.read",
    errors=(400, 404),
    summary="List agents",
)
async def list_agents(call: ProjectCall, query: ListAgentsQuery) -> AgentListResponse:
    """Answers with agents and their presence, newest first, at most `limit`."""
    account = None if query.service_account_id is UNSET else query.service_account_id
    status = None if query.status is UNSET else query.status
    rows = await queries.agents_of_project(call.store, call.project.id, account, status, query.limit)
    return AgentListResponse(items=[_agent(call, row) for row in rows])


@operation(
    "GET",
    "/projects/{project}/agents/{id}",
    tags=TAGS,
    permission="mobius.agent.read",
    errors=(404,),
    summary="Get an agent",
)
async def get_agent(call: ProjectCall, id: str) -> Agent:
    """Answers with the agent of this id or name and its presence."""
    return _agent(call, await rules.agent(call.store, call.project.id, id))


@operation(
    "PATCH",
    "/projects/{project}/agents/{id}",
    tags=TAGS,
    permission="mobius.agent.update",
    errors=(400, 404, 413),
    summary="Update an agent",
)
async def update_agent(call: ProjectCall, id: str, body: UpdateAgentRequest) -> Agent:
    """Changes an agent. An inactive one gets no further jobs; its sessions and the jobs it holds go on."""
    return _agent(call, await rules.update_agent(call, id, body))


@operation(
    "DELETE",
    "/projects/{project}/agents/{id}",
    tags=TAGS,
    permission="mobius.agent.delete",
    status=204,
    errors=(404,),
    summary="Delete an agent",
)
async def delete_agent(call: ProjectCall, id: str) -> None:
    """Removes an agent and its sessions for good. The jobs it holds go on; its queue is nobody's any more."""
    await rules.delete_agent(call, call.room(AgentRemovals), id)


@operation(
    "POST",
    "/projects/{project}/agents/{id}/sessions",
    tags=TAGS,
    permission="mobius.agent.session",
    precedence="first",
    status=201,
    errors=(400, 404, 409, 413),
    summary="Open a session of an agent",
)
async def create_agent_session(call: ProjectCall, id: str, body: CreateAgentSessionRequest) -> AgentSession:
    """Connects a worker that acts as the agent; it then sends heartbeats, about every 30 seconds.

    Only the agent's service account may, or a user with the permission; others get 403 `not_this_agent`.
    """
    row = await call.room(AgentSessions).open(call.caller, call.project, id, body)
    return _session(call, row)


@operation(
    "GET",
    "/projects/{project}/agents/{id}/sessions",
    tags=TAGS,
    permission="mobius.agent.read",
    errors=(400, 404),
    summary="List the sessions of an agent",
)
async def list_agent_sessions(
    call: ProjectCall, id: str, query: ListAgentSessionsQuery
) -> AgentSessionListResponse:
    """Answers with sessions, newest first, at most `limit`. Of those that ended the latest 100 are kept."""
    agent = await rules.agent(call.store, call.project.id, id)
    rows = await queries.sessions_of_agent(
        call.store,
        call.project.id,
        agent["id"],
        (query.status or None, query.transport or None),
        call.room(AgentSessions).fresh_since,
        query.limit,
    )
    return AgentSessionListResponse(items=[_session(call, row) for row in rows])


@operation(
    "GET",
    "/projects/{project}/agents/sessions/{sessionId}",
    tags=TAGS,
    permission="mobius.agent.read",
    errors=(404,),
    summary="Get a session",
)
async def get_agent_session(call: ProjectCall, session_id: str) -> AgentSession:
    """Answers with one session."""
    return _session(call, await queries.session(call.store, call.project.id, session_id))


@operation(
    "POST",
    "/projects/{project}/agents/sessions/{sessionId}/heartbeat",
    tags=TAGS,
    permission="mobius.agent.session",
    precedence="first",
    errors=(404, 409),
    summary="Keep a session alive",
)
async def heartbeat_agent_session(call: ProjectCall, session_id: str) -> AgentSession:
    """Notes a sign of life. A stale session is connected again, a closed one is `session_disconnected`."""
    row = await call.room(AgentSessions).heartbeat(call.caller, call.project.id, session_id)
    return _session(call, row)


@operation(
    "POST",
    "/projects/{project}/agents/sessions/{sessionId}/disconnect",
    tags=TAGS,
    permission="mobius.agent.session",
    precedence="first",
    errors=(404,),
    summary="Close a session",
)
async def disconnect_agent_session(call: ProjectCall, session_id: str) -> AgentSession:
    """Closes a session; claims that wait in it end. Closing a closed one changes nothing."""
    row = await call.room(AgentSessions).disconnect(call.caller, call.project.id, session_id)
    return _session(call, row)


def _agent(call: ProjectCall, row: Row) -> Agent:
    return Agent(
        id=row["id"],
        org_id=row["org_id"],
        service_account_id=row["service_account_id"],
        name=row["name"],
        display_name=row["display_name"],
        description=_present(row["description"]),
        kind=_present(row["kind"]),
        capabilities=_object(row["capabilities"]),
        config=_object(row["config"]),
        status=row["status"],
        presence=call.room(AgentSessions).presence(row["seen_at"]),
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
    )


def _session(call: ProjectCall, row: Row) -> AgentSession:
    disconnected_at = row["disconnected_at"]
    return AgentSession(
        id=row["id"],
        org_id=row["org_id"],
        agent_id=row["agent_id"],
        status=call.room(AgentSessions).status(row),
        transport=row["transport"],
        metadata=_object(row["metadata"]),
        connected_at=timestamp(row["connected_at"]),
        last_seen_at=timestamp(row["last_seen_at"]),
        disconnected_at=None if disconnected_at is None else timestamp(disconnected_at),
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
    )


def _present(text: str | None) -> str | UnsetType:
    return UNSET if text is None else text


def _object(text: str | None) -> Any:
    return UNSET if text is None else raw_json(text)


routes = operations(__name__)
