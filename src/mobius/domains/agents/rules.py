"""Which agents a project has, and who may act as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, UnsetType

from mobius.api.errors import Conflict, Forbidden, Invalid
from mobius.api.names import checked_name
from mobius.clock import to_micros
from mobius.domains.agents import queries
from mobius.domains.agents.announcements import announcement
from mobius.domains.identity.rules import account_named, holds_service_account
from mobius.execution.event_log import EVENTS_HINT
from mobius.execution.limits import check_size
from mobius.store import GuardMissed, NotFound, UniqueViolation, Write, new_id

if TYPE_CHECKING:
    from mobius.api.call import Caller, ProjectCall
    from mobius.domains.agents.shapes import CreateAgentRequest, UpdateAgentRequest
    from mobius.domains.identity.rules import AccountRef
    from mobius.store import Database, Row

AGENTS_HINT = "agents:"
"""With a project's id, when it has gained or lost an agent, or one became active or inactive."""
MAX_AGENTS = 1_000
MAX_NAME = 128
MAX_KIND = 64
MAX_DESCRIPTION = 2_000
MAX_OBJECT_BYTES = 64 * 1024
TRIES = 10
_NAMES_WITH_A_MEANING = frozenset({"default", "sessions", ".", ".."})

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


class NameTaken(Conflict):
    """Another agent of the project has the name; nothing was created."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "name_taken", f"an agent of this project is already called {name!r}; choose another name"
        )


class TooManyAgents(Conflict):
    """The project has as many agents as it may have."""

    def __init__(self) -> None:
        super().__init__("too_many_agents", f"this project has {MAX_AGENTS} agents; more are not allowed")


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
    found = await queries.find_agent_with_session(store, project_id, agent_id, session_id)
    if found is None:
        raise NotFound("agent")
    check_may_act(caller, found)
    if session_id is not None and (found["session_agent_id"], found["session_status"]) != (
        found["id"],
        CONNECTED,
    ):
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


async def create_agent(call: ProjectCall, request: CreateAgentRequest) -> Row:
    """Creates an agent that uses a service account of the project; its name becomes the name of a queue.

    Raises Invalid, NameTaken or TooManyAgents.
    """
    name = _checked_agent_name(request.name)
    project = call.project
    agent = queries.NewAgent(
        project_id=project.id,
        id=new_id("agt"),
        org_id=project.org_id,
        service_account_id=request.service_account_id,
        name=name,
        display_name=name if request.display_name is UNSET else _display_name(request.display_name),
        description=_text("description", request.description, MAX_DESCRIPTION),
        kind=_text("kind", request.kind, MAX_KIND),
        capabilities=_object("capabilities", request.capabilities),
        config=_object("config", request.config),
        created_by=call.caller.actor_id,
        created_at=to_micros(call.clock.now()),
    )
    account = await account_named(call.store, project.org_id, project.id, request.service_account_id)
    if len(await queries.names_of_project(call.store, project.id, MAX_AGENTS)) >= MAX_AGENTS:
        raise TooManyAgents
    try:
        _, [row] = await call.store.write(
            holds_service_account(project.id, account.id),
            queries.insert_agent(agent),
            wake=[AGENTS_HINT + project.id],
        )
    except UniqueViolation:
        raise NameTaken(name) from None
    return {**row, "seen_at": None}


async def update_agent(call: ProjectCall, id_or_name: str, request: UpdateAgentRequest) -> Row:
    """Changes what the request names; raises NotFound. An agent that becomes inactive keeps its sessions."""
    changes: dict[str, Any] = {}
    if request.display_name is not UNSET:
        changes["display_name"] = _display_name(request.display_name)
    if request.description is not UNSET:
        changes["description"] = _text("description", request.description, MAX_DESCRIPTION)
    if request.kind is not UNSET:
        changes["kind"] = _text("kind", request.kind, MAX_KIND)
    if request.capabilities is not UNSET:
        changes["capabilities"] = _object("capabilities", request.capabilities)
    if request.config is not UNSET:
        changes["config"] = _object("config", request.config)
    if request.status is not UNSET:
        changes["status"] = request.status
    agent_id = (await agent(call.store, call.project.id, id_or_name))["id"]
    hints = [AGENTS_HINT + call.project.id] if "status" in changes else []
    update = queries.update_agent(call.project.id, agent_id, changes, to_micros(call.clock.now()))
    try:
        await call.store.write(update, wake=hints)
    except GuardMissed:
        raise NotFound("agent") from None
    return await agent(call.store, call.project.id, agent_id)


async def delete_agent(call: ProjectCall, removals: AgentRemovals, id_or_name: str) -> None:
    """Removes an agent with its sessions and what other rooms keep of it; raises NotFound.

    Its jobs go on, and its queue is nobody's from now on.
    """
    for _ in range(TRIES):
        row = await agent(call.store, call.project.id, id_or_name)
        now = to_micros(call.clock.now())
        online = row["online_until"] is not None
        writes = [
            queries.delete_agent(call.project.id, row["id"], online=online),
            queries.delete_sessions_of_agent(call.project.id, row["id"]),
            *(write for remove in removals.rooms for write in remove(call.project.id, row["id"], now)),
        ]
        if online:
            writes += announcement(call.store.dialect, row, "offline", now)
        try:
            await call.store.write(*writes, wake=[AGENTS_HINT + call.project.id, EVENTS_HINT])
        except GuardMissed:
            continue
        return
    raise GuardMissed


def uses_of_account(account: AccountRef, now: int) -> Write:
    """A write that returns a row while an agent uses the service account."""
    del now
    return queries.any_of_account(account.project_id, account.id)


def _checked_agent_name(name: str) -> str:
    checked_name(name, MAX_NAME)
    if not name.isprintable() or "/" in name:
        raise Invalid(
            f"name: {name[:40]!r} holds a character that it must not: no `/`, and all must be printable"
        )
    if name in _NAMES_WITH_A_MEANING or name.startswith("agt_"):
        raise Invalid(
            f"name: {name!r} means something else; `default` is the queue of everybody, and `agt_...` are ids"
        )
    return name


def _display_name(text: str) -> str:
    if not text.strip():
        raise Invalid("display_name: it is blank; leave it out to show the name")
    _text("display_name", text, 200)
    return text


def _text(field: str, text: str | UnsetType | None, longest: int) -> str | None:
    if text is UNSET or text is None:
        return None
    if len(text) > longest:
        raise Invalid(f"{field}: {len(text)} characters; at most {longest} are allowed")
    return text


def _object(field: str, value: dict[str, Any] | UnsetType | None) -> str | None:
    return None if value is UNSET or value is None else check_size(field, value, MAX_OBJECT_BYTES)


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove all agents of a project and their sessions."""
    return [queries.delete_agents_of_project(project_id), queries.delete_sessions_of_project(project_id)]
