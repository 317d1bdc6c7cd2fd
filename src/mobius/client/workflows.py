"""Operations on workflow definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mobius.client.flow import Flow, given
from mobius.client.operation import UNSET, Operations, PageSource, Unset, listing, operation
from mobius.client.shapes import Page, Run, Workflow, WorkflowVersion


class WorkflowOperations(Operations):
    """Workflows of the client's project. A workflow is named by its id or its handle."""

    @operation
    def list_workflows(self, *, cursor: str | None = None, limit: int | None = None) -> Flow[Page[Workflow]]:
        """One page of workflows, newest first, without their specifications."""
        return self._workflow_page(cursor, limit)

    @listing
    def iter_workflows(self, *, limit: int | None = None) -> PageSource[Workflow]:
        """All workflows, fetched in pages of `limit`."""
        return lambda cursor: self._workflow_page(cursor, limit)

    @operation
    def create_workflow(
        self,
        name: str,
        spec: Mapping[str, Any],
        *,
        handle: str | None = None,
        description: str | None = None,
        published_as_tool: bool | None = None,
    ) -> Flow[Workflow]:
        """Create a workflow with its first version."""
        body = given(
            name=name, spec=spec, handle=handle, description=description, published_as_tool=published_as_tool
        )
        return self._fetch("POST", self._in_project("workflows"), Workflow, body=body, once=True)

    @operation
    def get_workflow(self, workflow: str) -> Flow[Workflow]:
        """A workflow with the specification of its latest version."""
        return self._fetch("GET", self._in_project("workflows", workflow), Workflow)

    @operation
    def update_workflow(
        self,
        workflow: str,
        *,
        spec: Mapping[str, Any] | Unset = UNSET,
        name: str | Unset = UNSET,
        description: str | Unset | None = UNSET,
        published_as_tool: bool | Unset = UNSET,
    ) -> Flow[Workflow]:
        """Change what is given; a new `spec` becomes a new version, and runs in progress keep theirs."""
        body = {
            "spec": spec,
            "name": name,
            "description": description,
            "published_as_tool": published_as_tool,
        }
        return self._fetch("PATCH", self._in_project("workflows", workflow), Workflow, body=body)

    @operation
    def delete_workflow(self, workflow: str) -> Flow[None]:
        """Delete a workflow and its versions; runs in progress go on."""
        return self._do("DELETE", self._in_project("workflows", workflow))

    @operation
    def list_workflow_versions(
        self, workflow: str, *, include_spec: bool = False
    ) -> Flow[list[WorkflowVersion]]:
        """All versions, newest first."""
        page = yield from self._fetch(
            "GET",
            self._in_project("workflows", workflow, "versions"),
            Page[WorkflowVersion],
            query={"include_spec": include_spec or None},
        )
        return page.rows

    @operation
    def list_workflow_runs(
        self, workflow: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Flow[Page[Run]]:
        """One page of the runs of a workflow, newest first."""
        return self._runs_of_workflow(workflow, cursor, limit)

    @listing
    def iter_workflow_runs(self, workflow: str, *, limit: int | None = None) -> PageSource[Run]:
        """All runs of a workflow, newest first, fetched in pages of `limit`."""
        return lambda cursor: self._runs_of_workflow(workflow, cursor, limit)

    def _runs_of_workflow(self, workflow: str, cursor: str | None, limit: int | None) -> Flow[Page[Run]]:
        where = self._in_project("workflows", workflow, "runs")
        return self._page(where, Page[Run], cursor, limit)

    def _workflow_page(self, cursor: str | None, limit: int | None) -> Flow[Page[Workflow]]:
        return self._page(self._in_project("workflows"), Page[Workflow], cursor, limit)
