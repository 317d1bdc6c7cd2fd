"""What the server answers. Unknown fields are ignored, so that an older client can read a newer server."""

import base64
import binascii
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

T = TypeVar("T")

ENDED = frozenset({"completed", "failed"})
"""The states in which a run does nothing more by itself."""


class Page(Struct, Generic[T], kw_only=True):
    """One page of a list. Servers carry the rows as `items` or as `data`; read `rows`."""

    items: list[T] | None = None
    data: list[T] | None = None
    has_more: bool = False
    next_cursor: str | None = None

    @property
    def rows(self) -> list[T]:
        """The rows of the page."""
        return self.items if self.items is not None else self.data or []


class Project(Struct, kw_only=True):
    """A project; its `handle` is its name in every path."""

    id: str
    name: str
    handle: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    created_by: str | None = None


class APIKey(Struct, kw_only=True):
    """A key without its secret; `key_prefix` tells which one it is."""

    id: str
    name: str
    key_prefix: str
    scope: str
    created_at: datetime
    updated_at: datetime
    permissions: list[str] | None = None
    project_id: str | None = None
    service_account_id: str | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class CreatedAPIKey(APIKey, kw_only=True):
    """A new key with its secret, which is never shown again."""

    key: str


class Workflow(Struct, kw_only=True):
    """A workflow definition; `spec` is missing in lists."""

    id: str
    name: str
    handle: str
    latest_version: int
    created_at: datetime
    updated_at: datetime
    created_by: str | None = None
    description: str | None = None
    published_as_tool: bool = False
    spec: dict[str, Any] | None = None


class WorkflowVersion(Struct, kw_only=True):
    """One immutable version of a workflow."""

    id: str
    version: int
    created_at: datetime
    created_by: str | None = None
    spec: dict[str, Any] | None = None


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
    parent_job_id: str | None = None
    path_id: str | None = None
    parameters: dict[str, Any] | None = None
    claimed_by: str | None = None
    agent_id: str | None = None
    agent_session_id: str | None = None
    claimed_at: datetime | None = None
    heartbeat_at: datetime | None = None
    last_error: str | None = None


class Run(Struct, kw_only=True):
    """One execution of a workflow."""

    id: str
    workflow_name: str
    status: str
    attempt: int
    created_at: datetime
    updated_at: datetime
    queue: str | None = None
    parent_run_id: str | None = None
    definition_id: str | None = None
    definition_version: int | None = None
    ephemeral: bool = False
    inputs: dict[str, Any] | None = None
    metadata: dict[str, str] | None = None
    error_message: str | None = None
    actor_type: str | None = None
    actor_id: str | None = None
    initiated_by: str | None = None
    external_id: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether the run has completed or failed."""
        return self.status in ENDED


class RunDetail(Run, kw_only=True):
    """A run with its specification, its jobs and its result."""

    spec: dict[str, Any] | None = None
    result_b64: str | None = None
    jobs: list[Job] | None = None

    @property
    def result(self) -> Any:
        """The result as a value: JSON decoded, else as text; None while there is none."""
        return decode_result(self.result_b64)


class BulkResult(Struct, kw_only=True):
    """Which runs of a batch were processed, and why the others were not."""

    succeeded: list[str]
    failures: dict[str, str] | None = None


class Signal(Struct, kw_only=True):
    """A signal as it was accepted."""

    id: str
    run_id: str
    name: str


class ActionLogEntry(Struct, kw_only=True):
    """One attempt of one action, with what went in and what came out."""

    id: str
    action: str
    step_name: str
    branch_id: str
    started_at: datetime
    duration_ms: int
    parameters: dict[str, Any] | None = None
    result: Any = None
    error: str | None = None


class JobClaim(Struct, kw_only=True):
    """A job that a worker holds; `attempt` is part of the fence of every later call about it."""

    job_id: str
    run_id: str
    workflow_name: str
    step_name: str
    action: str
    attempt: int
    queue: str
    parameters: dict[str, Any]
    agent_id: str | None = None
    agent_session_id: str | None = None
    heartbeat_interval_seconds: int = 30


class HeartbeatDirectives(Struct, kw_only=True):
    """What the server tells the holder of a lease."""

    should_cancel: bool = False


class Heartbeat(Struct, kw_only=True):
    """The answer to a heartbeat that extended the lease."""

    ok: bool
    directives: HeartbeatDirectives


class ActionOutput(Struct, kw_only=True):
    """What an action of the server gave back."""

    output: Any = None


class WorkerInfo(Struct, kw_only=True):
    """A worker as the server sees it."""

    worker_id: str
    stale: bool
    name: str | None = None
    version: str | None = None
    last_seen_at: datetime | None = None
    capabilities: list[str] | None = None


class ProjectMetrics(Struct, kw_only=True):
    """How a project does at one moment."""

    generated_at: datetime
    window_minutes: int
    runs_per_minute: float
    total_runs_window: int
    failure_rate: float
    avg_run_seconds: float
    p95_step_seconds: float
    queue_depth: int
    running_count: int
    active_workers: int
    stale_workers: int
    status_breakdown: dict[str, int]


class Group(Struct, kw_only=True):
    """Members of the organization who are asked together; `member_count` is missing where it is not told."""

    id: str
    org_id: str
    handle: str
    name: str
    routing_policy: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    member_count: int | None = None


class GroupMember(Struct, kw_only=True):
    """That a user belongs to a group."""

    id: str
    group_id: str
    org_id: str
    user_id: str
    added_at: datetime
    added_by: str | None = None


class Channel(Struct, kw_only=True):
    """A room for messages, or a direct message between a few (`kind` `dm`); `name` stands for it in paths."""

    id: str
    name: str
    display_name: str
    kind: str
    private: bool
    created_by: str
    created_at: datetime
    updated_at: datetime
    topic: str | None = None
    archived_at: datetime | None = None
    member_count: int | None = None


class ChannelMember(Struct, kw_only=True):
    """A user or an agent (`user_id` either way) who belongs to a channel."""

    id: str
    channel_id: str
    user_id: str
    role: str
    joined_at: datetime
    last_read_message_id: str | None = None
    muted: bool = False
    starred: bool = False


class ChannelMembership(ChannelMember, kw_only=True):
    """One's own membership; `unread_count` counts the messages of others, up to 1,000."""

    unread_count: int


class ChannelMessage(Struct, kw_only=True):
    """A message, sent by a user (`sender_type` `member`) or by an agent."""

    id: str
    channel_id: str
    sender_type: str
    sender_id: str
    type: str
    content: str
    created_at: datetime
    display: str = "message"
    sender_session_id: str | None = None
    reply_to: str | None = None
    metadata: dict[str, Any] | None = None
    pinned: bool = False
    pinned_by: str | None = None
    edited_at: datetime | None = None


class ChannelEvent(Struct, kw_only=True):
    """One event of a channel, such as `channel.message.created`; `subject` is the channel's id."""

    type: str
    subject: str
    seq: int = 0
    timestamp: datetime | None = None
    data: Any = None

    @property
    def message(self) -> ChannelMessage | None:
        """The message as it was then, for `channel.message.created` and `channel.message.updated`."""
        is_one = self.type.startswith("channel.message.")
        return msgspec.convert(self.data, ChannelMessage) if is_one else None

    @property
    def member(self) -> ChannelMember | None:
        """The member, for `channel.member.added` and `channel.member.removed`."""
        is_one = self.type.startswith("channel.member.")
        return msgspec.convert(self.data, ChannelMember) if is_one else None


class ActorRef(Struct, kw_only=True):
    """Who is asked, or who answered: a `member`, an `agent` or a `group`."""

    type: str
    id: str


class InteractionOption(Struct, kw_only=True):
    """One of the options to choose from."""

    value: str
    label: str
    description: str | None = None


class InteractionSpec(Struct, kw_only=True):
    """How a question is shown and which answers it takes."""

    mode: str
    options: list[InteractionOption] | None = None
    default_value: str | None = None
    default_values: list[str] | None = None
    default_text: str | None = None
    default_confirmed: bool | None = None
    placeholder: str | None = None
    multiline: bool | None = None


class InteractionResponse(Struct, kw_only=True):
    """The answer that completed an interaction."""

    value: Any
    at: datetime
    comment: str | None = None


class PartialResponse(Struct, kw_only=True):
    """The answer of one of several who have to give one."""

    user_id: str
    value: Any
    responded_at: datetime
    comment: str | None = None


class Interaction(Struct, kw_only=True):
    """A question to a member, an agent or a group, and its answer."""

    id: str
    org_id: str
    type: str
    status: str
    target_actor: ActorRef
    created_at: datetime
    updated_at: datetime
    run_id: str | None = None
    topic: str | None = None
    message: str | None = None
    context: dict[str, Any] | None = None
    spec: InteractionSpec | None = None
    responder_actor: ActorRef | None = None
    response: InteractionResponse | None = None
    expires_at: datetime | None = None
    completed_at: datetime | None = None
    target_group_id: str | None = None
    target_member_snapshot: list[str] | None = None
    routing_policy_snapshot: str | None = None
    require_all: bool = False
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    partial_responses: list[PartialResponse] | None = None


class InboxUpdate(Struct, kw_only=True):
    """What has changed in an inbox; `message` is the beginning of the question."""

    interaction_id: str
    status: str
    type: str
    message: str
    claimed_by: str | None = None


class InboxEvent(Struct, kw_only=True):
    """One event of an inbox; `subject` is the user whose it is."""

    type: str
    subject: str
    data: InboxUpdate
    seq: int = 0
    timestamp: datetime | None = None


class Agent(Struct, kw_only=True):
    """A program that works under a name of its own; `presence` is `online`, `stale` or `offline`."""

    id: str
    org_id: str
    service_account_id: str
    name: str
    display_name: str
    status: str
    presence: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    kind: str | None = None
    capabilities: dict[str, Any] | None = None
    config: dict[str, Any] | None = None


class AgentSession(Struct, kw_only=True):
    """A connection of a worker that acts as an agent: `connected`, `stale` or `disconnected`."""

    id: str
    org_id: str
    agent_id: str
    status: str
    transport: str
    created_at: datetime
    updated_at: datetime
    metadata: dict[str, Any] | None = None
    connected_at: datetime | None = None
    last_seen_at: datetime | None = None
    disconnected_at: datetime | None = None


class RunEvent(Struct, kw_only=True):
    """One event of a run: `run_updated`, `job_updated`, `action_appended`, or a type that a worker chose."""

    type: str
    run_id: str
    seq: int = 0
    timestamp: datetime | None = None
    data: Any = None

    @property
    def run(self) -> Run | None:
        """The run as it was then, for a `run_updated` event."""
        return msgspec.convert(self.data, Run) if self.type == "run_updated" else None

    @property
    def job(self) -> Job | None:
        """The job as it was then, for a `job_updated` event."""
        return msgspec.convert(self.data, Job) if self.type == "job_updated" else None


def encode_result(value: Any) -> str:
    """A value as the base64 of its JSON, as results travel."""
    return base64.b64encode(msgspec.json.encode(value, enc_hook=_plain)).decode("ascii")


def decode_result(encoded: str | None) -> Any:
    """The value behind `result_b64`: JSON if it is JSON, else text if it is UTF-8, else the base64 itself."""
    if not encoded:
        return None
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return encoded
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:
        pass
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return encoded


def _plain(value: Any) -> Any:
    # Pydantic's models are the one widespread kind of record that msgspec does not know by itself.
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return dump(mode="json")
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
