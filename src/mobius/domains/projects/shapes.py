"""Request and response types of projects, as the contract says."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.schema import Timestamp

Name = Annotated[str, Meta(description="Name for people, 1 to 200 characters.")]
Description = Annotated[str, Meta(description="What the project is for.")]
Handle = Annotated[
    str,
    Meta(
        description=(
            "Stands for the project in paths. Lower-case letters, digits and single hyphens, at most 64 "
            "characters; unique in the organization; never changes. Without one it is made from the name."
        )
    ),
]


class Project(Struct, kw_only=True):
    """A project: the boundary around workflows, runs, workers and all else that belongs together."""

    id: Annotated[str, Meta(description="The project's id; accepted wherever its handle is.")]
    name: Name
    handle: Handle
    description: Description | UnsetType = UNSET
    created_by: (
        Annotated[str, Meta(description="Id of the user or service account that created it.")] | UnsetType
    ) = UNSET
    created_at: Annotated[Timestamp, Meta(description="When it was created.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was last changed.")]


class ProjectListResponse(Struct, kw_only=True):
    """Projects, newest first."""

    items: Annotated[list[Project], Meta(description="The projects that match.")]


class CreateProjectRequest(Struct, kw_only=True):
    """A new project."""

    name: Name
    handle: Handle | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class UpdateProjectRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change. What is left out stays; `null` clears the description."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET


class ListProjectsQuery(Struct, kw_only=True):
    """Which projects to list."""

    search: (
        Annotated[str, Meta(description="Beginning of the name or of the handle, in upper or lower case.")]
        | UnsetType
    ) = UNSET
