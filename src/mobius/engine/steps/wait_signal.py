"""wait_signal steps: the branch waits for a signal on a topic, for a limited time."""

from __future__ import annotations

from typing import Any

from mobius.engine.effects import AwaitSignal, ClearTimer, SetTimer
from mobius.engine.events import StepFailed
from mobius.engine.retry import TIMEOUT
from mobius.engine.spec import WaitSignalStep
from mobius.engine.state import BranchState, Signal
from mobius.engine.texts import as_text
from mobius.engine.turn import Turn
from mobius.engine.variables import with_value


def enter(turn: Turn, branch: BranchState, step: WaitSignalStep) -> None:
    """Wait on the topic as it is now, also for a signal that came before; raise ExpressionError."""
    topic = as_text("topic", turn.render(step.topic, turn.scope(branch.variables)))
    turn.effects.append(SetTimer(entry=branch.entry, due=turn.now + step.timeout))
    turn.effects.append(AwaitSignal(entry=branch.entry, topic=topic))
    turn.wait(branch, Signal(topic))


def received(turn: Turn, branch: BranchState, step: WaitSignalStep, payload: Any) -> None:
    """Store the payload and go on."""
    turn.effects.append(ClearTimer(entry=branch.entry))
    variables = branch.variables if step.store is None else with_value(branch.variables, step.store, payload)
    turn.complete_step(branch, variables)


def refused(turn: Turn, branch: BranchState, event: StepFailed) -> None:
    """Fail, because what the signal carries cannot be taken in."""
    turn.effects.append(ClearTimer(entry=branch.entry))
    turn.fail_step(branch, event.error_type, event.message, event.details)


def timed_out(turn: Turn, branch: BranchState, step: WaitSignalStep, topic: str) -> None:
    """Go to the step for this case, or fail with `timeout`."""
    if step.on_timeout is not None:
        turn.go_to(branch, step.on_timeout, branch.variables)
    else:
        turn.fail_step(branch, TIMEOUT, f'no signal came in time on topic "{topic}"')
