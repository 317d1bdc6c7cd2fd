"""Which agents a project has, and who may act as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobius.api.errors import Forbidden
from mobius.domains.agents import queries
from mobius.store import NotFound, Write

if TYPE_CHECKING:
    from mobius.api.call import Caller
    from mobius.store import Database, Row

ACT_PERMISSION = "mobius.agent.session"
CONNECTED = "connected"

RemoveAgent = Callable[[str, str, int], Sequence[Write]]
"""The writes with which a room removes or settles what it keeps of an agent, given the project's id, the
agent's id and the time in microseconds.
"""


@dataclass(frozen=True, slots=True)
class AgentRemovals:
    """What the other rooms do when an agent is deleted; `server/app.py` puts the list together."""

    rooms: tuple[RemoveAgent, ...]


class NotThisAgent(Forbidden):
    """The caller is neither the agent's service account nor a user who may act as agents."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "not_this_agent",
            f"this key cannot act as the agent {name!r}: use a key of the agent's service account, "
            f"or a user's key that holds {ACT_PERMISSION!r}",
        )


class SessionNotConnected(Forbidden):
    """The session that a caller claims to be in is not one in which the agent is connected."""

    def __init__(self, session_id: str, name: str) -> None:
        super().__init__(
            "session_not_connected",
            f"{session_id[:80]!r} is not a connected session of the agent {name!r}; open a new one",
        )


async def find_agent(store: Database, project_id: str, id_or_name: str) -> Row | None:
    """The agent of a project by its id or its name, if there is one."""
    return await queries.find_agent(store, project_id, id_or_name)


async def agent(store: Database, project_id: str, id_or_name: str) -> Row:
    """The agent of a project by its id or its name; raises NotFound."""
    row = await queries.find_agent(store, project_id, id_or_name)
    if row is None:
        raise NotFound("agent")
    return row


async def agents_among(store: Database, project_id: str, ids_or_names: Sequence[str]) -> dict[str, str]:
    """The ids of those that are agents of the project, by the id or the name that was given."""
    rows = await queries.agents_among(store, project_id, ids_or_names)
    ids = {row["name"]: row["id"] for row in rows} | {row["id"]: row["id"] for row in rows}
    return {one: ids[one] for one in ids_or_names if one in ids}


async def agents_of_account(store: Database, project_id: str, account_id: str) -> list[str]:
    """The ids of the agents that a service account backs, oldest first."""
    return [row["id"] for row in await queries.agents_of_account(store, project_id, account_id)]


def holds_agent(project_id: str, agent_id: str) -> Write:
    """A write for the batch that adds what belongs to an agent: it fails unless the agent still is there."""
    return queries.hold_agent(project_id, agent_id)


async def acting_agent(
    store: Database, caller: Caller, project_id: str, agent_id: str, session_id: str | None = None
) -> Row:
    """The agent (by its id or its name) as which the caller acts, in a connected session if one is given.

    Raises NotFound, NotThisAgent or SessionNotConnected. Whether the agent is active is not looked at, nor
    when the session was last heard of.
    """
    if session_id is None:
        row = await agent(store, project_id, agent_id)
        check_may_act(caller, row)
        return row
    found = await queries.find_agent_with_session(store, project_id, agent_id, session_id)
    if found is None:
        raise NotFound("agent")
    check_may_act(caller, found)
    if found["session_agent_id"] != found["id"] or found["session_status"] != CONNECTED:
        raise SessionNotConnected(session_id, found["name"])
    return found


def check_may_act(caller: Caller, agent: Row) -> None:
    """Raises NotThisAgent unless the caller is the agent's service account or a user who acts as agents."""
    if caller.actor_type == "service_account":
        may = caller.actor_id == agent["service_account_id"]
    else:
        may = caller.allows(ACT_PERMISSION)
    if not may:
        raise NotThisAgent(agent["name"])


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove all agents of a project and their sessions."""
    return [queries.delete_sessions_of_project(project_id), queries.delete_agents_of_project(project_id)]
