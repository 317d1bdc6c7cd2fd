"""The brain: what a run does about an event."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, assert_never

from mobius.engine import cancelling
from mobius.engine.effects import Effect
from mobius.engine.events import (
    CancelRequested,
    Event,
    InteractionCompleted,
    Resumed,
    RetryRequested,
    SignalReceived,
    Started,
    StepCompleted,
    StepFailed,
    TimerFired,
)
from mobius.engine.expressions import Allowance, ExpressionError
from mobius.engine.spec import (
    MAIN,
    ActionStep,
    AnyStep,
    EachStep,
    InteractionStep,
    JoinStep,
    PauseStep,
    SleepStep,
    WaitSignalStep,
    WorkflowSpec,
)
from mobius.engine.state import (
    BranchState,
    FanOut,
    Held,
    Interaction,
    Job,
    Pause,
    Ready,
    RunContext,
    RunState,
    Signal,
    Sleep,
)
from mobius.engine.steps import action, each, interaction, join, pause, sleep, wait_signal
from mobius.engine.turn import Turn

StepEvent = StepCompleted | StepFailed | SignalReceived | TimerFired | InteractionCompleted


class Decision(NamedTuple):
    """The state after an event (the same object when nothing changed), and what must be done, in order."""

    state: RunState
    effects: tuple[Effect, ...]


def initial_state(spec: WorkflowSpec) -> RunState:
    """Return the state of a run before `Started`."""
    main = BranchState(name=MAIN, step=spec.start_at, entry=0, waiting=Ready(), variables=spec.state)
    return RunState(status="active", attempt=1, branches={MAIN: main})


def waiting_entry(state: RunState, topic: str) -> int | None:
    """Return the entry that takes the next signal on `topic`: the one that has waited longest."""
    if _is_over(state) or state.cancelling:
        return None
    entries = (
        branch.entry
        for branch in state.branches.values()
        if isinstance(branch.waiting, Signal) and branch.waiting.topic == topic
    )
    return min(entries, default=None)


def advance(
    spec: WorkflowSpec,
    run: RunContext,
    state: RunState,
    event: Event,
    now: datetime,
    allowance: Allowance | None = None,
) -> Decision:
    """Decide what a run does about an event.

    The same arguments always give the same decision. An event that does not fit the state changes nothing.
    Decisions that are written together share an `allowance`, which they use up; without one it is a full one.
    """
    match event:
        case CancelRequested():
            return Decision(*cancelling.request(state, event))
        case StepCompleted() | StepFailed() if state.cancelling:
            return Decision(cancelling.job_ended(spec, state, event), ())
    if _is_over(state) != isinstance(event, RetryRequested) or state.cancelling:
        return Decision(state, ())
    turn = Turn(spec, run, state, now, allowance or Allowance())
    match event:
        case Started() | Resumed() | RetryRequested():
            moved = _move_run(turn, event)
        case StepCompleted() | StepFailed() | SignalReceived() | TimerFired() | InteractionCompleted():
            moved = _move_branch(turn, event)
        case _:
            assert_never(event)
    if not moved:
        return Decision(state, ())
    _run_on(turn)
    return Decision(turn.next_state(), tuple(turn.effects))


def _is_over(state: RunState) -> bool:
    return state.status in {"completed", "failed"}


def _move_run(turn: Turn, event: Started | Resumed | RetryRequested) -> bool:
    state = turn.state
    match event:
        case Started():
            if state.entries:
                return False
            turn.queue.extend(state.branches)
        case Resumed():
            if state.status != "suspended" or not _has_pause(state):
                return False
            pause.resume(turn)
        case RetryRequested():
            if state.status != "failed":
                return False
            turn.attempt += 1
            turn.queue.extend(state.branches)
    return True


def _has_pause(state: RunState) -> bool:
    return any(isinstance(branch.waiting, Pause) for branch in state.branches.values())


def _move_branch(turn: Turn, event: StepEvent) -> bool:
    """Let the branch take notice of what it waits for; return False when it waits for something else."""
    branch = next((branch for branch in turn.branches.values() if branch.entry == event.entry), None)
    if branch is None:
        return False
    step = turn.spec.steps[branch.step]
    match branch.waiting, event, step:
        case Job() | FanOut(), StepCompleted(result=result), ActionStep():
            action.completed(turn, branch, step, result)
        case Job() | FanOut(), StepFailed(), _:
            turn.fail_step(branch, event.error_type, event.message, event.details)
        case Signal(), SignalReceived(payload=payload), WaitSignalStep():
            wait_signal.received(turn, branch, step, payload)
        case Signal(), StepFailed(), _:
            wait_signal.refused(turn, branch, event)
        case Signal(topic=topic), TimerFired(), WaitSignalStep():
            wait_signal.timed_out(turn, branch, step, topic)
        case Sleep(), TimerFired(), _:
            sleep.over(turn, branch)
        case Interaction(), InteractionCompleted(response=response), InteractionStep():
            interaction.completed(turn, branch, step, response)
        case Interaction(), StepFailed(), _:
            interaction.failed(turn, branch, event)
        case Interaction(), TimerFired(), _:
            interaction.timed_out(turn, branch)
        case _:
            return False
    return True


def _run_on(turn: Turn) -> None:
    """Let branches enter steps until all of them wait or the run is over."""
    while not turn.over:
        branch = turn.next_to_move()
        if branch is not None:
            _move_on(turn, branch)
        elif turn.joins_are_due:
            join.settle(turn)
        else:
            return


def _move_on(turn: Turn, branch: BranchState) -> None:
    if isinstance(branch.waiting, Held):
        turn.complete_step(branch, branch.variables)
        return
    entered = turn.begin_step(branch)
    if entered is None:
        return
    try:
        _enter(turn, entered, turn.spec.steps[entered.step])
    except ExpressionError as error:
        turn.fail_step(entered, "expression_error", str(error))


def _enter(turn: Turn, branch: BranchState, step: AnyStep) -> None:
    match step:
        case EachStep():
            each.enter(turn, branch, step)
        case ActionStep():
            action.enter(turn, branch, step)
        case JoinStep():
            join.enter(turn, branch, step)
        case WaitSignalStep():
            wait_signal.enter(turn, branch, step)
        case SleepStep():
            sleep.enter(turn, branch, step)
        case PauseStep():
            pause.enter(turn, branch)
        case InteractionStep():
            interaction.enter(turn, branch, step)
        case _:
            assert_never(step)
