"""SQL that removes what belongs to a project."""

from __future__ import annotations

from mobius.store import Write


def delete_some_of_project(table: str, project_id: str) -> Write:
    """Remove some of the project's rows from one of this room's tables, which all have an index for that."""
    return Write(f"DELETE FROM {table} WHERE @some({table}, project_id = $1) RETURNING 1", (project_id,))
