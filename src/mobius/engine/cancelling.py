"""Cancelling a run: everything stops at once, apart from claimed jobs; the run ends with the last of them."""

from __future__ import annotations

from msgspec.structs import replace

from mobius.engine.effects import Effect, StopWork
from mobius.engine.events import CancelRequested, StepCompleted, StepFailed
from mobius.engine.spec import ActionStep, WorkflowSpec
from mobius.engine.state import FanOut, Held, Job, RunError, RunState
from mobius.engine.steps import action


def request(state: RunState, event: CancelRequested) -> tuple[RunState, tuple[Effect, ...]]:
    """Stop the work of a run that is live; entries that have no job are not waited for."""
    if state.status in {"completed", "failed"} or state.cancelling:
        return state, ()
    at_work = {branch.entry for branch in state.branches.values() if isinstance(branch.waiting, Job | FanOut)}
    running = tuple(sorted(at_work & event.running))
    stopping = replace(state, cancelling=True, cancel_reason=event.reason.replace("\0", " "), running=running)
    return _ended_when_idle(stopping), (StopWork(),)


def job_ended(spec: WorkflowSpec, state: RunState, event: StepCompleted | StepFailed) -> RunState:
    """Note the end of a claimed job; its result is kept, so that a retry of the run does not repeat it."""
    if event.entry not in state.running:
        return state
    running = tuple(entry for entry in state.running if entry != event.entry)
    branch = next(branch for branch in state.branches.values() if branch.entry == event.entry)
    step = spec.steps[branch.step]
    branches = state.branches
    if isinstance(event, StepCompleted) and isinstance(step, ActionStep):
        variables = action.with_result(branch.variables, step, event.result)
        branches = {**branches, branch.name: replace(branch, waiting=Held(), variables=variables)}
    return _ended_when_idle(replace(state, branches=branches, running=running))


def _ended_when_idle(state: RunState) -> RunState:
    if state.running:
        return state
    error = RunError("", "cancelled", state.cancel_reason)
    return replace(state, status="failed", error=error, cancelling=False, cancel_reason="")
