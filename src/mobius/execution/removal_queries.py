"""SQL that removes what belongs to a project."""

from __future__ import annotations

from mobius.store import Write


def delete_rows_of_project(table: str, project_id: str) -> Write:
    """Remove the project's rows from one of this room's tables; every primary key starts with the project."""
    return Write(f"DELETE FROM {table} WHERE project_id = $1", (project_id,))
