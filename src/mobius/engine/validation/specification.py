"""A whole specification: its inputs, outputs and steps."""

from __future__ import annotations

import msgspec

from mobius.engine.inputs import INPUT_TYPES, type_mismatch
from mobius.engine.problems import Place, Problem, Problems, kind_of
from mobius.engine.spec import MAIN, AnyStep, EachStep, WorkflowInput, WorkflowOutput, WorkflowSpec
from mobius.engine.validation.fields import Fields
from mobius.engine.validation.json_limits import is_sound
from mobius.engine.validation.names import Names
from mobius.engine.validation.steps import read_step

MAX_STEPS = 5_000
_FIELDS = ("name", "description", "start_at", "inputs", "outputs", "state", "steps")


class InvalidSpec(Exception):
    """The specification has problems; there is at least one."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems


def parse_spec(raw: object) -> WorkflowSpec:
    """Return the workflow that decoded JSON specifies; raise InvalidSpec with all problems."""
    problems = Problems()
    if is_sound(raw, problems):
        spec = _read(Place(problems), raw)
        if spec is not None and not problems.found:
            return spec
    raise InvalidSpec(tuple(problems.found))


def _read(place: Place, raw: object) -> WorkflowSpec | None:
    if not isinstance(raw, dict):
        place.report(f"a specification is an object, not {kind_of(raw)}")
        return None
    fields = Fields(place, raw)
    fields.allow_only(_FIELDS)
    name = fields.name("name")
    fields.text("description")
    step_list = fields.items("steps")
    names = Names([item for _, item in step_list])
    inputs = _inputs(fields)
    outputs = _outputs(fields, names)
    state = fields.inner("state")
    steps = _steps(fields, step_list, names)
    start_at = fields.text("start_at")
    if start_at is not None:
        names.check_step(place.key("start_at"), fields.required_text("start_at"))
    return WorkflowSpec(
        name=name,
        steps=steps,
        start_at=start_at or next(iter(steps), ""),
        inputs=inputs,
        outputs=outputs,
        state={} if state is None else state.raw,
        branch_names=frozenset(names.branches),
        fans_out=any(isinstance(step, EachStep) for step in steps.values()),
        kept_branches=frozenset(names.read_branches),
    )


def _inputs(fields: Fields) -> tuple[WorkflowInput, ...]:
    inputs: dict[str, WorkflowInput] = {}
    for declared in fields.objects("inputs"):
        declared.allow_only(("name", "type", "description", "default"))
        declared.text("description")
        name = declared.name("name")
        if name in inputs:
            declared.place.key("name").report("another input has this name already")
        kind = declared.one_of("type", INPUT_TYPES)
        default = declared.raw.get("default", msgspec.UNSET)
        if default is not msgspec.UNSET and declared.raw.get("type") == kind:
            mismatch = type_mismatch(kind, default)
            if mismatch:
                declared.place.key("default").report(mismatch)
        inputs[name] = WorkflowInput(name=name, type=kind, default=default)
    return tuple(inputs.values())


def _outputs(fields: Fields, names: Names) -> tuple[WorkflowOutput, ...]:
    outputs: dict[str, WorkflowOutput] = {}
    for declared in fields.objects("outputs"):
        declared.allow_only(("name", "variable", "branch", "description"))
        declared.text("description")
        name = declared.name("name")
        if name in outputs:
            declared.place.key("name").report("another output has this name already")
        declared.required_text("variable")
        branch = declared.name("branch") if "branch" in declared else MAIN
        names.read_branch(declared.place.key("branch"), branch)
        outputs[name] = WorkflowOutput(name=name, variable=declared.variable("variable") or (), branch=branch)
    return tuple(outputs.values())


def _steps(fields: Fields, step_list: list[tuple[Place, object]], names: Names) -> dict[str, AnyStep]:
    place = fields.place.key("steps")
    if "steps" not in fields:
        place.report("missing")
    elif not step_list and isinstance(fields.raw["steps"], list):
        place.report("a workflow has at least one step")
    if len(step_list) > MAX_STEPS:
        place.report(f"{len(step_list)} steps; a workflow may have {MAX_STEPS}")
        return {}
    steps = {}
    for at, raw in step_list:
        if isinstance(raw, dict):
            step = read_step(at, raw, names)
            steps[step.name] = step
        else:
            at.report(f"expected object, got {kind_of(raw)}")
    return steps
