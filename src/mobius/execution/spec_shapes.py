"""The shape of a workflow specification, for the served schema and for those who generate clients from it.

Requests carry a specification as raw JSON (`WorkflowSpecJSON`), which the engine checks: it knows more rules
than these types can say, and reports all problems at once.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from mobius.api.schema import one_of
from mobius.engine.validation import interactions

Duration = Annotated[str, Meta(description='A duration as in Go: "1h30m", "45s", "500ms".')]

WorkflowActionKind = Annotated[
    Literal["worker", "server"],
    Meta(
        title="WorkflowActionKind",
        description="Who executes the action: a remote worker (the default) or the server itself.",
    ),
]
WorkflowEdgeMatchingStrategy = Annotated[
    Literal["all", "first"],
    Meta(
        title="WorkflowEdgeMatchingStrategy",
        description="Whether every edge whose condition holds is followed (the default), or the first.",
    ),
]


class WorkflowInput(Struct, kw_only=True, forbid_unknown_fields=True):
    """An input that a run of the workflow takes."""

    name: Annotated[str, Meta(description="How expressions refer to it: `inputs.<name>`.")]
    type: Annotated[
        str, Meta(description="One of `string`, `integer`, `number`, `boolean`, `object`, `array` and `any`.")
    ]
    description: Annotated[str, Meta(description="What it is for.")] | UnsetType = UNSET
    default: Annotated[
        Any, Meta(description="Its value when a run is started without it; without one it is required.")
    ] = UNSET


class WorkflowOutput(Struct, kw_only=True, forbid_unknown_fields=True):
    """A value of the result, read from a branch when the run has finished."""

    name: Annotated[str, Meta(description="Its name in the result.")]
    variable: Annotated[str, Meta(description="The variable that holds it.")]
    branch: Annotated[str, Meta(description="The branch to read from; `main` unless given.")] | UnsetType = (
        UNSET
    )
    description: Annotated[str, Meta(description="What it means.")] | UnsetType = UNSET


class WorkflowEdge(Struct, kw_only=True, forbid_unknown_fields=True):
    """A way from one step to the next."""

    step: Annotated[str, Meta(description="The step it leads to.")]
    condition: (
        Annotated[
            str, Meta(description="Expression; the edge is followed when it is true, or always without one.")
        ]
        | UnsetType
    ) = UNSET
    branch: Annotated[str, Meta(description="Name of the branch that goes this way.")] | UnsetType = UNSET


class WorkflowEach(Struct, kw_only=True, forbid_unknown_fields=True):
    """Executes a step once for every element of a collection, in parallel."""

    items: Annotated[Any, Meta(description="The collection: a list, a map, or an expression that gives one.")]
    as_: Annotated[str, Meta(description="The variable that holds the element.")] | UnsetType = field(
        name="as", default=UNSET
    )


class WorkflowStepLayout(Struct, kw_only=True):
    """Where an editor draws the step. It means nothing to the execution."""

    x: Annotated[float, Meta(description="Distance from the left edge.")] | UnsetType = UNSET
    y: Annotated[float, Meta(description="Distance from the top edge.")] | UnsetType = UNSET


class WorkflowRetry(Struct, kw_only=True, forbid_unknown_fields=True):
    """When and how often an action is tried again."""

    error_equals: (
        Annotated[
            list[str],
            Meta(description="Error types it applies to; every one but `fatal_error` when left out."),
        ]
        | UnsetType
    ) = UNSET
    max_retries: Annotated[int, Meta(ge=0, description="How often to try again; 0 is never.")] | UnsetType = (
        UNSET
    )
    base_delay: (
        Annotated[Duration, Meta(description="Delay before the first retry; `1s` unless given.")] | UnsetType
    ) = UNSET
    max_delay: Annotated[Duration, Meta(description="No delay is longer than this.")] | UnsetType = UNSET
    backoff_rate: (
        Annotated[float, Meta(description="Each delay is this many times the one before; 2 unless given.")]
        | UnsetType
    ) = UNSET
    jitter_strategy: (
        Annotated[
            Literal["NONE", "FULL"],
            Meta(description="`FULL` draws each delay at random between nothing and its full length."),
        ]
        | UnsetType
    ) = UNSET
    timeout: (
        Annotated[Duration, Meta(description="How long one attempt may take from claim to completion.")]
        | UnsetType
    ) = UNSET


class WorkflowCatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where a branch goes on after a step of it failed for good."""

    error_equals: Annotated[list[str], Meta(description="Error types it handles.")]
    next: Annotated[str, Meta(description="The step to go on with.")]
    store: Annotated[str, Meta(description="The variable that receives the error.")] | UnsetType = UNSET


class WorkflowJoinConfig(Struct, kw_only=True):
    """Waits until other branches have completed and takes over what they found out."""

    branches: (
        Annotated[list[str], Meta(description="The branches to wait for; all others when left out.")]
        | UnsetType
    ) = UNSET
    count: (
        Annotated[int, Meta(ge=0, description="How many of them suffice; all of them when left out.")]
        | UnsetType
    ) = UNSET
    branch_mappings: (
        Annotated[
            dict[str, str],
            Meta(description="What is copied: a branch or `branch.variable`, and the variable it goes to."),
        ]
        | UnsetType
    ) = UNSET


class WorkflowWaitSignalConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """Waits until a signal with the topic arrives."""

    topic: Annotated[str, Meta(description="The topic; it equals the `name` of the signal that is sent.")]
    timeout: Annotated[Duration, Meta(description="How long to wait at most.")]
    store: Annotated[str, Meta(description="The variable that receives the payload.")] | UnsetType = UNSET
    on_timeout: (
        Annotated[
            str, Meta(description="The step to go on with after the timeout; the run fails without it.")
        ]
        | UnsetType
    ) = UNSET


class WorkflowSleepConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """Waits for a time."""

    duration: Annotated[Duration, Meta(description="How long.")]


class WorkflowPauseConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """Waits until somebody resumes the run."""

    reason: Annotated[str, Meta(description="Why, for those who look at the run.")] | UnsetType = UNSET


class WorkflowInteractionOption(Struct, kw_only=True, forbid_unknown_fields=True):
    """One of the options to choose from."""

    value: Annotated[str, Meta(description="What the response holds when it is chosen.")]
    label: Annotated[str, Meta(description="What people see.")]
    description: Annotated[str, Meta(description="More about it.")] | UnsetType = UNSET


class WorkflowInteractionSpec(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a question is shown and what answers it takes."""

    mode: Annotated[
        interactions.Mode,
        Meta(description="Yes or no, one option, several options, or text."),
    ]
    options: (
        Annotated[
            list[WorkflowInteractionOption], Meta(description="What to choose from, in the two select modes.")
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


class WorkflowInteractionTarget(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who is asked."""

    type: Annotated[interactions.TargetType, Meta(description="One person, or a group of them.")]
    id: Annotated[str, Meta(description="The user or the group.")]
    require_all: (
        Annotated[bool, Meta(description="Whether every member of the group has to answer.")] | UnsetType
    ) = UNSET


class WorkflowInteractionConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """Asks a person and waits for the answer."""

    type: Annotated[
        interactions.InteractionType,
        Meta(description="Whether a decision, an acknowledgement or data is asked for."),
    ]
    message: Annotated[str, Meta(description="The question.")]
    context: (
        Annotated[dict[str, Any], Meta(description="What people need to know to answer.")] | UnsetType
    ) = UNSET
    spec: WorkflowInteractionSpec | UnsetType = UNSET
    timeout: Annotated[Duration, Meta(description="How long to wait for the answer.")]
    target: WorkflowInteractionTarget


class WorkflowStepBase(Struct, kw_only=True):
    """What every step has."""

    name: Annotated[str, Meta(description="Name of the step, unique in the workflow.")]
    description: Annotated[str, Meta(description="What it does.")] | UnsetType = UNSET
    next: (
        Annotated[list[WorkflowEdge], Meta(description="What comes after it; nothing ends the branch.")]
        | UnsetType
    ) = UNSET
    edge_matching_strategy: WorkflowEdgeMatchingStrategy | UnsetType = UNSET
    each: WorkflowEach | UnsetType = UNSET
    layout: WorkflowStepLayout | UnsetType = UNSET


class WorkflowExecutableStep(WorkflowStepBase, kw_only=True):
    """Executes an action."""

    action: Annotated[
        str, Meta(description="The action, by the name under which workers or the server know it.")
    ]
    action_kind: WorkflowActionKind | UnsetType = UNSET
    store: Annotated[str, Meta(description="The variable that receives the result.")] | UnsetType = UNSET
    parameters: (
        Annotated[
            dict[str, Any], Meta(description="What the action is given; texts may hold `${...}` expressions.")
        ]
        | UnsetType
    ) = UNSET
    retry: (
        Annotated[
            list[WorkflowRetry],
            Meta(description="When to try again; the first that matches the error counts."),
        ]
        | UnsetType
    ) = UNSET
    catch: (
        Annotated[
            list[WorkflowCatch], Meta(description="What to do about errors that stay after all retries.")
        ]
        | UnsetType
    ) = UNSET


class WorkflowJoinStep(WorkflowStepBase, kw_only=True):
    """Waits for other branches."""

    join: WorkflowJoinConfig


class WorkflowWaitSignalStep(WorkflowStepBase, kw_only=True):
    """Waits for a signal."""

    wait_signal: WorkflowWaitSignalConfig


class WorkflowSleepStep(WorkflowStepBase, kw_only=True):
    """Waits for a time."""

    sleep: WorkflowSleepConfig


class WorkflowPauseStep(WorkflowStepBase, kw_only=True):
    """Waits to be resumed."""

    pause: WorkflowPauseConfig


class WorkflowInteractionStep(WorkflowStepBase, kw_only=True):
    """Waits for a person's answer."""

    interaction: WorkflowInteractionConfig


WorkflowStep = Annotated[
    dict[str, Any],
    one_of(
        WorkflowExecutableStep,
        WorkflowJoinStep,
        WorkflowWaitSignalStep,
        WorkflowSleepStep,
        WorkflowPauseStep,
        WorkflowInteractionStep,
        title="WorkflowStep",
        description="A step of a workflow, of exactly one of these kinds.",
    ),
]


class WorkflowSpec(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a workflow does: its steps, and how they follow each other."""

    name: Annotated[str, Meta(description="Name of the workflow.")]
    description: Annotated[str, Meta(description="What it is for.")] | UnsetType = UNSET
    start_at: (
        Annotated[str, Meta(description="The step to begin with; the first one unless given.")] | UnsetType
    ) = UNSET
    inputs: Annotated[list[WorkflowInput], Meta(description="What a run takes.")] | UnsetType = UNSET
    outputs: Annotated[list[WorkflowOutput], Meta(description="What a run results in.")] | UnsetType = UNSET
    state: Annotated[dict[str, Any], Meta(description="The variables at the beginning.")] | UnsetType = UNSET
    steps: Annotated[list[WorkflowStep], Meta(description="The steps.")]
