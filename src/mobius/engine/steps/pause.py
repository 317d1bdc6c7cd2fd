"""Pause steps: the branch waits until somebody resumes the run."""

from __future__ import annotations

from mobius.engine.state import BranchState, Pause
from mobius.engine.turn import Turn


def enter(turn: Turn, branch: BranchState) -> None:
    """Wait."""
    turn.wait(branch, Pause())


def resume(turn: Turn) -> None:
    """Let the branches go on that are paused now, the longest paused first."""
    paused = [branch for branch in turn.branches.values() if isinstance(branch.waiting, Pause)]
    for branch in sorted(paused, key=lambda branch: branch.entry):
        if turn.over:
            return
        turn.complete_step(branch, branch.variables)
