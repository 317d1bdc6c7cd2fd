"""Appends to the event log what is not a matter of a run: messages, interactions, agents."""

from __future__ import annotations

from collections.abc import Iterable

from mobius.execution.transition import EVENT_TABLE, append_events
from mobius.store import Dialect, Write

EVENTS_HINT = "events:"
"""To be published with a batch that appends events."""


def event(dialect: Dialect, project_id: str, subject: str, kind: str, data: str, now: int) -> list[Write]:
    """Return the writes of one event, for a batch of the caller's; `data` is JSON, `now` in microseconds.

    `subject` is the id of what the event is about; its stream is `EventTail.follow(project_id, subject)`. The
    column is named after the runs, which had it first: servers of earlier versions use the table as well.
    """
    row = {"project_id": project_id, "run_id": subject, "type": kind, "data": data, "created_at": now}
    return append_events([row], dialect)


def forget_some(dialect: Dialect, project_id: str, subject: str, *, but: str) -> list[Write]:
    """Return the writes that remove some of the events about a subject, except those of one kind.

    They return what they removed, to be repeated until nothing is left. What is on its way into the log goes
    first: the sequencer may be moving it, and has then moved it when the log's turn comes.
    """
    tables = dict.fromkeys((EVENT_TABLE[dialect], "events"))
    return [
        Write(
            f"DELETE FROM {table}"
            f" WHERE @some({table}, project_id = $1 AND run_id = $2 AND type <> $3) RETURNING 1",
            (project_id, subject, but),
        )
        for table in tables
    ]


def event_about_each(
    dialect: Dialect, project_id: str, subjects: Iterable[str], kind: str, data: str, now: int
) -> list[Write]:
    """Return the writes of one event for each of several subjects."""
    row = {"project_id": project_id, "type": kind, "data": data, "created_at": now}
    return append_events([row | {"run_id": subject} for subject in subjects], dialect)
