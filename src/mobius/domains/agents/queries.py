"""SQL of agents and their sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row


async def find_agent(store: Database, project_id: str, id_or_name: str) -> Row | None:
    """The agent of a project by its id or its name (primary key and `agents_name`)."""
    return await store.first(
        "SELECT * FROM agents WHERE project_id = $1 AND (id = $2 OR name = $2)", project_id, id_or_name
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
    store: Database, project_id: str, id_or_name: str, session_id: str
) -> Row | None:
    """The agent likewise, with the session of this id as `session_agent_id`, `session_status` and
    `session_seen_at`, which are null when there is none (primary keys and `agents_name`).
    """
    return await store.first(
        """
        SELECT a.*, s.agent_id AS session_agent_id, s.status AS session_status,
            s.last_seen_at AS session_seen_at
        FROM agents a LEFT JOIN agent_sessions s ON s.project_id = a.project_id AND s.id = $3
        WHERE a.project_id = $1 AND (a.id = $2 OR a.name = $2)""",
        project_id,
        id_or_name,
        session_id,
    )


def delete_sessions_of_project(project_id: str) -> Write:
    """Removes all sessions of a project."""
    return Write("DELETE FROM agent_sessions WHERE project_id = $1", (project_id,))


def delete_agents_of_project(project_id: str) -> Write:
    """Removes all agents of a project."""
    return Write("DELETE FROM agents WHERE project_id = $1", (project_id,))
