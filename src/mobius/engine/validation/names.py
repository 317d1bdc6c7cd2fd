"""The names that the parts of a specification refer to each other by."""

from __future__ import annotations

from typing import Any

from mobius.engine.problems import Place, shortened
from mobius.engine.spec import MAIN

LONGEST_BRANCH_NAME = 300


class Names:
    """All step and branch names of a specification, collected before its references are checked."""

    def __init__(self, steps: list[Any]) -> None:
        readable = [step for step in steps if isinstance(step, dict)]
        self.steps = {step["name"] for step in readable if isinstance(step.get("name"), str)}
        self.branches = {name for step in readable for name in _branch_names(step)}
        self.read_branches: set[str] = set()
        """The branches that joins and outputs read, collected on the way."""
        self._seen_steps: set[str] = set()
        self._seen_branches: set[str] = set()

    def define_step(self, place: Place, name: str) -> None:
        """Report a step name that was used before."""
        if name and name in self._seen_steps:
            place.report(f'another step is called "{shortened(name)}" already')
        self._seen_steps.add(name)

    def define_branch(self, place: Place, name: str) -> None:
        """Report a branch name that is reserved or was used before."""
        if name == MAIN:
            place.report(f'"{MAIN}" is the branch that a run starts with; the name is reserved')
        elif name in self._seen_branches:
            place.report(f'another edge names its branch "{shortened(name)}" already')
        self._seen_branches.add(name)

    def check_step(self, place: Place, name: str) -> None:
        """Report a reference to a step that does not exist."""
        if name and name not in self.steps:
            place.report(f'there is no step "{shortened(name)}"')

    def read_branch(self, place: Place, name: str) -> None:
        """Note that a branch is read; report one that can never exist."""
        self.read_branches.add(name)
        if not self.is_branch(name):
            place.report(f'no edge starts a branch "{shortened(name)}"')

    def is_branch(self, name: str) -> bool:
        """Tell whether a branch can have this name: `main`, one from an edge, a numbered child of these."""
        while len(name) <= LONGEST_BRANCH_NAME:
            if name == MAIN or name in self.branches:
                return True
            parent, _, number = name.rpartition("-")
            if not (number.isascii() and number.isdigit()):
                return False
            name = parent
        return False


def _branch_names(step: dict[str, Any]) -> list[str]:
    edges = step.get("next")
    if not isinstance(edges, list):
        return []
    names = [edge.get("branch") for edge in edges if isinstance(edge, dict)]
    return [name for name in names if isinstance(name, str) and name]
