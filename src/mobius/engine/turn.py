"""One turn of a run under construction: the moves that the step kinds are made of.

A turn starts from a state, lets branches move, and becomes the next state. Branches that have to enter a step
wait in a queue instead of entering it at once, so that a long chain of immediate steps needs no deep stack.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from mobius.engine.branching import child_names, matching_edges, result_of_run
from mobius.engine.effects import Effect, StopWork
from mobius.engine.expressions import Allowance, Expression, ExpressionError, Template
from mobius.engine.measure import MAX_STATE, STATE_TOO_LARGE, json_size, state_too_large, total_size
from mobius.engine.retry import matches
from mobius.engine.spec import ActionStep, CatchingStep, Edge, WorkflowSpec
from mobius.engine.state import (
    BranchState,
    FanOut,
    Held,
    Job,
    Ready,
    RunContext,
    RunError,
    RunState,
    Waiting,
)
from mobius.engine.variables import with_value


class Turn:
    """The working copy of a run's state, with the effects so far."""

    def __init__(
        self, spec: WorkflowSpec, run: RunContext, state: RunState, now: datetime, allowance: Allowance
    ) -> None:
        self.allowance = allowance
        self.spec = spec
        self.run = run
        self.now = now
        self.state = state
        self.attempt = state.attempt
        self.branches = dict(state.branches)
        self.entries = state.entries
        self.forks = state.forks
        self.completed = state.completed
        self.kept = state.kept
        self.used = state.used
        self.effects: list[Effect] = []
        self.queue: deque[str] = deque()
        self.joins_are_due = False
        self._size: int | None = None
        self.over: Literal["completed", "failed"] | None = None
        self.result: Any = None
        self.error: RunError | None = None

    def scope(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the names that expressions of a branch may use."""
        run = self.run
        facts = {
            "id": run.id,
            "name": run.name,
            "attempt": self.attempt,
            "metadata": run.metadata,
            "external_id": run.external_id,
        }
        return {"inputs": run.inputs, "state": variables, "run": facts}

    def next_to_move(self) -> BranchState | None:
        """Take the next branch out of the queue; None when there is none or the run is over."""
        if self.over or not self.queue:
            return None
        return self.branches[self.queue.popleft()]

    def begin_step(self, branch: BranchState) -> BranchState | None:
        """Give the branch a new entry; past the limit the run fails instead."""
        if self.entries >= self.run.max_entries:
            self._fail_at_step_limit(branch)
            return None
        self.entries += 1
        return BranchState(branch.name, branch.step, self.entries, Ready(), branch.variables)

    def has_room_for(self, more: int) -> bool:
        """Tell whether the variables of all branches may take so many bytes of JSON more; count them."""
        if self._size is None or self._size + more > MAX_STATE:
            held = [*(branch.variables for branch in self.branches.values()), *self.kept.values()]
            self._size = total_size(held, MAX_STATE)
        self._size += more
        return self._size <= MAX_STATE

    def afford(self, parameters: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...] | None:
        """Return the parameters of new jobs; None when they are more than may be created at once.

        Raises ExpressionError when that happens again and again.
        """
        self.allowance.spend(0)
        taken: list[dict[str, Any]] = []
        size = 0
        for one in parameters:
            size += json_size(one)
            if size > self.allowance.parameters:
                # Whoever catches this and tries again shall not do so for long.
                self.allowance.steps -= size >> 3
                return None
            taken.append(one)
        self.allowance.parameters -= size
        return tuple(taken)

    def render(self, template: Template, names: Mapping[str, Any]) -> Any:
        """Return the value of a template; raise ExpressionError."""
        return template.render(names, self.now, self.allowance)

    def evaluate(self, expression: Expression, names: Mapping[str, Any]) -> Any:
        """Return the value of an expression; raise ExpressionError."""
        return expression.evaluate(names, self.now, self.allowance)

    def wait(self, branch: BranchState, waiting: Waiting) -> None:
        """Let the branch wait in its step."""
        self._put(branch.name, branch.step, branch.entry, waiting, branch.variables)

    def go_to(self, branch: BranchState, step: str, variables: dict[str, Any]) -> None:
        """Let the branch enter `step` when its turn comes."""
        self._put(branch.name, step, branch.entry, Ready(), variables)
        self.queue.append(branch.name)

    def complete_step(self, branch: BranchState, variables: dict[str, Any]) -> None:
        """Follow the edges of the step that is complete: go on, fork, or complete the branch."""
        step = self.spec.steps[branch.step]
        branch = BranchState(branch.name, branch.step, branch.entry, branch.waiting, variables)
        try:
            edges = matching_edges(step, lambda: self.scope(variables), self.evaluate)
        except ExpressionError as error:
            self.fail_step(branch, "expression_error", str(error))
            return
        if not edges:
            self._complete_branch(branch)
        elif len(edges) == 1 and edges[0].branch in {None, branch.name}:
            self.go_to(branch, edges[0].step, variables)
        else:
            self._fork(branch, edges)

    def fail_step(
        self, branch: BranchState, error_type: str, message: str, details: Mapping[str, Any] | None = None
    ) -> None:
        """Route the branch to the first clause that catches the error, else fail the run."""
        step = self.spec.steps[branch.step]
        if not isinstance(step, CatchingStep):
            self.fail_run(branch, error_type, message)
            return
        for clause in step.catches:
            if matches(clause.error_equals, error_type):
                variables = branch.variables
                if clause.store is not None:
                    caught = {"step": step.name, **(details or _no_job(step))}
                    error = {"Error": error_type, "Cause": message, "Details": caught}
                    variables = with_value(variables, clause.store, error)
                self.go_to(branch, clause.next, variables)
                return
        self.fail_run(branch, error_type, message)

    def fail_run(self, branch: BranchState, error_type: str, message: str) -> None:
        """End the run as failed at the step of `branch`; what this turn wanted to be done is void."""
        self._put(branch.name, branch.step, branch.entry, Ready(), branch.variables)
        self._fail(RunError(branch.step, error_type, message))

    def next_state(self) -> RunState:
        """Return the state that the turn has led to."""
        return RunState(
            status=self.over or self._live_status(),
            attempt=self.attempt,
            branches=self.branches,
            entries=self.entries,
            forks=self.forks,
            completed=self.completed,
            kept=self.kept,
            used=self.used,
            result=self.result,
            error=self.error,
        )

    def _live_status(self) -> Literal["active", "suspended"]:
        works = any(isinstance(branch.waiting, Job | FanOut) for branch in self.branches.values())
        return "active" if works else "suspended"

    def _put(self, name: str, step: str, entry: int, waiting: Waiting, variables: dict[str, Any]) -> None:
        self.branches[name] = BranchState(name, step, entry, waiting, variables)

    def _complete_branch(self, branch: BranchState) -> None:
        if len(self.branches) == 1:
            self._complete_run(branch)
        else:
            self._retire(branch)

    def _complete_run(self, branch: BranchState) -> None:
        result, error = result_of_run(self.spec, self._kept_with(branch), branch.variables)
        if error is not None:
            self._put(branch.name, branch.step, branch.entry, Held(), branch.variables)
            self._fail(error)
            return
        self._retire(branch)
        self.kept = {}
        self.over = "completed"
        self.result = result

    def _retire(self, branch: BranchState) -> None:
        del self.branches[branch.name]
        self.completed += 1
        self.kept = self._kept_with(branch)
        self.joins_are_due = True

    def _kept_with(self, branch: BranchState) -> dict[str, dict[str, Any]]:
        if branch.name not in self.spec.kept_branches:
            return self.kept
        return {**self.kept, branch.name: branch.variables}

    def _fork(self, branch: BranchState, edges: list[Edge]) -> None:
        if self.entries + len(self.queue) + len(edges) > self.run.max_entries:
            self._fail_at_step_limit(branch)
            return
        names, self.forks = child_names(branch.name, edges, self.forks, self.spec.branch_names)
        named = [edge.branch for edge in edges if edge.branch is not None]
        taken = next((name for name in named if name in self.used), None)
        if taken is not None:
            self.fail_run(branch, "branch_name_in_use", f'branch "{taken}" exists already')
            return
        if not self.has_room_for(json_size(branch.variables) * len(edges)):
            self.fail_run(branch, STATE_TOO_LARGE, state_too_large())
            return
        self.used = (*self.used, *named)
        self._retire(branch)
        for name, edge in zip(names, edges, strict=True):
            self._put(name, edge.step, 0, Ready(), branch.variables)
            self.queue.append(name)

    def _fail_at_step_limit(self, branch: BranchState) -> None:
        limit = self.run.max_entries
        self.fail_run(branch, "step_limit", f"a run may execute {limit} steps, and this one wants to go on")

    def _fail(self, error: RunError) -> None:
        # The text is stored and shown; a NUL character has no place in it.
        self.error = RunError(error.step, error.type.replace("\0", " "), error.message.replace("\0", " "))
        self.over = "failed"
        self.effects = [StopWork()]


def _no_job(step: CatchingStep) -> dict[str, Any]:
    """Return the details of an error that no job of the step brought."""
    return {"action": step.action if isinstance(step, ActionStep) else "", "attempt": 1, "job_id": ""}
