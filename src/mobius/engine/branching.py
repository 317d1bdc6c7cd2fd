"""Which edges a branch follows, how the branches of a fork are called, and what a run results in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from mobius.engine.expressions import Expression
from mobius.engine.measure import MAX_STATE, STATE_TOO_LARGE, json_size, state_too_large
from mobius.engine.spec import Edge, Step, WorkflowOutput, WorkflowSpec
from mobius.engine.state import RunError
from mobius.engine.variables import MISSING, read

LONGEST_PARENT = 200
"""Characters of the parent's name in the name of a child: keeps names short in loops that fork."""


def matching_edges(
    step: Step,
    scope: Callable[[], Mapping[str, Any]],
    evaluate: Callable[[Expression, Mapping[str, Any]], Any],
) -> list[Edge]:
    """Return the edges whose conditions hold, or only the first of them; raise ExpressionError."""
    matched: list[Edge] = []
    names: Mapping[str, Any] | None = None
    for edge in step.edges:
        if edge.condition is not None:
            names = scope() if names is None else names
            if not edge.condition.truthy(evaluate(edge.condition, names)):
                continue
        matched.append(edge)
        if step.first_match_only:
            break
    return matched


def child_names(
    parent: str, edges: list[Edge], forks: int, reserved: AbstractSet[str]
) -> tuple[list[str], int]:
    """Return a name per edge, and the count of unnamed branches with these.

    A number that would give a name which the workflow uses itself is left out.
    """
    names: list[str] = []
    for edge in edges:
        name = edge.branch
        while name is None:
            forks += 1
            unnamed = f"{parent[:LONGEST_PARENT]}-{forks}"
            name = None if unnamed in reserved else unnamed
        names.append(name)
    return names, forks


def result_of_run(
    spec: WorkflowSpec, kept: Mapping[str, dict[str, Any]], last: dict[str, Any]
) -> tuple[Any, RunError | None]:
    """Return the result, or what is wrong with it: the output that is missing, or that it is too large.

    Without declared outputs the result is `last`, the variables of the branch that completed last.
    """
    if not spec.outputs:
        return last, None
    result = {}
    size = 0
    for output in spec.outputs:
        branch = kept.get(output.branch)
        if branch is None:
            return None, _missing(output, "has not completed")
        value = read(branch, output.variable)
        if value is MISSING:
            return None, _missing(output, f'has no variable "{".".join(output.variable)}"')
        size += json_size(value)
        if size > MAX_STATE:
            return None, RunError("", STATE_TOO_LARGE, state_too_large())
        result[output.name] = value
    return result, None


def _missing(output: WorkflowOutput, what: str) -> RunError:
    return RunError("", "missing_output", f'output "{output.name}": branch "{output.branch}" {what}')
