"""What the engine says about an event: the new state, and what must be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from mobius.engine.advance import advance
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
from mobius.engine.events import Event, SignalReceived, TimerFired
from mobius.engine.spec import WorkflowSpec
from mobius.engine.state import RunContext, RunState
from tests.faults.torture.history import Row

_decode = msgspec.json.Decoder().decode


class Impossible(Exception):
    """The engine does not allow what happened."""


class Prediction:
    """What must come of an event and of what follows from it at once, such as a signal that waits already."""

    def __init__(
        self, state: RunState, signals: Mapping[str, tuple[str, Any]], timers: Mapping[int, int]
    ) -> None:
        self.state = state
        self.jobs: list[tuple[Any, ...]] = []
        """Those to create, as `wanted` and `made` describe them."""
        self.timers: dict[int, datetime] = {}
        self.questions: set[int] = set()
        """The entries that ask."""
        self.cleared: set[int] = set()
        self.consumed: list[str] = []
        self.stops = False
        self._signals = signals
        self._timers = timers

    def decide(self, spec: WorkflowSpec, context: RunContext, event: Event, now: datetime) -> None:
        """Let the engine decide."""
        if isinstance(event, TimerFired):
            self.cleared.add(event.entry)
        pending = [event]
        while pending:
            self.state, effects = advance(spec, context, self.state, pending.pop(0), now)
            for effect in effects:
                pending += self._follow(effect)

    def _follow(self, effect: Effect) -> list[Event]:
        match effect:
            case CreateJob():
                self.jobs.append(wanted(effect, "task", None, effect.parameters))
            case CreateFanOut():
                self.jobs.append(wanted(effect, "group", None, {}))
                items = enumerate(effect.items)
                self.jobs += [wanted(effect, "item", index, parameters) for index, parameters in items]
            case SetTimer(entry=entry, due=due):
                self.timers[entry] = due
            case ClearTimer(entry=entry):
                self.timers.pop(entry, None)
                self.cleared.add(entry)
            case AwaitSignal(entry=entry, topic=topic):
                for signal, (name, payload) in self._signals.items():
                    if name == topic and signal not in self.consumed:
                        self.consumed.append(signal)
                        return [SignalReceived(entry, payload)]
            case StopWork():
                self.stops = True
                self.jobs.clear()
                self.timers.clear()
                self.questions.clear()
                self.cleared.update(self._timers)
            case OpenInteraction(entry=entry):
                self.questions.add(entry)
        return []


def wanted(
    effect: CreateJob | CreateFanOut, kind: str, index: int | None, parameters: Any
) -> tuple[Any, ...]:
    """Return what a job must be that an effect asks for."""
    path = f"{effect.branch}/{effect.entry}"
    place = path if index is None else f"{path}[{index}]"
    return (kind, place, effect.step, effect.action, parameters, 1, effect.max_attempts, 0, None)


def made(row: Row, attempt: int) -> tuple[Any, ...]:
    """Return what a job was when it was created."""
    return (
        row["kind"],
        row["path_id"],
        row["step_name"],
        row["action"],
        _decode(row["parameters"]),
        attempt,
        row["max_attempts"],
        row["retries"],
        row["retry_policy"],
    )
