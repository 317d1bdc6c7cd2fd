"""A validated workflow specification: names resolved, durations parsed, expressions compiled.

Only `validation.parse_spec` makes one.
"""

from datetime import timedelta
from typing import Any, Literal, TypeAlias

import msgspec

from mobius.engine.effects import ActionKind
from mobius.engine.expressions import Expression, Template
from mobius.engine.retry import RetryPolicy

MAIN = "main"

VariablePath: TypeAlias = tuple[str, ...]
"""A variable name, split at its dots."""

InputType: TypeAlias = Literal["string", "integer", "number", "boolean", "object", "array", "any"]


class WorkflowInput(msgspec.Struct, frozen=True):
    """A declared input; without a default it is required."""

    name: str
    type: InputType
    default: Any = msgspec.UNSET

    @property
    def has_default(self) -> bool:
        """True when the input may be left out."""
        return self.default is not msgspec.UNSET


class WorkflowOutput(msgspec.Struct, frozen=True):
    """A value of the result, read from a variable of a branch."""

    name: str
    variable: VariablePath
    branch: str = MAIN


class Edge(msgspec.Struct, frozen=True):
    """A way out of a step; without a condition it always matches."""

    step: str
    condition: Expression | None = None
    branch: str | None = None


class Catch(msgspec.Struct, frozen=True):
    """Where the branch goes on when the step fails with a certain error."""

    error_equals: tuple[str, ...]
    next: str
    store: VariablePath | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What every step has."""

    name: str
    edges: tuple[Edge, ...] = ()
    first_match_only: bool = False


class CatchingStep(Step, frozen=True, kw_only=True):
    """A step whose failure can be caught."""

    catches: tuple[Catch, ...] = ()


class ActionStep(CatchingStep, frozen=True, kw_only=True):
    """A step that a worker or the server executes as a job."""

    action: str
    action_kind: ActionKind = "worker"
    parameters: Template
    store: VariablePath | None = None
    retry: tuple[RetryPolicy, ...] = ()


class EachStep(ActionStep, frozen=True, kw_only=True):
    """An executable step that is executed once per item of a collection."""

    items: Expression | Template
    item_name: str


class BranchMapping(msgspec.Struct, frozen=True):
    """What a join copies: the whole variables of a branch, or the one at `path`, when there is any."""

    branch: str
    path: VariablePath
    destination: VariablePath


class JoinStep(Step, frozen=True, kw_only=True):
    """A step that waits for other branches to complete."""

    branches: tuple[str, ...] = ()
    """Empty: any branches count."""
    count: int = 0
    """0: all of them."""
    mappings: tuple[BranchMapping, ...] = ()


class WaitSignalStep(CatchingStep, frozen=True, kw_only=True):
    """A step that waits for a signal."""

    topic: Template
    timeout: timedelta
    store: VariablePath | None = None
    on_timeout: str | None = None


class SleepStep(Step, frozen=True, kw_only=True):
    """A step that waits for some time."""

    duration: timedelta


class PauseStep(Step, frozen=True, kw_only=True):
    """A step that waits until the run is resumed."""


class InteractionStep(CatchingStep, frozen=True, kw_only=True):
    """A step that waits for the response of a person or a group."""

    type: Literal["approval", "review", "input"]
    message: Template
    context: Template | None = None
    spec: dict[str, Any] | None = None
    target_type: Literal["user", "group"]
    target_id: Template
    require_all: bool = False
    timeout: timedelta
    store: VariablePath


AnyStep: TypeAlias = (
    ActionStep | EachStep | JoinStep | WaitSignalStep | SleepStep | PauseStep | InteractionStep
)


class WorkflowSpec(msgspec.Struct, frozen=True):
    """A workflow that can be run."""

    name: str
    steps: dict[str, AnyStep]
    """In the order of the specification."""
    start_at: str
    inputs: tuple[WorkflowInput, ...] = ()
    outputs: tuple[WorkflowOutput, ...] = ()
    state: dict[str, Any] = {}
    """The initial variables of the branch `main`."""
    branch_names: frozenset[str] = frozenset()
    """The branches that edges name."""
    fans_out: bool = False
    """Whether a step is executed once per item of a collection."""
    kept_branches: frozenset[str] = frozenset()
    """The branches whose variables are read after they have completed, by joins and outputs."""
