"""Sessions: how agents are connected, and whether they are online.

Presence is read from the latest sessions whenever it is shown. `agents.online_until` is about events only:
null while the agent was announced as offline, else when it is to be looked at again. What makes an agent
online moves it in the same transaction, and so does the announcement, each with a guard on what it was: so
each change is told once, however many servers there are and wherever one of them dies.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import UNSET

from mobius.api.errors import Conflict, Invalid
from mobius.clock import to_micros
from mobius.domains.agents import queries, rules
from mobius.domains.agents.announcements import announcement
from mobius.execution.event_log import EVENTS_HINT
from mobius.execution.limits import check_size
from mobius.store import GuardMissed, NotFound, new_id

if TYPE_CHECKING:
    from mobius.api.call import Caller, ProjectRef
    from mobius.clock import Clock
    from mobius.domains.agents.shapes import CreateAgentSessionRequest, Presence, SessionStatus
    from mobius.store import Database, Row, Write

PRESENCE_HINT = "presence:"
"""To be published when `online_until` was moved to now."""
SESSIONS_HINT = "agent_sessions:"
"""With the ids of project and agent, when a session was closed: claims that wait in it end."""
MAX_CONNECTED = 1_000
KEPT_SESSIONS = 100
MAX_TRANSPORT = 64
MAX_METADATA_BYTES = 16 * 1024
TRIES = 10


class SessionClosed(Conflict):
    """The session was disconnected, and stays so."""

    def __init__(self, session_id: str) -> None:
        super().__init__(
            "session_disconnected", f"the session {session_id!r} is disconnected; open a new one"
        )


class TooManySessions(Conflict):
    """The agent is connected as often as it may be."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "too_many_sessions",
            f"the agent {name!r} has {MAX_CONNECTED} connected sessions already; disconnect some",
        )


class AgentSessions:
    """Opens sessions, keeps and closes them. A session that is quiet for `presence_seconds` is stale."""

    def __init__(self, store: Database, clock: Clock, presence_seconds: float) -> None:
        self._store = store
        self._clock = clock
        self._fresh = timedelta(seconds=presence_seconds) // timedelta(microseconds=1)

    @property
    def fresh_since(self) -> int:
        """Sessions that were last heard of before this moment are stale by now."""
        return self._now - self._fresh

    def presence(self, seen_at: int | None) -> Presence:
        """The presence of an agent whose connected sessions were last heard of at `seen_at`."""
        if seen_at is None:
            return "offline"
        return "online" if seen_at >= self.fresh_since else "stale"

    def status(self, session: Row) -> SessionStatus:
        """The status of a session as it is shown."""
        if session["status"] != rules.CONNECTED:
            return "disconnected"
        return "connected" if session["last_seen_at"] >= self.fresh_since else "stale"

    async def open(
        self, caller: Caller, project: ProjectRef, id_or_name: str, request: CreateAgentSessionRequest
    ) -> Row:
        """Opens a session of the agent: it is online from now on."""
        if not 1 <= len(request.transport) <= MAX_TRANSPORT:
            raise Invalid(f"transport: {len(request.transport)} characters; 1 to {MAX_TRANSPORT} are allowed")
        metadata = None
        if request.metadata is not UNSET:
            metadata = check_size("metadata", request.metadata, MAX_METADATA_BYTES)
        agent = await rules.acting_agent(self._store, caller, project.id, id_or_name)
        connected = await queries.count_connected(
            self._store, project.id, agent["id"], self.fresh_since, MAX_CONNECTED
        )
        if connected >= MAX_CONNECTED:
            raise TooManySessions(agent["name"])
        now = self._now
        row = {
            "project_id": project.id,
            "id": new_id("ses"),
            "agent_id": agent["id"],
            "org_id": project.org_id,
            "status": rules.CONNECTED,
            "transport": request.transport,
            "metadata": metadata,
            "connected_at": now,
            "last_seen_at": now,
            "disconnected_at": None,
            "created_at": now,
            "updated_at": now,
        }
        writes = [
            *queries.insert_session(row, self._store.dialect),
            queries.forget_sessions(project.id, agent["id"], self.fresh_since, KEPT_SESSIONS),
        ]
        for _ in range(TRIES):
            if await self._written_online(agent, now, writes):
                return row
            agent = await rules.acting_agent(self._store, caller, project.id, agent["id"])
        raise GuardMissed

    async def heartbeat(self, caller: Caller, project_id: str, session_id: str) -> Row:
        """Notes a sign of life. A stale session is connected again; a closed one stays closed: SessionClosed.

        One statement where the session was heard of so lately that nobody can be about to announce the agent
        as offline.
        """
        account = caller.actor_id if caller.actor_type == "service_account" else None
        now = self._now
        fast = queries.beat_if_fresh(project_id, session_id, account, now - self._fresh * 2 // 3, now)
        [rows] = await self._store.write(fast)
        if rows:
            return rows[0]
        for _ in range(TRIES):
            found = await self._of_caller(caller, project_id, session_id)
            if found["status"] != rules.CONNECTED:
                raise SessionClosed(session_id)
            now = self._now
            if await self._written_sign_of_life(found, now):
                return {**found, "last_seen_at": now, "updated_at": now}
        raise GuardMissed

    async def disconnect(self, caller: Caller, project_id: str, session_id: str) -> Row:
        """Closes a session, unless it is closed already. If it was the last, the agent is offline soon."""
        for _ in range(TRIES):
            found = await self._of_caller(caller, project_id, session_id)
            if found["status"] != rules.CONNECTED:
                return found
            now = self._now
            hints = [f"{SESSIONS_HINT}{project_id}\t{found['agent_id']}", PRESENCE_HINT]
            try:
                _, [row] = await self._store.write(
                    queries.look_again(project_id, found["agent_id"], now),
                    queries.disconnect(project_id, session_id, now),
                    wake=hints,
                )
            except GuardMissed:
                continue
            return row
        raise GuardMissed

    async def announce_if_offline(self, project_id: str, agent_id: str, until: int) -> None:
        """Announces that an agent went offline or stale, or says when to look again.

        `until` is the `online_until` that made somebody look; if it was moved since, there is nothing to do.
        """
        agent = await queries.agent_online_until(self._store, project_id, agent_id, until)
        if agent is None:
            return
        seen_at, now = agent["seen_at"], self._now
        try:
            if self.presence(seen_at) == "online":
                await self._store.write(
                    queries.move_online_until(project_id, agent_id, until, self._stale_at(seen_at))
                )
                return
            await self._store.write(
                queries.move_online_until(project_id, agent_id, until, None),
                *announcement(self._store.dialect, agent, self.presence(seen_at), now),
                wake=[EVENTS_HINT],
            )
        except GuardMissed:
            return

    def _stale_at(self, seen_at: int) -> int:
        """The first moment at which what was heard of at `seen_at` is stale."""
        return seen_at + self._fresh + 1

    async def _written_online(self, agent: Row, now: int, writes: list[Write]) -> bool:
        """Writes what makes the agent online, announced if it was offline; False when it has changed."""
        project_id, agent_id, until = agent["project_id"], agent["id"], self._stale_at(now)
        try:
            if agent["online_until"] is not None:
                await self._store.write(queries.stay_online(project_id, agent_id, until), *writes)
            else:
                await self._store.write(
                    queries.come_online(project_id, agent_id, until),
                    *writes,
                    *announcement(self._store.dialect, agent, "online", now),
                    wake=[EVENTS_HINT],
                )
        except GuardMissed:
            return False
        return True

    async def _written_sign_of_life(self, session: Row, now: int) -> bool:
        """Writes a heartbeat with what it means for the agent; False when something has changed."""
        beat = queries.beat(session["project_id"], session["id"], now)
        if session["newer"] < queries.RECENT:
            return await self._written_online(_agent_of(session), now, [beat])
        try:  # too many came after it for it to count
            await self._store.write(beat)
        except GuardMissed:
            return False
        return True

    async def _of_caller(self, caller: Caller, project_id: str, session_id: str) -> Row:
        found = await queries.session_with_agent(self._store, project_id, session_id)
        if found is None:
            raise NotFound("agent session")
        rules.check_may_act(caller, _agent_of(found))
        return found

    @property
    def _now(self) -> int:
        return to_micros(self._clock.now())


def _agent_of(session: Row) -> Row:
    """The agent's row out of a session's that was read together with it."""
    agent = {name: session[f"agent_{name}"] for name in queries.AGENT_OF_SESSION}
    return {**agent, "project_id": session["project_id"], "id": session["agent_id"]}
