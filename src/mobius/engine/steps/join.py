"""Join steps: the branch waits until others have completed, and takes over what they found out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mobius.engine.measure import MAX_STATE, STATE_TOO_LARGE, nests_too_deep, state_too_large, total_size
from mobius.engine.spec import JoinStep, VariablePath
from mobius.engine.state import BranchState, Join
from mobius.engine.turn import Turn
from mobius.engine.variables import MISSING, read, with_value


def enter(turn: Turn, branch: BranchState, step: JoinStep) -> None:
    """Wait; whether there is anything to wait for is seen once no other branch can move."""
    del step
    turn.wait(branch, Join())
    turn.joins_are_due = True


def settle(turn: Turn) -> None:
    """Let the join that was entered first and can go on do so; fail the run when none of them ever can.

    Call it when no branch has a step to enter.
    """
    turn.joins_are_due = False
    joins = [branch for branch in turn.branches.values() if isinstance(branch.waiting, Join)]
    joins.sort(key=lambda branch: branch.entry)
    others_live = len(turn.branches) - len(joins)
    for branch in joins:
        step = _step(turn, branch)
        if _is_satisfied(turn, branch, step, others_live):
            # The others are looked at again once this branch has moved.
            turn.joins_are_due = True
            _go_on(turn, branch, step)
            return
    if joins and not others_live:
        first = joins[0]
        turn.fail_run(first, "join_unsatisfiable", _explain(turn, first, _step(turn, first)))


def _step(turn: Turn, branch: BranchState) -> JoinStep:
    step = turn.spec.steps[branch.step]
    assert isinstance(step, JoinStep)  # noqa: S101  for the type checker: only join.enter makes a branch wait for Join
    return step


def _is_satisfied(turn: Turn, branch: BranchState, step: JoinStep, others_live: int) -> bool:
    if step.branches:
        listed = _listed(branch, step)
        completed = sum(name in turn.kept for name in listed)
        return completed >= (step.count or len(listed))
    if step.count:
        return turn.completed >= step.count
    return others_live == 0


def _listed(branch: BranchState, step: JoinStep) -> list[str]:
    return [name for name in step.branches if name != branch.name]


def _go_on(turn: Turn, branch: BranchState, step: JoinStep) -> None:
    taken_over = list(_taken_over(turn, branch, step))
    values = [value for _, value in taken_over]
    if any(map(nests_too_deep, values)) or not turn.has_room_for(total_size(values, MAX_STATE)):
        turn.fail_run(branch, STATE_TOO_LARGE, state_too_large())
        return
    variables = branch.variables
    for destination, value in taken_over:
        variables = with_value(variables, destination, value)
    turn.complete_step(branch, variables)


def _taken_over(turn: Turn, branch: BranchState, step: JoinStep) -> Iterator[tuple[VariablePath, Any]]:
    """Yield what the join copies: each destination and its value."""
    mapped = {mapping.branch for mapping in step.mappings}
    for name in _listed(branch, step):
        if name not in mapped and name in turn.kept:
            yield (name,), turn.kept[name]
    for mapping in step.mappings:
        source = turn.kept.get(mapping.branch)
        value = MISSING if source is None else read(source, mapping.path)
        if value is not MISSING:
            yield mapping.destination, value


def _explain(turn: Turn, branch: BranchState, step: JoinStep) -> str:
    if not step.branches:
        return f"waits for {step.count} completed branches; {turn.completed} have, and no more can"
    missing = [name for name in _listed(branch, step) if name not in turn.kept]
    if not missing:
        return f"waits for {step.count} of {len(_listed(branch, step))} branches"
    names = ", ".join(f'"{name}"' for name in missing)
    return f"waits for {names}, which can complete no more"
