"""One run of the torture: its workflow, and what is done to it from outside; all follows from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.faults.torture.specs import Call, Workflow, workflow

WORKFLOWS = 60


@dataclass(frozen=True)
class Story:
    """What somebody does with one run."""

    number: int
    workflow_number: int
    workflow: Workflow
    keyed: bool
    """The start is repeated with an Idempotency-Key and names no external id."""
    cancel_after: float | None
    retried: bool
    """When the run fails, it is retried once."""

    @property
    def inputs(self) -> dict[str, int]:
        """The inputs of the run."""
        return {"n": self.number}

    @property
    def settled(self) -> bool:
        """The run ends in one way only."""
        return self.workflow.settled and self.cancel_after is None

    def calls(self) -> tuple[tuple[str, dict[str, object], float], ...]:
        """Return topic, payload and time of the signals, in the order in which they are sent."""
        return tuple(self._call(call) for call in self.workflow.calls)

    def _call(self, call: Call) -> tuple[str, dict[str, object], float]:
        token = f"{self.number}/{call.payload['call']}"
        return f"{call.topic}-{self.number}", {"token": token}, call.after


class Stories:
    """The stories of a seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._workflows: dict[int, Workflow] = {}

    def __getitem__(self, number: int) -> Story:
        chance = Random(f"{self._seed}/story/{number}")
        workflow_number = chance.randrange(WORKFLOWS)
        return Story(
            number,
            workflow_number,
            self.workflow(workflow_number),
            keyed=chance.random() < 0.3,
            cancel_after=chance.uniform(0, 3) if chance.random() < 0.08 else None,
            retried=chance.random() < 0.5,
        )

    def workflow(self, number: int) -> Workflow:
        """Return one of the workflows that the stories share."""
        if number not in self._workflows:
            self._workflows[number] = workflow(f"{self._seed}/{number}")
        return self._workflows[number]
