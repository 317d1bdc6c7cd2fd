"""Who may claim which jobs: a queue that is named like an agent is the agent's own.

The names of the agents of a project are remembered, since every claim asks for them. A change of the agents
is published as an `agents:` hint, so this server forgets them at once and the others as soon as the hint
arrives; a lost hint costs no more than the age limit.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobius.api.errors import Forbidden, Invalid
from mobius.domains.agents import queries, rules
from mobius.execution.claimant import Claimant

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobius.api.call import Caller
    from mobius.domains.agents.sessions import AgentSessions
    from mobius.store import Database

_MOST_PROJECTS = 10_000


class AgentInactive(Forbidden):
    """The agent gets no jobs for now."""

    def __init__(self, name: str) -> None:
        super().__init__("agent_inactive", f"the agent {name!r} is inactive and gets no jobs")


@dataclass(slots=True)
class _Known:
    """A project as it is to those who claim for no agent, and when it was read, in loop time."""

    anybody: Claimant
    read_at: float


class Claimants:
    """Tells of each claim whom it is for and which queues are closed to it."""

    def __init__(self, store: Database, sessions: AgentSessions, max_age: float) -> None:
        self._store = store
        self._sessions = sessions
        self._max_age = max_age
        self._projects: dict[str, _Known] = {}
        self._changes = 0
        self._forget: Callable[[], None] = store.wakeups.on("agents", self._changed)

    def close(self) -> None:
        """Listens to hints no more."""
        self._forget()

    async def claimant(
        self, caller: Caller, project_id: str, agent_id: str | None, session_id: str | None
    ) -> Claimant:
        """Who claims: nobody in particular, or an agent by its id or name, in a session if one is given.

        Raises NotFound for an unknown agent; NotThisAgent, AgentInactive or SessionNotConnected.
        """
        known = self._projects.get(project_id)
        if known is None or asyncio.get_running_loop().time() - known.read_at > self._max_age:
            known = await self._read(project_id)
        if agent_id is not None:
            return await self._agent(caller, project_id, agent_id, session_id, known)
        if session_id is not None:
            raise Invalid("agent_session_id: goes with the `agent_id` of its agent")
        return known.anybody

    async def _agent(
        self, caller: Caller, project_id: str, agent_id: str, session_id: str | None, known: _Known
    ) -> Claimant:
        agent = await rules.acting_agent(self._store, caller, project_id, agent_id, session_id)
        if agent["status"] != "active":
            raise AgentInactive(agent["name"])
        if session_id is not None and agent["session_seen_at"] < self._sessions.fresh_since:
            raise rules.SessionNotConnected(session_id, agent["name"])
        closed = known.anybody.closed - {agent["name"]}
        return Claimant(agent["id"], session_id, closed)

    async def _read(self, project_id: str) -> _Known:
        while True:
            changes = self._changes
            rows = await queries.names_of_project(self._store, project_id, rules.MAX_AGENTS)
            if changes == self._changes:
                break
        closed = frozenset(row["name"] for row in rows)
        known = _Known(Claimant(closed=closed), asyncio.get_running_loop().time())
        if len(self._projects) >= _MOST_PROJECTS:
            self._projects.clear()
        self._projects[project_id] = known
        return known

    def _changed(self, project_id: str) -> None:
        self._changes += 1
        if project_id:
            self._projects.pop(project_id, None)
        else:
            self._projects.clear()
