"""Response types of workers, as the contract says."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.schema import Timestamp


class Worker(Struct, kw_only=True):
    """A worker process that has asked for jobs of the project."""

    worker_id: Annotated[str, Meta(description="The lasting id that the worker chose for itself.")]
    name: Annotated[str, Meta(description="The name it gave when it claimed.")] | UnsetType = UNSET
    version: Annotated[str, Meta(description="The version it gave when it claimed.")] | UnsetType = UNSET
    last_seen_at: Annotated[Timestamp, Meta(description="When it last asked for a job.")] | UnsetType = UNSET
    capabilities: (
        Annotated[list[str], Meta(description="Kept for routing by capability, which does not exist yet.")]
        | UnsetType
    ) = UNSET
    stale: Annotated[
        bool, Meta(description="True when it has not asked for a job for more than two minutes.")
    ]


class WorkerListResponse(Struct, kw_only=True):
    """The workers of a project, the most recently seen first."""

    items: Annotated[list[Worker], Meta(description="The workers seen within the last seven days.")]
