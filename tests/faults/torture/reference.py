"""What a story leads to when nothing goes wrong: the pure engine, with the same actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mobius.engine.advance import initial_state
from mobius.engine.effects import Effect, OpenInteraction
from mobius.engine.events import Event, Resumed, Started
from mobius.engine.spec import WorkflowSpec
from mobius.engine.state import Pause, RunContext, RunState, Signal
from mobius.engine.validation import parse_spec
from tests.engine.shell import OpenJob, Shell
from tests.faults.torture.actions import Failure, outcome
from tests.faults.torture.specs import UNANSWERED
from tests.faults.torture.story import Story

SOON = timedelta(minutes=1)
"""What is due later than that is not waited for."""


@dataclass(frozen=True)
class Outcome:
    """How a run stands in the end."""

    status: str
    result: Any
    error: tuple[str, str, str] | None
    waits: tuple[str, ...]


def expected(story: Story) -> Outcome:
    """Return how the run of a settled story ends."""
    spec = compiled(story.workflow.spec["name"], story)
    shell = _Faultless(spec, context_of(story), initial_state(spec))
    shell.feed(Started())
    for topic, payload, _ in story.calls():
        shell.send(topic, payload)
    while not shell.over and shell.go_on(resumed=story.workflow.resumed):
        pass
    return outcome_of(shell.state)


def compiled(name: str, story: Story) -> WorkflowSpec:
    """Return the compiled specification of a story; each workflow is compiled once."""
    if name not in _compiled:
        _compiled[name] = parse_spec(story.workflow.spec)
    return _compiled[name]


_compiled: dict[str, WorkflowSpec] = {}


def context_of(story: Story) -> RunContext:
    """Return what the engine knows of the run of a story."""
    name = str(story.workflow.spec["name"])
    return RunContext("run", name, {}, None, dict(story.inputs))


def outcome_of(state: RunState) -> Outcome:
    """Return how a run stands that is in `state`."""
    error = None if state.error is None else (state.error.step, state.error.type, state.error.message)
    status = {"active": "running"}.get(state.status, state.status)
    result = comparable(state.result) if status == "completed" else None
    waits = () if status in {"completed", "failed"} else waits_of(state)
    return Outcome(status, result, error, waits)


def waits_of(state: RunState) -> tuple[str, ...]:
    """Return in words what the branches of a run wait for."""
    return tuple(sorted(_wait(branch.step, branch.waiting) for branch in state.branches.values()))


def _wait(step: str, waiting: Any) -> str:
    topic = f" {waiting.topic}" if isinstance(waiting, Signal) else ""
    return f"{step}: {type(waiting).__name__.lower()}{topic}"


def comparable(value: Any) -> Any:
    """Return a value without what differs between attempts: the details of an error that was caught."""
    match value:
        case {"interaction_id": str(), "value": answer}:
            return {"value": answer, "approved": answer}
        case {"Error": error, "Cause": cause, "Details": dict(details)}:
            return {"Error": error, "Cause": cause, "step": details.get("step")}
        case dict():
            return {name: comparable(inner) for name, inner in value.items()}
        case list():
            return [comparable(inner) for inner in value]
        case _:
            return value


class _Faultless(Shell):
    """Workers that do their work at once, and timers that ring when nothing else is left to do."""

    def go_on(self, *, resumed: bool) -> bool:
        """Let the next thing happen; return False when nothing can."""
        if self.jobs:
            self.execute(self.jobs[0])
        elif due := [entry for entry, at in self.timers.items() if at - self.now < SOON]:
            self.ring(min(due, key=lambda entry: self.timers[entry]))
        elif self.interactions:
            self.respond(min(self.interactions))
        elif resumed and self.state.status == "suspended" and self.paused:
            self.feed(Resumed())
        else:
            return False
        return True

    def do(self, effect: Effect) -> Event | None:
        if isinstance(effect, OpenInteraction) and effect.message == UNANSWERED:
            return None
        return super().do(effect)

    @property
    def paused(self) -> bool:
        return any(isinstance(branch.waiting, Pause) for branch in self.state.branches.values())

    def execute(self, job: OpenJob) -> None:
        result = outcome(job.parameters, job.failures + 1)
        if isinstance(result, Failure):
            self.fail(job, result.error_type, result.message)
        else:
            self.succeed(job, result)
