"""Request and response types of interactions, as the contract says."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mobius.api.paging import DEFAULT_LIMIT, Cursor, Limit
from mobius.api.schema import Instant, Timestamp, one_of
from mobius.engine.validation import interactions

ActorType = Literal["member", "agent", "group"]
Status = Literal["pending", "completed", "expired"]
InteractionType = Annotated[
    interactions.InteractionType,
    Meta(title="InteractionType", description="Whether a decision, a choice or data is asked for."),
]
InteractionSpecMode = Annotated[
    interactions.Mode,
    Meta(title="InteractionSpecMode", description="Yes or no, one option, several options, or text."),
]
InteractionValue = Annotated[
    Any,
    one_of(
        dict[str, Any],
        list[Any],
        str,
        float,
        int,
        bool,
        title="InteractionValue",
        description="The answer, of the kind that the interaction's `spec` asks for.",
    ),
]
Comment = Annotated[str, Meta(description="What the responder adds in words.")]
Message = Annotated[str, Meta(description="The question, 1 to 10,000 characters.")]
Context = Annotated[
    dict[str, Any], Meta(description="What people need to know to answer, at most 64 KiB of JSON.")
]
RequireAll = Annotated[
    bool, Meta(description="Whether every member of a group has to answer; means nothing for other targets.")
]
ExpiresAt = Annotated[Instant, Meta(description="When it expires if it is not answered; in the future.")]


class ActorRef(Struct, kw_only=True):
    """Who is asked, or who answered."""

    type: Annotated[ActorType, Meta(description="A member of the organization, an agent, or a group.")]
    id: Annotated[
        str,
        Meta(description="Id of the user; name of the agent, which is its queue; id or handle of the group."),
    ]


class InteractionOption(Struct, kw_only=True, forbid_unknown_fields=True):
    """One of the options to choose from."""

    value: Annotated[str, Meta(description="What the answer holds when it is chosen.")]
    label: Annotated[str, Meta(description="What people see.")]
    description: Annotated[str, Meta(description="More about it.")] | UnsetType = UNSET


class InteractionSpec(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a question is shown and which answers it takes.

    An `approval` has mode `confirm`, a `review` has `select`, an `input` has `input`, `select` or
    `multi_select`.
    """

    mode: InteractionSpecMode
    options: (
        Annotated[
            list[InteractionOption],
            Meta(description="What to choose from, in the two select modes; at most 200."),
        ]
        | UnsetType
    ) = UNSET
    default_value: (
        Annotated[str, Meta(description="The option chosen at first, in `select`.")] | UnsetType
    ) = UNSET
    default_values: (
        Annotated[list[str], Meta(description="The options chosen at first, in `multi_select`.")] | UnsetType
    ) = UNSET
    default_text: Annotated[str, Meta(description="The text at first, in `input`.")] | UnsetType = UNSET
    default_confirmed: Annotated[bool, Meta(description="The answer at first, in `confirm`.")] | UnsetType = (
        UNSET
    )
    placeholder: Annotated[str, Meta(description="A hint in the empty field, in `input`.")] | UnsetType = (
        UNSET
    )
    multiline: Annotated[bool, Meta(description="Whether the text may have several lines.")] | UnsetType = (
        UNSET
    )


class InteractionResponse(Struct, kw_only=True):
    """The answer that completed an interaction.

    When all members of a group were asked, `value` is, for `confirm`, whether all of them said yes, and else
    the list of their answers in the order of `target_member_snapshot`.
    """

    value: InteractionValue
    comment: Comment | None = None
    at: Annotated[Timestamp, Meta(description="When it was given.")]


class InteractionPartialResponse(Struct, kw_only=True):
    """The answer of one of several who have to give one."""

    user_id: Annotated[str, Meta(description="Who gave it.")]
    value: InteractionValue
    comment: Comment | None = None
    responded_at: Annotated[Timestamp, Meta(description="When it was given.")]


class Interaction(Struct, kw_only=True):
    """A question to a member, an agent or a group, and its answer."""

    id: Annotated[str, Meta(description="The interaction's id.")]
    org_id: Annotated[str, Meta(description="The organization it belongs to.")]
    run_id: Annotated[str, Meta(description="The run that asks, if one does.")] | None = None
    topic: (
        Annotated[str, Meta(description="The signal that the run gets the answer with, or the step's own.")]
        | None
    ) = None
    type: InteractionType
    status: Annotated[Status, Meta(description="Whether it waits for an answer, and how it ended.")]
    message: Message | None = None
    context: Context | None = None
    spec: InteractionSpec | UnsetType = UNSET
    target_actor: ActorRef
    responder_actor: ActorRef | None = None
    response: InteractionResponse | None = None
    expires_at: Annotated[Timestamp, Meta(description="When it expires if it is not answered.")] | None = None
    completed_at: Annotated[Timestamp, Meta(description="When it was answered.")] | None = None
    created_at: Annotated[Timestamp, Meta(description="When it was created.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was last changed.")]
    target_group_id: Annotated[str, Meta(description="Id of the group that is asked.")] | None = None
    target_member_snapshot: (
        Annotated[list[str], Meta(description="The users who were members of the group when it was created.")]
        | None
    ) = None
    routing_policy_snapshot: (
        Annotated[
            Literal["first_responder", "all_members"],
            Meta(description="The group's routing policy when it was created."),
        ]
        | None
    ) = None
    require_all: Annotated[bool, Meta(description="Whether every member of the snapshot has to answer.")] = (
        False
    )
    claimed_by: (
        Annotated[str, Meta(description="The member who has taken it on; others cannot answer meanwhile.")]
        | None
    ) = None
    claimed_at: Annotated[Timestamp, Meta(description="When it was claimed.")] | None = None
    partial_responses: (
        Annotated[
            list[InteractionPartialResponse],
            Meta(
                description=(
                    "The answers so far, when every member has to give one. A page of a list shows 2,000 of "
                    "them at most and leaves out those of further interactions."
                )
            ),
        ]
        | None
    ) = None


class InteractionListResponse(Struct, kw_only=True):
    """One page of interactions, newest first."""

    items: Annotated[list[Interaction], Meta(description="The interactions of this page.")]
    has_more: Annotated[bool, Meta(description="Whether there are further pages.")] | UnsetType = UNSET
    next_cursor: (
        Annotated[str, Meta(description="The `cursor` of the next page, if there is one.")] | UnsetType
    ) = UNSET


class CreateInteractionRequest(Struct, kw_only=True):
    """A question of its own, or (with `run_id` and `topic`) of a run, which gets the answer as a signal."""

    run_id: Annotated[str, Meta(description="The run that gets the answer.")] | UnsetType | None = UNSET
    topic: Annotated[str, Meta(description="The signal that it gets the answer with.")] | UnsetType | None = (
        UNSET
    )
    target_actor: ActorRef
    type: InteractionType
    message: Message
    context: Context | UnsetType = UNSET
    spec: InteractionSpec | UnsetType = UNSET
    require_all: RequireAll = False
    expires_at: ExpiresAt | UnsetType = UNSET


class CreateJobInteractionRequest(Struct, kw_only=True):
    """A question of a claimed job, whose run gets the answer as a signal."""

    target_actor: ActorRef
    type: InteractionType
    message: Message
    topic: (
        Annotated[
            str,
            Meta(
                description=(
                    "The signal that the run gets the answer with; else `interaction.` and the step's name."
                )
            ),
        ]
        | UnsetType
    ) = UNSET
    step_name: Annotated[str, Meta(description="Stands for the job's own step in the topic.")] | UnsetType = (
        UNSET
    )
    context: Context | UnsetType = UNSET
    spec: InteractionSpec | UnsetType = UNSET
    require_all: RequireAll = False
    timeout: (
        Annotated[
            str, Meta(description="How long it stays open, e.g. `24h` or `30m`; not with `expires_at`.")
        ]
        | UnsetType
    ) = UNSET
    expires_at: ExpiresAt | UnsetType = UNSET


class RespondToInteractionRequest(Struct, kw_only=True):
    """An answer."""

    value: InteractionValue | UnsetType = UNSET
    comment: Comment | UnsetType = UNSET


class ListInteractionsQuery(Struct, kw_only=True):
    """Filters of the list; all given ones must match."""

    status: Annotated[Status, Meta(description="Only those in this status.")] | UnsetType = UNSET
    run_id: Annotated[str, Meta(description="Only those of this run.")] | UnsetType = UNSET
    target_actor_type: (
        Annotated[ActorType, Meta(description="Only those that ask this kind of actor.")] | UnsetType
    ) = UNSET
    target_actor_id: (
        Annotated[
            str, Meta(description="Only those that ask this user, agent or group (id, name or handle).")
        ]
        | UnsetType
    ) = UNSET
    inbox: Annotated[
        bool,
        Meta(description="Whether to show only those that ask the calling user, also as a group's member."),
    ] = False
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT
