"""The durable side of a run, in memory: it does about effects what `execution` does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mobius.engine.advance import advance, waiting_entry
from mobius.engine.effects import (
    AwaitSignal,
    ClearTimer,
    CreateFanOut,
    CreateJob,
    Effect,
    OpenInteraction,
    SetTimer,
    StopWork,
)
from mobius.engine.events import (
    Event,
    InteractionCompleted,
    SignalReceived,
    StepCompleted,
    StepFailed,
    TimerFired,
)
from mobius.engine.retry import next_attempt
from mobius.engine.spec import ActionStep, WorkflowSpec
from mobius.engine.state import RunContext, RunState

BEGIN = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class OpenJob:
    """A job, or one item of a fan-out."""

    entry: int
    step: str
    item: int | None
    parameters: dict[str, Any]
    failures: int = 0
    governing: int | None = None
    claimed: bool = False


@dataclass
class Shell:
    """The durable side, in memory."""

    spec: WorkflowSpec
    context: RunContext
    state: RunState
    now: datetime = BEGIN
    jobs: list[OpenJob] = field(default_factory=list)
    results: dict[int, dict[int, Any]] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    timers: dict[int, datetime] = field(default_factory=dict)
    interactions: set[int] = field(default_factory=set)
    signals: list[tuple[str, Any]] = field(default_factory=list)
    created: Counter[int] = field(default_factory=Counter)
    history: list[tuple[Event, datetime, RunState, tuple[Effect, ...]]] = field(default_factory=list)

    def feed(self, fact: Event) -> None:
        """Let the engine decide, and do what it says."""
        pending = [fact]
        while pending:
            upcoming = pending.pop(0)
            decision = advance(self.spec, self.context, self.state, upcoming, self.now)
            self.history.append((upcoming, self.now, *decision))
            self.state = decision.state
            for effect in decision.effects:
                follow_up = self.do(effect)
                if follow_up is not None:
                    pending.append(follow_up)

    def do(self, effect: Effect) -> Event | None:
        match effect:
            case CreateJob(entry=entry, step=step, parameters=parameters):
                self.created[entry] += 1
                self.jobs.append(OpenJob(entry, step, None, parameters))
            case CreateFanOut(entry=entry, step=step, items=items):
                self.created[entry] += 1
                assert items
                self.sizes[entry] = len(items)
                self.results[entry] = {}
                self.jobs += [OpenJob(entry, step, n, parameters) for n, parameters in enumerate(items)]
            case SetTimer(entry=entry, due=due):
                assert due >= self.now
                self.timers[entry] = due
            case ClearTimer(entry=entry):
                self.timers.pop(entry, None)
            case AwaitSignal(entry=entry, topic=topic):
                for number, (name, payload) in enumerate(self.signals):
                    if name == topic:
                        del self.signals[number]
                        return SignalReceived(entry=entry, payload=payload)
            case OpenInteraction(entry=entry):
                self.interactions.add(entry)
            case StopWork():
                self.jobs = [job for job in self.jobs if job.claimed]
                self.timers.clear()
                self.interactions.clear()
        return None

    @property
    def over(self) -> bool:
        return self.state.status in {"completed", "failed"}

    def ring(self, entry: int) -> None:
        self.now = max(self.now, self.timers.pop(entry))
        self.feed(TimerFired(entry=entry))

    def respond(self, entry: int) -> None:
        self.interactions.discard(entry)
        self.feed(InteractionCompleted(entry=entry, response={"value": True, "approved": True}))

    def send(self, topic: str, payload: Any) -> None:
        entry = waiting_entry(self.state, topic)
        if entry is None:
            self.signals.append((topic, payload))
        else:
            self.feed(SignalReceived(entry=entry, payload=payload))

    def succeed(self, job: OpenJob, result: Any) -> None:
        self.jobs.remove(job)
        if job.item is None:
            self.feed(StepCompleted(entry=job.entry, result=result))
            return
        self.results[job.entry][job.item] = result
        if len(self.results[job.entry]) == self.sizes[job.entry]:
            ordered = [self.results[job.entry][n] for n in range(self.sizes[job.entry])]
            self.feed(StepCompleted(entry=job.entry, result=ordered))

    def fail(self, job: OpenJob, error: str, message: str = "broken", jitter: float = 0.0) -> None:
        self.jobs.remove(job)
        step = self.spec.steps[job.step]
        assert isinstance(step, ActionStep)
        retry = next_attempt(step.retry, job.governing, error, job.failures + 1, jitter)
        if retry is not None and not self.state.cancelling and not self.over:
            assert retry.delay >= timedelta()
            again = OpenJob(job.entry, job.step, job.item, job.parameters, job.failures + 1, retry.governing)
            self.jobs.append(again)
            return
        if job.item is not None:
            self.jobs = [other for other in self.jobs if other.entry != job.entry]
        details = {"action": step.action, "attempt": job.failures + 1, "job_id": "j"}
        self.feed(StepFailed(entry=job.entry, error_type=error, message=message, details=details))
