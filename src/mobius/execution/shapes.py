"""Request and response types of runs and jobs, as the contract says."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.spec_json import WorkflowSpecBytes, WorkflowSpecJSON

_Status: TypeAlias = Literal["queued", "running", "completed", "failed", "suspended"]
RUN_STATUSES: tuple[str, ...] = get_args(_Status)
RunStatus = Annotated[
    _Status,
    Meta(
        title="WorkflowRunStatus",
        description="Where a run stands. `suspended`: every live branch waits for something outside.",
    ),
]


class WorkflowRun(Struct, kw_only=True):
    """One execution of one version of a workflow, or of an inline specification."""

    id: str
    workflow_name: str
    status: RunStatus
    attempt: int
    created_at: datetime
    updated_at: datetime
    queue: str | UnsetType = UNSET
    parent_run_id: str | UnsetType = UNSET
    definition_id: str | UnsetType = UNSET
    definition_version: int | UnsetType = UNSET
    ephemeral: bool | UnsetType = UNSET
    inputs: dict[str, Any] | UnsetType = UNSET
    metadata: dict[str, str] | UnsetType = UNSET
    error_message: str | UnsetType = UNSET
    actor_type: str | UnsetType = UNSET
    actor_id: str | UnsetType = UNSET
    initiated_by: str | UnsetType = UNSET
    external_id: str | UnsetType = UNSET
    started_at: datetime | UnsetType = UNSET
    completed_at: datetime | UnsetType = UNSET


class Job(Struct, kw_only=True):
    """One attempt at one executable step, or at one item of an `each` step."""

    id: str
    run_id: str
    step_name: str
    action: str
    queue: str
    status: str
    attempt: int
    max_attempts: int
    scheduled_at: datetime
    created_at: datetime
    updated_at: datetime
    parent_job_id: str | UnsetType = UNSET
    path_id: str | UnsetType = UNSET
    parameters: dict[str, Any] | UnsetType = UNSET
    claimed_by: str | UnsetType = UNSET
    agent_id: str | UnsetType = UNSET
    agent_session_id: str | UnsetType = UNSET
    claimed_at: datetime | UnsetType = UNSET
    heartbeat_at: datetime | UnsetType = UNSET
    last_error: str | UnsetType = UNSET


class WorkflowRunDetail(WorkflowRun, kw_only=True):
    """A run with the specification it executes, its result and its jobs (the first 1,000)."""

    spec: WorkflowSpecJSON | UnsetType = UNSET
    result_b64: str | UnsetType = UNSET
    jobs: list[Job] | UnsetType = UNSET


class WorkflowRunListResponse(Struct, kw_only=True):
    """One page of runs, newest first. The rows stand under `items` and, for older clients, under `data`."""

    data: list[WorkflowRun]
    has_more: bool
    items: list[WorkflowRun] | UnsetType = UNSET
    next_cursor: str | UnsetType = UNSET


class StartRunRequest(Struct, kw_only=True):
    """What to run: a saved definition or an inline specification, never both."""

    definition_id: str | UnsetType = UNSET
    spec: WorkflowSpecBytes | UnsetType = UNSET
    queue: str | UnsetType = UNSET
    inputs: dict[str, Any] | UnsetType = UNSET
    metadata: dict[str, str] | UnsetType = UNSET
    external_id: str | UnsetType = UNSET


class BulkRunRequest(Struct, kw_only=True):
    """The runs that one request is about."""

    run_ids: list[str]


class BulkRunResult(Struct, kw_only=True):
    """Which runs were changed, and why the others were not."""

    succeeded: list[str]
    failures: dict[str, str] | UnsetType = UNSET


class SendRunSignalRequest(Struct, kw_only=True):
    """A signal for a run: its topic and what it carries."""

    name: str
    payload: dict[str, Any] | UnsetType = UNSET


class RunSignal(Struct, kw_only=True):
    """A signal as it was stored."""

    id: str
    run_id: str
    name: str


class ActionLogEntry(Struct, kw_only=True):
    """One attempt of one action: what went in, what came out, how long it took."""

    id: str
    action: str
    step_name: str
    branch_id: str
    started_at: datetime
    duration_ms: int
    parameters: dict[str, Any] | UnsetType = UNSET
    result: dict[str, Any] | UnsetType = UNSET
    error: str | UnsetType = UNSET


class ActionLogListResponse(Struct, kw_only=True):
    """Action log entries of a run, oldest first."""

    items: list[ActionLogEntry]
    has_more: bool | UnsetType = UNSET
    next_cursor: str | UnsetType = UNSET


class JobListResponse(Struct, kw_only=True):
    """Jobs of a run, oldest first."""

    items: list[Job]
    has_more: bool | UnsetType = UNSET
    next_cursor: str | UnsetType = UNSET


class JobClaimRequest(Struct, kw_only=True):
    """Who asks for work, and for which work."""

    worker_id: Annotated[str, Meta(description="The worker's own lasting name; half of the fence.")]
    agent_id: str | UnsetType = UNSET
    agent_session_id: str | UnsetType = UNSET
    worker_name: str | UnsetType = UNSET
    worker_version: str | UnsetType = UNSET
    queues: list[str] | UnsetType = UNSET
    actions: list[str] | UnsetType = UNSET
    wait_seconds: Annotated[int, Meta(ge=0, le=30)] | UnsetType = UNSET


class JobClaim(Struct, kw_only=True):
    """A job handed to a worker. `worker_id` and `attempt` are the fence of all further calls."""

    job_id: str
    run_id: str
    workflow_name: str
    step_name: str
    action: str
    attempt: int
    queue: str
    parameters: dict[str, Any]
    agent_id: str | UnsetType = UNSET
    agent_session_id: str | UnsetType = UNSET
    heartbeat_interval_seconds: int | UnsetType = UNSET


class JobFenceRequest(Struct, kw_only=True):
    """The fence of a claim: who claimed, and in which attempt."""

    worker_id: str
    attempt: int


class JobHeartbeatDirectives(Struct, kw_only=True):
    """What the server wants the worker to do."""

    should_cancel: bool = False


class JobHeartbeat(Struct, kw_only=True):
    """The lease was extended; `directives` may ask the worker to stop."""

    ok: bool
    directives: JobHeartbeatDirectives


class JobCompleteRequest(Struct, kw_only=True):
    """How an attempt ended."""

    worker_id: str
    attempt: int
    status: Literal["completed", "failed"]
    result_b64: str | UnsetType = UNSET
    error_type: str | UnsetType = UNSET
    error_message: str | UnsetType = UNSET


class JobEventEntry(Struct, kw_only=True):
    """A custom event of a worker. The `mobius.` prefix of `type` is reserved."""

    type: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9_.-]+$")]
    payload: dict[str, Any]


class JobEventsRequest(Struct, kw_only=True):
    """A batch of custom events under one fence: all are published or none."""

    worker_id: str
    attempt: int
    events: Annotated[list[JobEventEntry], Meta(min_length=1, max_length=100)]
