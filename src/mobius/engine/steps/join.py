"""Join steps: the branch waits until others have completed, and takes over what they found out."""

from __future__ import annotations

from typing import Any

from mobius.engine.spec import JoinStep
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
            turn.complete_step(branch, _with_mappings(turn, branch, step))
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


def _with_mappings(turn: Turn, branch: BranchState, step: JoinStep) -> dict[str, Any]:
    variables = branch.variables
    mapped = {mapping.branch for mapping in step.mappings}
    for name in _listed(branch, step):
        if name not in mapped and name in turn.kept:
            variables = {**variables, name: turn.kept[name]}
    for mapping in step.mappings:
        source = turn.kept.get(mapping.branch)
        value = MISSING if source is None else read(source, mapping.path)
        if value is not MISSING:
            variables = with_value(variables, mapping.destination, value)
    return variables


def _explain(turn: Turn, branch: BranchState, step: JoinStep) -> str:
    if not step.branches:
        return f"waits for {step.count} completed branches; {turn.completed} have, and no more can"
    missing = [name for name in _listed(branch, step) if name not in turn.kept]
    if not missing:
        return f"waits for {step.count} of {len(_listed(branch, step))} branches"
    names = ", ".join(f'"{name}"' for name in missing)
    return f"waits for {names}, which can complete no more"
