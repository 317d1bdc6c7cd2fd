"""SQL of agents and their sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mobius.store import Table, Write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mobius.store import Database, Dialect, Row

RECENT = 20
"""The sessions that make an agent's presence: the latest ones (index agent_sessions_of_agent)."""

_SEEN = f"""(
    SELECT max(recent.last_seen_at) FROM (
        SELECT s.status, s.last_seen_at FROM agent_sessions s
        WHERE s.project_id = a.project_id AND s.agent_id = a.id ORDER BY s.id DESC LIMIT {RECENT}) AS recent
    WHERE recent.status = 'connected') AS seen_at"""

AGENT_OF_SESSION = (
    "name",
    "display_name",
    "kind",
    "service_account_id",
    "status",
    "online_until",
)
_AGENT_OF_SESSION = ", ".join(f"a.{name} AS agent_{name}" for name in AGENT_OF_SESSION)

_SESSIONS = Table(
    "agent_sessions",
    {
        "project_id": "text",
        "id": "text",
        "agent_id": "text",
        "org_id": "text",
        "status": "text",
        "transport": "text",
        "metadata": "text",
        "connected_at": "bigint",
        "last_seen_at": "bigint",
        "disconnected_at": "bigint",
        "created_at": "bigint",
        "updated_at": "bigint",
    },
)


class NewAgent(NamedTuple):
    """A row of `agents` as it is inserted; times in microseconds, objects as JSON text."""

    project_id: str
    id: str
    org_id: str
    service_account_id: str
    name: str
    display_name: str
    description: str | None
    kind: str | None
    capabilities: str | None
    config: str | None
    created_by: str
    created_at: int


async def find_agent(store: Database, project_id: str, id_or_name: str) -> Row | None:
    """The agent of a project by its id or its name (primary key and `agents_name`).

    `seen_at` is when the last connected one of its latest sessions was heard of, null without any.
    """
    return await store.first(
        f"SELECT a.*, {_SEEN} FROM agents a WHERE a.project_id = $1 AND (a.id = $2 OR a.name = $2)",
        project_id,
        id_or_name,
    )


async def agents_among(store: Database, project_id: str, ids_or_names: Sequence[str]) -> list[Row]:
    """The agents of a project with these ids or names (primary key and `agents_name`)."""
    return await store.all(
        "SELECT id, name FROM agents WHERE project_id = $1 AND (id @in($2) OR name @in($2))",
        project_id,
        list(ids_or_names),
    )


async def agents_of_account(store: Database, project_id: str, account_id: str) -> list[Row]:
    """The agents of a service account, oldest first (`agents_by_service_account`)."""
    return await store.all(
        "SELECT id FROM agents WHERE project_id = $1 AND service_account_id = $2 ORDER BY id",
        project_id,
        account_id,
    )


def hold_agent(project_id: str, agent_id: str) -> Write:
    """Keeps an agent from being deleted until the batch is written; it must be there (primary key)."""
    return Write(
        "SELECT 1 FROM agents WHERE project_id = $1 AND id = $2 @for_share", (project_id, agent_id), rows=1
    )


async def find_agent_with_session(
    store: Database, project_id: str, id_or_name: str, session_id: str | None
) -> Row | None:
    """The agent likewise, but with one session as `session_agent_id`, `session_status` and
    `session_seen_at`, which are null when there is none of this id (primary keys and `agents_name`).
    """
    return await store.first(
        """
        SELECT a.*, s.agent_id AS session_agent_id, s.status AS session_status,
            s.last_seen_at AS session_seen_at
        FROM agents a LEFT JOIN agent_sessions s ON s.project_id = a.project_id AND s.id = $3::text
        WHERE a.project_id = $1 AND (a.id = $2 OR a.name = $2)""",
        project_id,
        id_or_name,
        session_id,
    )


async def agents_of_project(
    store: Database, project_id: str, account_id: str | None, status: str | None, at_most: int
) -> list[Row]:
    """Agents of a project, newest first, each with its `seen_at` (primary key, agents_by_service_account)."""
    of_account = "TRUE" if account_id is None else "a.service_account_id = $3"
    return await store.all(
        f"""
        SELECT a.*, {_SEEN} FROM agents a
        WHERE a.project_id = $1 AND coalesce($2::text, a.status) = a.status AND {of_account}
        ORDER BY a.id DESC LIMIT {at_most}""",
        project_id,
        status,
        *([] if account_id is None else [account_id]),
    )


async def names_of_project(store: Database, project_id: str, at_most: int) -> list[Row]:
    """The ids and names of the agents of a project (primary key)."""
    return await store.all(
        "SELECT id, name FROM agents WHERE project_id = $1 ORDER BY id LIMIT $2", project_id, at_most
    )


def any_of_account(project_id: str, account_id: str) -> Write:
    """Returns a row while an agent uses the service account (index agents_by_service_account)."""
    return Write(
        "SELECT 1 FROM agents WHERE project_id = $1 AND service_account_id = $2 LIMIT 1",
        (project_id, account_id),
    )


def insert_agent(agent: NewAgent) -> Write:
    """A new, active agent that was never connected; `agents_name` keeps its name unique."""
    return Write(
        """
        INSERT INTO agents (project_id, id, org_id, service_account_id, name, display_name, description, kind,
            capabilities, config, created_by, created_at, updated_at, status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, 'active') RETURNING *""",
        tuple(agent),
    )


def update_agent(project_id: str, agent_id: str, changes: Mapping[str, Any], now: int) -> Write:
    """Changes columns, by their names; the agent must still be there."""
    columns = sorted(changes)
    changed = "".join(f", {name} = ${place}" for place, name in enumerate(columns, start=4))
    return Write(
        f"UPDATE agents SET updated_at = $3{changed} WHERE project_id = $1 AND id = $2",
        (project_id, agent_id, now, *(changes[name] for name in columns)),
        rows=1,
    )


def delete_agent(project_id: str, agent_id: str, *, online: bool) -> Write:
    """Removes an agent, which must still be there, and announced as online or not."""
    known = "IS NOT NULL" if online else "IS NULL"
    return Write(
        f"DELETE FROM agents WHERE project_id = $1 AND id = $2 AND online_until {known}",
        (project_id, agent_id),
        rows=1,
    )


def come_online(project_id: str, agent_id: str, until: int) -> Write:
    """An agent that was announced as offline is online now."""
    return Write(
        "UPDATE agents SET online_until = $3 WHERE project_id = $1 AND id = $2 AND online_until IS NULL",
        (project_id, agent_id, until),
        rows=1,
    )


def stay_online(project_id: str, agent_id: str, until: int) -> Write:
    """An agent that was announced as online stays so."""
    return Write(
        "UPDATE agents SET online_until = $3 WHERE project_id = $1 AND id = $2 AND online_until IS NOT NULL",
        (project_id, agent_id, until),
        rows=1,
    )


def look_again(project_id: str, agent_id: str, now: int) -> Write:
    """Whether an agent that was announced as online still is so is to be found out now."""
    return Write(
        "UPDATE agents SET online_until = $3 WHERE project_id = $1 AND id = $2 AND online_until IS NOT NULL",
        (project_id, agent_id, now),
    )


async def session_with_agent(store: Database, project_id: str, session_id: str) -> Row | None:
    """A session with what is needed of its agent as `agent_<column>`, and `newer`: how many later sessions
    the agent has, counted up to `RECENT` (primary keys, agent_sessions_of_agent).
    """
    return await store.first(
        f"""
        SELECT s.*, {_AGENT_OF_SESSION}, (
            SELECT count(*) FROM (
                SELECT 1 FROM agent_sessions later
                WHERE later.project_id = s.project_id AND later.agent_id = s.agent_id AND later.id > s.id
                LIMIT {RECENT}) AS those) AS newer
        FROM agent_sessions s JOIN agents a ON a.project_id = s.project_id AND a.id = s.agent_id
        WHERE s.project_id = $1 AND s.id = $2""",
        project_id,
        session_id,
    )


async def session(store: Database, project_id: str, session_id: str) -> Row:
    """A session of the project; raises NotFound (primary key)."""
    return await store.one(
        "agent session",
        "SELECT * FROM agent_sessions WHERE project_id = $1 AND id = $2",
        project_id,
        session_id,
    )


async def sessions_of_agent(
    store: Database,
    project_id: str,
    agent_id: str,
    wanted: tuple[str | None, str | None],
    fresh_since: int,
    at_most: int,
) -> list[Row]:
    """Sessions of an agent, newest first, of the `wanted` status and transport (agent_sessions_of_agent).

    Connected are those that were heard of at or after `fresh_since`; those before are stale.
    """
    return await store.all(
        """
        SELECT * FROM agent_sessions
        WHERE project_id = $1 AND agent_id = $2 AND coalesce($4::text, transport) = transport
            AND ($3::text IS NULL OR $3::text = CASE
                WHEN status = 'connected' AND last_seen_at < $5 THEN 'stale' ELSE status END)
        ORDER BY id DESC LIMIT $6""",
        project_id,
        agent_id,
        *wanted,
        fresh_since,
        at_most,
    )


async def count_connected(
    store: Database, project_id: str, agent_id: str, fresh_since: int, at_most: int
) -> int:
    """How many sessions of an agent are connected and not stale, counted up to `at_most`."""
    rows = await store.all(
        """
        SELECT 1 FROM agent_sessions
        WHERE project_id = $1 AND agent_id = $2 AND status = 'connected' AND last_seen_at >= $3 LIMIT $4""",
        project_id,
        agent_id,
        fresh_since,
        at_most,
    )
    return len(rows)


def insert_session(row: Mapping[str, Any], dialect: Dialect) -> list[Write]:
    """A new session."""
    return _SESSIONS.insert([row], dialect)


def forget_sessions(project_id: str, agent_id: str, fresh_since: int, kept: int) -> Write:
    """Removes sessions that are closed or stale, but for the `kept` latest (agent_sessions_of_agent)."""
    return Write(
        """
        DELETE FROM agent_sessions
        WHERE project_id = $1 AND agent_id = $2 AND (status = 'disconnected' OR last_seen_at < $3)
            AND id < (SELECT min(latest.id) FROM (
                SELECT id FROM agent_sessions WHERE project_id = $1 AND agent_id = $2
                ORDER BY id DESC LIMIT $4) AS latest)""",
        (project_id, agent_id, fresh_since, kept),
    )


def beat_if_fresh(
    project_id: str, session_id: str, account_id: str | None, fresh_since: int, now: int
) -> Write:
    """A sign of life of a connected session that was heard of since; of this service account's, if any.

    RETURNING the session, or no row when more has to be found out (primary keys).
    """
    return Write(
        """
        UPDATE agent_sessions SET last_seen_at = $5, updated_at = $5
        WHERE project_id = $1 AND id = $2 AND status = 'connected' AND last_seen_at >= $4
            AND ($3::text IS NULL OR $3::text = (
                SELECT a.service_account_id FROM agents a
                WHERE a.project_id = $1 AND a.id = agent_sessions.agent_id))
        RETURNING *""",
        (project_id, session_id, account_id, fresh_since, now),
    )


def beat(project_id: str, session_id: str, now: int) -> Write:
    """A sign of life of a session that must be connected; RETURNING it."""
    return Write(
        """
        UPDATE agent_sessions SET last_seen_at = $3, updated_at = $3
        WHERE project_id = $1 AND id = $2 AND status = 'connected' RETURNING *""",
        (project_id, session_id, now),
        rows=1,
    )


def disconnect(project_id: str, session_id: str, now: int) -> Write:
    """Closes a session that must be connected; RETURNING it."""
    return Write(
        """
        UPDATE agent_sessions SET status = 'disconnected', disconnected_at = $3, updated_at = $3
        WHERE project_id = $1 AND id = $2 AND status = 'connected' RETURNING *""",
        (project_id, session_id, now),
        rows=1,
    )


def delete_sessions_of_agent(project_id: str, agent_id: str) -> Write:
    """Removes all sessions of an agent (index agent_sessions_of_agent)."""
    return Write("DELETE FROM agent_sessions WHERE project_id = $1 AND agent_id = $2", (project_id, agent_id))


def delete_sessions_of_project(project_id: str) -> Write:
    """Removes some of the sessions of a project."""
    return Write(
        "DELETE FROM agent_sessions WHERE @some(agent_sessions, project_id = $1) RETURNING 1", (project_id,)
    )


def delete_agents_of_project(project_id: str) -> Write:
    """Removes some of the agents of a project."""
    return Write("DELETE FROM agents WHERE @some(agents, project_id = $1) RETURNING 1", (project_id,))


def move_online_until(project_id: str, agent_id: str, before: int, after: int | None) -> Write:
    """Sets when to look at an agent again, or that it was announced as offline; nobody may have moved it."""
    return Write(
        "UPDATE agents SET online_until = $4 WHERE project_id = $1 AND id = $2 AND online_until = $3",
        (project_id, agent_id, before, after),
        rows=1,
    )


async def agent_online_until(store: Database, project_id: str, agent_id: str, until: int) -> Row | None:
    """The agent with its `seen_at`, if `online_until` still is the given one (primary key)."""
    return await store.first(
        f"SELECT a.*, {_SEEN} FROM agents a WHERE a.project_id = $1 AND a.id = $2 AND a.online_until = $3",
        project_id,
        agent_id,
        until,
    )
