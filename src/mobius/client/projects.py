"""Operations on projects."""

from __future__ import annotations

from mobius.client.flow import Flow, given
from mobius.client.operation import UNSET, Operations, Unset, operation, path
from mobius.client.shapes import Page, Project


class ProjectOperations(Operations):
    """Projects of the organization that the key belongs to."""

    @operation
    def list_projects(self, *, search: str | None = None) -> Flow[list[Project]]:
        """Up to 100 projects; `search` matches the beginning of name or handle."""
        page = yield from self._fetch("GET", "/projects", Page[Project], query={"search": search})
        return page.rows

    @operation
    def create_project(
        self, name: str, *, handle: str | None = None, description: str | None = None
    ) -> Flow[Project]:
        """Create a project; without `handle` it is derived from the name."""
        body = given(name=name, handle=handle, description=description)
        return self._fetch("POST", "/projects", Project, body=body, once=True)

    @operation
    def get_project(self, project: str) -> Flow[Project]:
        """One project, by handle or id."""
        return self._fetch("GET", path("projects", project), Project)

    @operation
    def update_project(
        self, project: str, *, name: str | Unset = UNSET, description: str | Unset | None = UNSET
    ) -> Flow[Project]:
        """Change name or description; what is not given stays, None clears the description."""
        body = {"name": name, "description": description}
        return self._fetch("PATCH", path("projects", project), Project, body=body)

    @operation
    def delete_project(self, project: str) -> Flow[None]:
        """Delete a project and everything in it, for ever."""
        return self._do("DELETE", path("projects", project))
