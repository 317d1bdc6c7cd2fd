"""One step: what all kinds share, which kind it is, and what that kind takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypedDict

from mobius.engine.effects import ActionKind
from mobius.engine.expressions import Expression, ExpressionError, Template, compile_expression
from mobius.engine.problems import Place, shortened
from mobius.engine.retry import DEFAULT_BACKOFF_RATE, DEFAULT_BASE_DELAY, RetryPolicy
from mobius.engine.spec import (
    ActionStep,
    AnyStep,
    BranchMapping,
    Catch,
    EachStep,
    Edge,
    JoinStep,
    PauseStep,
    SleepStep,
    WaitSignalStep,
)
from mobius.engine.validation.fields import Fields, compiled_template
from mobius.engine.validation.interactions import read_interaction
from mobius.engine.validation.names import Names

ACTION_KINDS: tuple[ActionKind, ...] = ("worker", "server")
DEFAULT_ITEM_NAME = "item"
LONGEST_MAPPING_SOURCE = 1_000

_MODIFIERS = ("action_kind", "parameters", "store", "retry", "catch", "each")
_CATCHING = ("action", "wait_signal", "interaction")
_RETRY_FIELDS = (
    "error_equals",
    "max_retries",
    "base_delay",
    "max_delay",
    "backoff_rate",
    "jitter_strategy",
    "timeout",
)
_ITEM_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TAKEN_ITEM_NAMES = frozenset(
    ("inputs", "state", "run", "index", "it", "true", "false", "nil", "null", "and", "or", "not", "in")
)


class Shared(TypedDict):
    """The arguments that all kinds of steps take."""

    name: str
    edges: tuple[Edge, ...]
    first_match_only: bool


def read_step(place: Place, raw: dict[str, Any], names: Names) -> AnyStep:
    """Return the step; report what is wrong with it."""
    name = raw.get("name")
    fields = Fields(place.in_step(name) if isinstance(name, str) else place, raw)
    shared = _shared(fields, names)
    kinds = [kind for kind in _READERS if kind in fields]
    if len(kinds) != 1:
        found = f", not {' and '.join(kinds)} together" if kinds else ""
        fields.place.report(f"a step is exactly one of {', '.join(_READERS)}{found}")
    else:
        _check_modifiers(fields, kinds[0])
    read = [_READERS[kind](fields, shared, names) for kind in kinds]
    return read[0] if read else PauseStep(**shared)


def _shared(fields: Fields, names: Names) -> Shared:
    name = fields.name("name")
    names.define_step(fields.place.key("name"), name)
    fields.text("description")
    fields.inner("layout")
    strategy = fields.one_of("edge_matching_strategy", ("all", "first"), "all")
    edges = tuple(_edge(edge, names) for edge in fields.objects("next"))
    return Shared(name=name, edges=edges, first_match_only=strategy == "first")


def _edge(edge: Fields, names: Names) -> Edge:
    edge.allow_only(("step", "condition", "branch"))
    branch = None
    if "branch" in edge:
        branch = edge.name("branch")
        names.define_branch(edge.place.key("branch"), branch)
    return Edge(step=_target(edge, "step", names), condition=edge.expression("condition"), branch=branch)


def _target(fields: Fields, key: str, names: Names) -> str:
    target = fields.required_text(key)
    names.check_step(fields.place.key(key), target)
    return target


def _check_modifiers(fields: Fields, kind: str) -> None:
    for modifier in _MODIFIERS:
        allowed = kind in _CATCHING if modifier == "catch" else kind == "action"
        if modifier in fields and not allowed:
            kinds = ", ".join(_CATCHING) if modifier == "catch" else "action"
            fields.place.key(modifier).report(f"a {kind} step has no {modifier}; it belongs to {kinds} steps")


def _catches(fields: Fields, names: Names) -> tuple[Catch, ...]:
    return tuple(_catch(clause, names) for clause in fields.objects("catch"))


def _catch(clause: Fields, names: Names) -> Catch:
    clause.allow_only(("error_equals", "next", "store"))
    if "error_equals" not in clause:
        clause.place.key("error_equals").report("missing")
    return Catch(
        error_equals=tuple(text for _, text in clause.texts("error_equals")),
        next=_target(clause, "next", names),
        store=clause.variable("store"),
    )


def _retry_policy(policy: Fields) -> RetryPolicy:
    policy.allow_only(_RETRY_FIELDS)
    base_delay = policy.duration("base_delay")
    max_delay = policy.duration("max_delay")
    if base_delay is not None and max_delay is not None and base_delay > max_delay:
        policy.place.key("base_delay").report("longer than max_delay")
    return RetryPolicy(
        error_equals=tuple(text for _, text in policy.texts("error_equals")),
        max_retries=policy.count("max_retries"),
        base_delay=base_delay or DEFAULT_BASE_DELAY,
        max_delay=max_delay,
        backoff_rate=policy.positive_number("backoff_rate", DEFAULT_BACKOFF_RATE),
        full_jitter=policy.one_of("jitter_strategy", ("NONE", "FULL"), "NONE") == "FULL",
        timeout=policy.duration("timeout"),
    )


def _action(fields: Fields, shared: Shared, names: Names) -> AnyStep:
    fields.inner("parameters")
    each = fields.inner("each")
    step = ActionStep(
        **shared,
        action=fields.name("action"),
        action_kind=fields.one_of("action_kind", ACTION_KINDS, "worker"),
        parameters=compiled_template(fields.place.key("parameters"), fields.raw.get("parameters", {})),
        store=fields.variable("store"),
        retry=tuple(_retry_policy(policy) for policy in fields.objects("retry")),
        catches=_catches(fields, names),
    )
    return step if each is None else _each(each, step, shared)


def _each(each: Fields, step: ActionStep, shared: Shared) -> EachStep:
    each.allow_only(("items", "as"))
    if "items" not in each:
        each.place.key("items").report("missing")
    return EachStep(
        **shared,
        action=step.action,
        action_kind=step.action_kind,
        parameters=step.parameters,
        store=step.store,
        retry=step.retry,
        catches=step.catches,
        items=_items(each.place.key("items"), each.raw.get("items")),
        item_name=_item_name(each),
    )


def _items(place: Place, items: Any) -> Expression | Template:
    """Return a text as an expression, unless it is a `${...}` hole, and anything else as a literal."""
    if not isinstance(items, str) or items.strip().startswith("${"):
        return compiled_template(place, items)
    try:
        return compile_expression(items)
    except ExpressionError as error:
        place.report(str(error))
        return compiled_template(place, None)


def _item_name(each: Fields) -> str:
    if "as" not in each:
        return DEFAULT_ITEM_NAME
    name = each.name("as")
    if name and not _ITEM_NAME.fullmatch(name):
        each.place.key("as").report(f'"{shortened(name)}" is not a variable name (letters, digits and _)')
    elif name in _TAKEN_ITEM_NAMES:
        each.place.key("as").report(f'"{name}" means something else in expressions')
    return name


def _join(fields: Fields, shared: Shared, names: Names) -> JoinStep:
    join = fields.required_object("join")
    branches: dict[str, None] = {}
    for place, branch in join.texts("branches"):
        names.read_branch(place, branch)
        if branch in branches:
            place.report("listed twice")
        branches[branch] = None
    count = join.count("count")
    if branches and count > len(branches):
        join.place.key("count").report(f"more than the {len(branches)} branches that are listed")
    mappings = join.inner("branch_mappings")
    return JoinStep(
        **shared,
        branches=tuple(branches),
        count=count,
        mappings=() if mappings is None else _mappings(mappings, names),
    )


def _mappings(mappings: Fields, names: Names) -> tuple[BranchMapping, ...]:
    read = []
    for source in mappings.raw:
        place = mappings.place.key(source)
        mappings.required_text(source)
        if len(source) > LONGEST_MAPPING_SOURCE:
            place.report(f"longer than {LONGEST_MAPPING_SOURCE} characters")
            continue
        branch, path = _mapping_source(source, names)
        names.read_branch(place, branch)
        read.append(BranchMapping(branch, path, mappings.variable(source) or ()))
    return tuple(read)


def _mapping_source(source: str, names: Names) -> tuple[str, tuple[str, ...]]:
    """Return the branch that a mapping reads, the longest one that fits, and the variable in it."""
    parts = source.split(".")
    for length in range(len(parts), 1, -1):
        branch = ".".join(parts[:length])
        if names.is_branch(branch):
            return branch, tuple(parts[length:])
    return parts[0], tuple(parts[1:])


def _wait_signal(fields: Fields, shared: Shared, names: Names) -> WaitSignalStep:
    wait = fields.required_object("wait_signal")
    wait.allow_only(("topic", "timeout", "store", "on_timeout"))
    wait.required_text("topic")
    return WaitSignalStep(
        **shared,
        catches=_catches(fields, names),
        topic=wait.template("topic"),
        timeout=wait.required_duration("timeout"),
        store=wait.variable("store"),
        on_timeout=_target(wait, "on_timeout", names) if "on_timeout" in wait else None,
    )


def _sleep(fields: Fields, shared: Shared, names: Names) -> SleepStep:
    del names
    sleep = fields.required_object("sleep")
    sleep.allow_only(("duration",))
    return SleepStep(**shared, duration=sleep.required_duration("duration"))


def _pause(fields: Fields, shared: Shared, names: Names) -> PauseStep:
    del names
    pause = fields.required_object("pause")
    pause.allow_only(("reason",))
    pause.text("reason")
    if not fields.raw.get("next"):
        fields.place.key("next").report("a pause step needs an edge to go on by")
    return PauseStep(**shared)


def _interaction(fields: Fields, shared: Shared, names: Names) -> AnyStep:
    return read_interaction(fields.required_object("interaction"), shared, _catches(fields, names))


_READERS: dict[str, Callable[[Fields, Shared, Names], AnyStep]] = {
    "action": _action,
    "join": _join,
    "wait_signal": _wait_signal,
    "sleep": _sleep,
    "pause": _pause,
    "interaction": _interaction,
}
