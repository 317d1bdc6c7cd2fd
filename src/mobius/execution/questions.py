"""The interactions of a run, as a transition opens and ends them; the domain of interactions is handed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from mobius.engine.effects import OpenInteraction
from mobius.engine.state import Interaction, RunState
from mobius.store import Write

CANNOT_ASK = "interaction_failed"
"""The error type of an interaction step that found nobody to ask."""


class CannotAsk(Exception):
    """The interaction cannot be opened; the message says why."""


class Interactions(Protocol):
    """What a domain does about the interactions of runs: it returns writes for the run's transition."""

    async def open(self, project_id: str, run_id: str, effect: OpenInteraction, now: int) -> Sequence[Write]:
        """Open the interaction of a step; raise CannotAsk."""

    async def expire(
        self, project_id: str, run_id: str, entries: Collection[int] | None, answered: str | None, now: int
    ) -> Sequence[Write]:
        """End what is pending of these entries (None: of the whole run), apart from what was answered."""


def entries_asking(state: RunState) -> frozenset[int]:
    """Return the entries of steps that wait for a response."""
    return frozenset(
        branch.entry for branch in state.branches.values() if isinstance(branch.waiting, Interaction)
    )
