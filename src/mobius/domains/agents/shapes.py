"""Request and response types of agents and their sessions, as the contract says."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.paging import DEFAULT_LIMIT, Limit
from mobius.api.schema import Timestamp

Status = Annotated[
    Literal["active", "inactive"],
    Meta(title="AgentStatus", description="An inactive agent gets no further jobs."),
]
Presence = Annotated[
    Literal["online", "offline", "stale"],
    Meta(
        title="AgentPresence",
        description=(
            "Read from the 20 latest sessions. `online`: one of them is connected and was heard of within 90 "
            "seconds; `stale`: those that are connected have gone quiet; `offline`: none is connected."
        ),
    ),
]
SessionStatus = Annotated[
    Literal["connected", "disconnected", "stale"],
    Meta(
        title="AgentSessionStatus",
        description="`stale`: not disconnected, but not heard of for more than 90 seconds.",
    ),
]
AccountId = Annotated[
    str, Meta(description="The service account whose keys the agent uses. It never changes.")
]
Name = Annotated[
    str,
    Meta(
        description=(
            "Stands for the agent in paths, and names the queue that is the agent's own. 1 to 128 characters "
            "without `/`; unique in the project; never changes."
        )
    ),
]
DisplayName = Annotated[str, Meta(description="Name for people, 1 to 200 characters; else the name.")]
Description = Annotated[str, Meta(description="What the agent is for, up to 2,000 characters.")]
Kind = Annotated[str, Meta(description="A word of your own for what sort of agent it is, such as `llm`.")]
Capabilities = Annotated[
    dict[str, Any], Meta(description="What the agent can do, in a form of your own; at most 64 KiB of JSON.")
]
Config = Annotated[
    dict[str, Any], Meta(description="Settings of the agent, kept as they are; at most 64 KiB of JSON.")
]
Transport = Annotated[
    str, Meta(description="How the worker is connected, such as `polling` or `sse`; 1 to 64 characters.")
]
Metadata = Annotated[
    dict[str, Any], Meta(description="What the worker says of itself, such as its host; at most 16 KiB.")
]


class Agent(Struct, kw_only=True):
    """A program that works under a name of its own, with the rights of a service account."""

    id: Annotated[str, Meta(description="The agent's id; its name is accepted in its place.")]
    org_id: Annotated[str, Meta(description="The organization of its project.")]
    service_account_id: AccountId
    name: Name
    display_name: DisplayName
    description: Description | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    capabilities: Capabilities | UnsetType = UNSET
    config: Config | UnsetType = UNSET
    status: Status
    presence: Presence
    created_at: Annotated[Timestamp, Meta(description="When it was created.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was last changed.")]


class AgentSession(Struct, kw_only=True):
    """A connection of a worker that acts as an agent, kept alive by heartbeats."""

    id: Annotated[str, Meta(description="The session's id.")]
    org_id: Annotated[str, Meta(description="The organization of its project.")]
    agent_id: Annotated[str, Meta(description="The agent that is connected.")]
    status: SessionStatus
    transport: Transport
    metadata: Metadata | UnsetType = UNSET
    connected_at: Annotated[Timestamp, Meta(description="When it was opened.")] | UnsetType | None = UNSET
    last_seen_at: Annotated[Timestamp, Meta(description="Its last heartbeat.")] | UnsetType | None = UNSET
    disconnected_at: (
        Annotated[Timestamp, Meta(description="When it was closed; null until then.")] | UnsetType | None
    ) = UNSET
    created_at: Annotated[Timestamp, Meta(description="When it was opened.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was last heard of or closed.")]


class AgentListResponse(Struct, kw_only=True):
    """Agents, newest first."""

    items: Annotated[list[Agent], Meta(description="The agents that match, as many as `limit` allows.")]


class AgentSessionListResponse(Struct, kw_only=True):
    """Sessions of an agent, newest first."""

    items: Annotated[
        list[AgentSession], Meta(description="The sessions that match, as many as `limit` allows.")
    ]


class CreateAgentRequest(Struct, kw_only=True):
    """A new agent."""

    service_account_id: AccountId
    name: Name
    display_name: DisplayName | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    capabilities: Capabilities | UnsetType = UNSET
    config: Config | UnsetType = UNSET


class UpdateAgentRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change. What is left out stays; `null` clears what an agent may be without."""

    display_name: DisplayName | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    kind: Kind | UnsetType | None = UNSET
    capabilities: Capabilities | UnsetType | None = UNSET
    config: Config | UnsetType | None = UNSET
    status: Status | UnsetType = UNSET


class CreateAgentSessionRequest(Struct, kw_only=True):
    """A new connection."""

    transport: Transport
    metadata: Metadata | UnsetType = UNSET


class ListAgentsQuery(Struct, kw_only=True):
    """Which agents to list."""

    service_account_id: (
        Annotated[str, Meta(description="Only those that use this service account.")] | UnsetType
    ) = UNSET
    status: Status | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT


class ListAgentSessionsQuery(Struct, kw_only=True):
    """Which sessions to list."""

    status: SessionStatus | UnsetType = UNSET
    transport: Annotated[str, Meta(description="Only those with this transport.")] | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT
