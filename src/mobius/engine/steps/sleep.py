"""Sleep steps: the branch waits until a point in time that is fixed on entry."""

from __future__ import annotations

from mobius.engine.effects import SetTimer
from mobius.engine.spec import SleepStep
from mobius.engine.state import BranchState, Sleep
from mobius.engine.turn import Turn


def enter(turn: Turn, branch: BranchState, step: SleepStep) -> None:
    """Set the timer."""
    turn.effects.append(SetTimer(entry=branch.entry, due=turn.now + step.duration))
    turn.wait(branch, Sleep())


def over(turn: Turn, branch: BranchState) -> None:
    """Go on."""
    turn.complete_step(branch, branch.variables)
