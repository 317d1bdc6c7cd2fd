"""Who may claim which jobs: a queue that is named like an agent is the agent's own.

The names of the agents of a project are remembered, since every claim asks for them. A change of the agents
is published as an `agents:` hint, so this server forgets them at once and the others as soon as the hint
arrives; a lost hint costs no more than the age limit.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from mobius.api.errors import Forbidden, Invalid
from mobius.domains.agents import queries, rules
from mobius.execution.claimant import Claimant
from mobius.store import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobius.api.call import Caller
    from mobius.domains.agents.sessions import AgentSessions
    from mobius.execution.waiting import JobWaiters
    from mobius.store import Database

_MOST_PROJECTS = 10_000

log = structlog.get_logger("mobius.agents")


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
    """Tells claims whom they are for and which queues are closed to them, also those that wait."""

    def __init__(self, store: Database, sessions: AgentSessions, waiters: JobWaiters, max_age: float) -> None:
        self._store = store
        self._sessions = sessions
        self._waiters = waiters
        self._max_age = max_age
        self._readings: dict[str, asyncio.Task[_Known]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._projects: dict[str, _Known] = {}
        self._outdated: set[str] = set()
        """Projects that have changed while they were read."""
        self._forget: Callable[[], None] = store.wakeups.on("agents", self._changed)

    async def close(self) -> None:
        """Listens to hints no more."""
        self._forget()
        tasks = [*self._tasks, *self._readings.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def claimant(
        self, caller: Caller, project_id: str, agent_id: str | None, session_id: str | None
    ) -> Claimant:
        """Who claims: nobody in particular, or an agent by its id or name, in a session if one is given.

        Raises NotFound for an unknown agent; NotThisAgent, AgentInactive or SessionNotConnected.
        """
        known = self._projects.get(project_id)
        if known is None or asyncio.get_running_loop().time() - known.read_at > self._max_age:
            known = await self._known(project_id)
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

    async def _known(self, project_id: str) -> _Known:
        """What is to be known of a project, read once for all who ask at the same time."""
        reading = self._readings.get(project_id)
        if reading is None:
            reading = self._readings[project_id] = asyncio.create_task(self._read(project_id))
            reading.add_done_callback(lambda _: self._readings.pop(project_id, None))
        return await asyncio.shield(reading)

    async def _read(self, project_id: str) -> _Known:
        """Read until nothing changes meanwhile; when that does not end, the next one to ask reads again."""
        tries, known = 0, None
        while known is None or (project_id in self._outdated and tries < rules.TRIES):
            tries += 1
            self._outdated.discard(project_id)
            rows = await queries.names_of_project(self._store, project_id, rules.MAX_AGENTS)
            closed = frozenset(row["name"] for row in rows)
            known = _Known(Claimant(closed=closed), asyncio.get_running_loop().time())
        if project_id not in self._outdated:
            if len(self._projects) >= _MOST_PROJECTS:
                self._projects.clear()
            self._projects[project_id] = known
        return known

    def _changed(self, project_id: str) -> None:
        self._outdated.update(read for read in self._readings if project_id in ("", read))
        if not project_id:
            self._projects.clear()  # and all that wait are woken by the jobs that may have been missed
            return
        self._projects.pop(project_id, None)
        if self._waiters.waits_in(project_id):
            task = asyncio.create_task(self._tell(project_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _tell(self, project_id: str) -> None:
        try:
            known = await self._known(project_id)
        except DatabaseUnavailable:
            log.warning("claims_that_wait_do_not_know_of_changed_agents", project_id=project_id)
            return
        self._waiters.close_queues(project_id, known.anybody.closed)
