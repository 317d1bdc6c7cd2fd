"""Interaction steps: the branch waits for the response of a person or a group, for a limited time."""

from __future__ import annotations

from typing import Any

from mobius.engine.effects import ClearTimer, OpenInteraction, SetTimer
from mobius.engine.events import StepFailed
from mobius.engine.retry import TIMEOUT
from mobius.engine.spec import InteractionStep
from mobius.engine.state import BranchState, Interaction
from mobius.engine.texts import as_text
from mobius.engine.turn import Turn
from mobius.engine.variables import with_value


def enter(turn: Turn, branch: BranchState, step: InteractionStep) -> None:
    """Ask; raise ExpressionError."""
    scope = turn.scope(branch.variables)
    turn.effects.append(
        OpenInteraction(
            entry=branch.entry,
            branch=branch.name,
            step=step.name,
            type=step.type,
            message=as_text("message", turn.render(step.message, scope)),
            context=None if step.context is None else turn.render(step.context, scope),
            spec=step.spec,
            target_type=step.target_type,
            target_id=as_text("target id", turn.render(step.target_id, scope)),
            require_all=step.require_all,
            timeout_seconds=step.timeout.total_seconds(),
        )
    )
    turn.effects.append(SetTimer(entry=branch.entry, due=turn.now + step.timeout))
    turn.wait(branch, Interaction())


def completed(turn: Turn, branch: BranchState, step: InteractionStep, response: dict[str, Any]) -> None:
    """Store the response under the name of the step and go on."""
    turn.effects.append(ClearTimer(entry=branch.entry))
    turn.complete_step(branch, with_value(branch.variables, step.store, response))


def failed(turn: Turn, branch: BranchState, event: StepFailed) -> None:
    """Fail, because the interaction could not be opened."""
    turn.effects.append(ClearTimer(entry=branch.entry))
    turn.fail_step(branch, event.error_type, event.message, event.details)


def timed_out(turn: Turn, branch: BranchState) -> None:
    """Fail with `timeout`."""
    turn.fail_step(branch, TIMEOUT, "nobody responded in time")
