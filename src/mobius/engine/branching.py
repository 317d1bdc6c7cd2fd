"""Which edges a branch follows, how the branches of a fork are called, and what a run results in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from mobius.engine.spec import Edge, Step, WorkflowSpec
from mobius.engine.variables import MISSING, read

LONGEST_PARENT = 200
"""Characters of the parent's name in the name of a child: keeps names short in loops that fork."""


def matching_edges(step: Step, scope: Callable[[], Mapping[str, Any]], now: datetime) -> list[Edge]:
    """Return the edges whose conditions hold, or only the first of them; raise ExpressionError."""
    matched: list[Edge] = []
    names: Mapping[str, Any] | None = None
    for edge in step.edges:
        if edge.condition is not None:
            names = scope() if names is None else names
            if not edge.condition.truthy(edge.condition.evaluate(names, now)):
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
) -> tuple[Any, str]:
    """Return the result, or a text that names the output that is missing.

    Without declared outputs the result is `last`, the variables of the branch that completed last.
    """
    if not spec.outputs:
        return last, ""
    result = {}
    for output in spec.outputs:
        branch = kept.get(output.branch)
        if branch is None:
            return None, f'output "{output.name}": branch "{output.branch}" has not completed'
        value = read(branch, output.variable)
        if value is MISSING:
            variable = ".".join(output.variable)
            return None, f'output "{output.name}": branch "{output.branch}" has no variable "{variable}"'
        result[output.name] = value
    return result, ""
