"""SQL of deleted channels of which something is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.store import Write

if TYPE_CHECKING:
    from mobius.store import Database, Row


def remember_removal(project_id: str, channel_id: str, now: int) -> Write:
    """Notes that something of a channel is left to be removed."""
    return Write(
        "INSERT INTO removed_channels (project_id, channel_id, removed_at, due_at) VALUES ($1, $2, $3, $3)",
        (project_id, channel_id, now),
    )


async def next_removal(store: Database) -> Row | None:
    """The removed channel that is due first. `removed_channels_due`."""
    return await store.first("SELECT due_at FROM removed_channels ORDER BY due_at LIMIT 1")


def take_due_removal(now: int, until: int) -> Write:
    """Takes a removed channel that is due. `removed_channels_due`."""
    return Write(
        """
        UPDATE removed_channels SET due_at = $2
        WHERE (project_id, channel_id) IN (
            SELECT project_id, channel_id FROM removed_channels
            WHERE due_at <= $1 ORDER BY due_at LIMIT 1 @skip_locked)
        RETURNING project_id, channel_id, removed_at""",
        (now, until),
    )


def go_on_removing_at(project_id: str, channel_id: str, due_at: int) -> Write:
    """Changes when a removed channel is due. Primary key."""
    return Write(
        "UPDATE removed_channels SET due_at = $3 WHERE project_id = $1 AND channel_id = $2",
        (project_id, channel_id, due_at),
    )


def forget_removal(project_id: str, channel_id: str) -> Write:
    """Forgets a removed channel. Primary key."""
    return Write(
        "DELETE FROM removed_channels WHERE project_id = $1 AND channel_id = $2", (project_id, channel_id)
    )


def forget_removals_of_project(project_id: str) -> Write:
    """Forgets some of the removed channels of a project, of which more is removed."""
    return Write(
        "DELETE FROM removed_channels WHERE @some(removed_channels, project_id = $1) RETURNING 1",
        (project_id,),
    )
