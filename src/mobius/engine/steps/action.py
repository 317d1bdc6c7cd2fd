"""Executable steps: one job, whose result may go into a variable."""

from __future__ import annotations

from typing import Any

from mobius.engine.effects import CreateJob
from mobius.engine.expressions import MAX_PARAMETERS
from mobius.engine.retry import attempt_timeout, first_attempts
from mobius.engine.spec import ActionStep
from mobius.engine.state import BranchState, Job
from mobius.engine.turn import Turn
from mobius.engine.variables import with_value

PARAMETERS_TOO_LARGE = "parameters_too_large"


def enter(turn: Turn, branch: BranchState, step: ActionStep) -> None:
    """Create the job with its parameters as they are now; raise ExpressionError."""
    parameters = turn.render(step.parameters, turn.scope(branch.variables))
    if turn.afford((parameters,)) is None:
        turn.fail_step(branch, PARAMETERS_TOO_LARGE, parameters_too_large())
        return
    turn.effects.append(
        CreateJob(
            entry=branch.entry,
            branch=branch.name,
            step=step.name,
            action=step.action,
            action_kind=step.action_kind,
            parameters=parameters,
            max_attempts=first_attempts(step.retry),
            timeout_seconds=timeout_seconds(step),
        )
    )
    turn.wait(branch, Job())


def parameters_too_large() -> str:
    """Return what is said about jobs whose parameters are more than is stored at once."""
    return f"the parameters of jobs that are created at once take more than {MAX_PARAMETERS} bytes of JSON"


def completed(turn: Turn, branch: BranchState, step: ActionStep, result: Any) -> None:
    """Store the result and go on."""
    turn.complete_step(branch, with_result(branch.variables, step, result))


def with_result(variables: dict[str, Any], step: ActionStep, result: Any) -> dict[str, Any]:
    """Return the variables with the result of the step in them, if it is stored."""
    return variables if step.store is None else with_value(variables, step.store, result)


def timeout_seconds(step: ActionStep) -> float | None:
    """Return the limit of one attempt."""
    timeout = attempt_timeout(step.retry)
    return None if timeout is None else timeout.total_seconds()
