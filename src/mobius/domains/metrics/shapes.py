"""Response types of metrics, as the contract says."""

from typing import Annotated

from msgspec import Meta, Struct

from mobius.api.schema import Timestamp

_DOUBLE = {"format": "double"}


class ProjectMetrics(Struct, kw_only=True):
    """How a project does at one moment."""

    generated_at: Annotated[Timestamp, Meta(description="The moment that the figures are of.")]
    window_minutes: Annotated[int, Meta(description="How many minutes back the window reaches.")]
    runs_per_minute: Annotated[
        float, Meta(description="Runs started in the window, per minute of it.", extra_json_schema=_DOUBLE)
    ]
    total_runs_window: Annotated[int, Meta(description="Runs started in the window.")]
    failure_rate: Annotated[
        float,
        Meta(
            description="How many of the runs that ended in the window failed, as a part: 0 to 1.",
            extra_json_schema=_DOUBLE,
        ),
    ]
    avg_run_seconds: Annotated[
        float,
        Meta(
            description="Mean time from start to end of the runs that ended in the window, in seconds. "
            "Runs that were cancelled before they started do not count.",
            extra_json_schema=_DOUBLE,
        ),
    ]
    p95_step_seconds: Annotated[
        float,
        Meta(
            description="Time from claim to completion that 95 % of the latest 40 completed jobs kept to, "
            "in seconds (nearest rank).",
            extra_json_schema=_DOUBLE,
        ),
    ]
    queue_depth: Annotated[int, Meta(description="Jobs that no worker has claimed yet.")]
    running_count: Annotated[int, Meta(description="Runs that are `running` or `suspended`.")]
    active_workers: Annotated[int, Meta(description="Workers seen within the last two minutes.")]
    stale_workers: Annotated[
        int, Meta(description="Workers seen within the last seven days, but not within two minutes.")
    ]
    status_breakdown: Annotated[
        dict[str, int],
        Meta(description="How many runs of the project have each status; all statuses are named."),
    ]
