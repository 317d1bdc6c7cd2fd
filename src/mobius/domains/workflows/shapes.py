"""Request and response types of workflow definitions, as the contract says.

The shape of a specification is in `mobius.execution.spec_shapes`.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.paging import DEFAULT_LIMIT, InlineCursor, InlineLimit
from mobius.api.schema import Timestamp
from mobius.api.spec_json import WorkflowSpecJSON

Name = Annotated[str, Meta(description="Name for people, 1 to 200 characters; unique in the project.")]
Handle = Annotated[
    str,
    Meta(
        description=(
            "Stands for the workflow in paths, triggers and tools. Lower-case letters, digits and single "
            "hyphens, at most 64 characters; unique in the organization; never changes. Without one it is "
            "made from the name."
        )
    ),
]
Description = Annotated[str, Meta(description="What the workflow is for.")]
PublishedAsTool = Annotated[bool, Meta(description="Whether agents may call the workflow as a tool.")]


class WorkflowDefinition(Struct, kw_only=True):
    """A named workflow. Each change of its specification makes a version; a run keeps its own."""

    id: Annotated[str, Meta(description="The workflow's id; its handle is accepted in its place.")]
    name: Name
    handle: Handle
    description: Description | UnsetType = UNSET
    latest_version: Annotated[int, Meta(description="Number of the newest version, from 1 on.")]
    published_as_tool: PublishedAsTool | UnsetType = UNSET
    spec: WorkflowSpecJSON | UnsetType = UNSET
    created_by: Annotated[str, Meta(description="Id of the user or service account that created it.")]
    created_at: Annotated[Timestamp, Meta(description="When it was created.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was last changed.")]


class WorkflowDefinitionListResponse(Struct, kw_only=True):
    """One page of workflows, newest first. The rows are in `items` and, for older clients, in `data`."""

    data: Annotated[list[WorkflowDefinition], Meta(description="The same as `items`.")]
    has_more: Annotated[bool, Meta(description="Whether there are further pages.")]
    items: (
        Annotated[list[WorkflowDefinition], Meta(description="The workflows of this page.")] | UnsetType
    ) = UNSET
    next_cursor: (
        Annotated[str, Meta(description="The `cursor` of the next page, if there is one.")] | UnsetType
    ) = UNSET


class WorkflowVersion(Struct, kw_only=True):
    """One immutable version of a workflow."""

    id: Annotated[str, Meta(description="The version's id.")]
    version: Annotated[int, Meta(description="Its number: 1, 2, 3 and so on.")]
    spec: WorkflowSpecJSON | UnsetType = UNSET
    created_by: Annotated[str, Meta(description="Id of the user or service account that made it.")]
    created_at: Annotated[Timestamp, Meta(description="When it was made.")]


class WorkflowVersionListResponse(Struct, kw_only=True):
    """The versions of a workflow."""

    items: Annotated[list[WorkflowVersion], Meta(description="All versions, newest first.")]


class CreateWorkflowRequest(Struct, kw_only=True):
    """A new workflow."""

    name: Name
    spec: WorkflowSpecJSON
    handle: Handle | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    published_as_tool: PublishedAsTool = False


class UpdateWorkflowRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change. What is left out stays; `null` clears the description; a `spec` makes a new version."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    published_as_tool: PublishedAsTool | UnsetType = UNSET
    spec: WorkflowSpecJSON | UnsetType = UNSET


class ListWorkflowsQuery(Struct, kw_only=True):
    """Which page of the list."""

    cursor: InlineCursor | UnsetType = UNSET
    limit: InlineLimit = DEFAULT_LIMIT


class ListWorkflowVersionsQuery(Struct, kw_only=True):
    """What to tell about each version."""

    include_spec: Annotated[
        bool, Meta(description="Whether to include the specification of each version.")
    ] = False
