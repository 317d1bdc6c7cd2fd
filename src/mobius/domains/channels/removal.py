"""What is left of deleted channels: more than one transaction can remove, if much was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.domains.channels import message_queries, removal_queries
from mobius.execution.event_log import forget_some

if TYPE_CHECKING:
    from mobius.store import Database, Row, Write

REMOVED_HINT = "removed_channels:"
DELETED = "channel.deleted"


class ChannelRemovals:
    """What `daemons/removals.py` asks for."""

    async def next_due(self, store: Database) -> int | None:
        """When the next one is to be gone on with, in microseconds; None when there is none."""
        row = await removal_queries.next_removal(store)
        return None if row is None else int(row["due_at"])

    async def take_due(self, store: Database, now: int, until: int) -> Row | None:
        """A removed channel that is due, which nobody else takes before `until`."""
        [taken] = await store.write(removal_queries.take_due_removal(now, until))
        return taken[0] if taken else None

    def writes(self, store: Database, channel: Row) -> list[Write]:
        """The writes that remove some of its messages, and of what was told of it but that it was deleted."""
        here = channel["project_id"], channel["channel_id"]
        return [
            message_queries.delete_some_messages(*here),
            *forget_some(store.dialect, *here, but=DELETED),
        ]

    async def go_on_at(self, store: Database, channel: Row, due_at: int) -> None:
        """Lets a removed channel be gone on with at `due_at`."""
        here = channel["project_id"], channel["channel_id"]
        await store.write(removal_queries.go_on_removing_at(*here, due_at))

    async def forget(self, store: Database, channel: Row) -> None:
        """Nothing is left of a channel."""
        await store.write(removal_queries.forget_removal(channel["project_id"], channel["channel_id"]))
