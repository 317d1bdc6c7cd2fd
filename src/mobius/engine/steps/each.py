"""`each` steps: one job per item of a collection; the result is the list of their results."""

from __future__ import annotations

from typing import Any

from mobius.engine.effects import CreateFanOut
from mobius.engine.expressions import Expression
from mobius.engine.retry import first_attempts
from mobius.engine.spec import EachStep
from mobius.engine.state import BranchState, FanOut
from mobius.engine.steps import action
from mobius.engine.turn import Turn

MAX_ITEMS = 10_000


def enter(turn: Turn, branch: BranchState, step: EachStep) -> None:
    """Create the jobs of all items, or go on at once when there is none; raise ExpressionError."""
    scope = turn.scope(branch.variables)
    items = _items(step, scope, turn)
    if len(items) > MAX_ITEMS:
        message = f"{len(items)} items are more than the {MAX_ITEMS} that a step may have"
        turn.fail_step(branch, "too_many_items", message)
        return
    if not items:
        action.completed(turn, branch, step, [])
        return
    parameters = turn.afford(_parameters(step, scope, index, item, turn) for index, item in enumerate(items))
    if parameters is None:
        turn.fail_step(branch, action.PARAMETERS_TOO_LARGE, action.parameters_too_large())
        return
    turn.effects.append(
        CreateFanOut(
            entry=branch.entry,
            branch=branch.name,
            step=step.name,
            action=step.action,
            action_kind=step.action_kind,
            items=parameters,
            max_attempts=first_attempts(step.retry),
            timeout_seconds=action.timeout_seconds(step),
        )
    )
    turn.wait(branch, FanOut())


def _items(step: EachStep, scope: dict[str, Any], turn: Turn) -> list[Any]:
    source = step.items
    if isinstance(source, Expression):
        collection = turn.evaluate(source, scope)
    else:
        collection = turn.render(source, scope)
    if isinstance(collection, list):
        return collection
    if isinstance(collection, dict):
        return [{"key": key, "value": collection[key]} for key in sorted(collection)]
    return [collection]


def _parameters(step: EachStep, scope: dict[str, Any], index: int, item: Any, turn: Turn) -> dict[str, Any]:
    names = {
        **scope,
        "state": {**scope["state"], step.item_name: item},
        "index": index,
        step.item_name: item,
    }
    parameters: dict[str, Any] = turn.render(step.parameters, names)
    return parameters
