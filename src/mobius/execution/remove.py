"""Remove what this room keeps of a project, some of it at a time."""

from __future__ import annotations

from mobius.execution.removal_queries import delete_some_of_project
from mobius.execution.transition import EVENT_TABLE
from mobius.store import Dialect, Write

# In the order in which transitions write, so that neither waits for the other in a circle.
_TABLES = (
    "run_starts",
    "specs",
    "run_states",
    "runs",
    "jobs",
    "timers",
    "signals",
    "large_values",
    "action_log",
)
# What the removal of the runs has counted goes last.
_COUNTS = {"sqlite": ("run_counts",), "postgres": ("run_count_deltas", "run_counts")}


def writes_removing_project(project_id: str, dialect: Dialect) -> list[Write]:
    """Return the writes that remove runs, jobs, events and all else, to be repeated until nothing is left."""
    tables = (*_TABLES, *sorted({"events", EVENT_TABLE[dialect]}), *_COUNTS[dialect])
    return [delete_some_of_project(table, project_id) for table in tables]
