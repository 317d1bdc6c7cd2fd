"""What a workflow multiplies stays within limits: it fails its step or its run, and holds up nobody else."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from mobius.engine.advance import Decision, advance, initial_state
from mobius.engine.effects import ClearTimer, CreateFanOut, CreateJob
from mobius.engine.events import Resumed, Started, StepFailed
from mobius.engine.expressions import MAX_PARAMETERS, Allowance
from mobius.engine.measure import MAX_STATE
from mobius.engine.state import RunContext
from mobius.engine.validation import InvalidSpec, parse_spec

NOW = datetime(2030, 1, 1, tzinfo=UTC)
BIG = "x" * 900_000
NOTHING_TO_DO = {"action": "a", "each": {"items": "[]"}}
# Just below the steps that one expression may take.
HEAVY = "count(inputs.numbers, count(inputs.numbers, it == 1) > 400) > 1"


def decide(*steps: dict[str, Any], allowance: Allowance | None = None, **fields: Any) -> Decision:
    """Return what a run of these steps does when it starts, within a few seconds of work."""
    return events_of(Started(), *steps, allowance=allowance, **fields)


def events_of(*events: Any, allowance: Allowance | None = None, **fields: Any) -> Decision:
    """Return the last decision of a run; events come before the steps."""
    spec = parse_spec(
        {"name": "flow", "steps": [step for step in events if isinstance(step, dict)], **fields}
    )
    context = RunContext(
        id="run_1",
        name="flow",
        metadata={},
        external_id=None,
        inputs={"big": BIG, "numbers": list(range(150)), "items": list(range(9_000))},
    )
    started = time.process_time()
    decision = Decision(initial_state(spec), ())
    for event in events:
        if not isinstance(event, dict):
            decision = advance(spec, context, decision.state, event, NOW, allowance)
    assert time.process_time() - started < 20
    assert len(msgspec.json.encode(decision.state)) < 2 * MAX_STATE
    return decision


def error_of(decision: Decision) -> str:
    assert decision.state.status == "failed"
    assert decision.state.error is not None
    return decision.state.error.type


def test_a_fork_copies_no_more_than_the_state_may_take() -> None:
    fork = {"name": "fork", **NOTHING_TO_DO, "next": [{"step": "wait"}] * 5_000}
    wait = {"name": "wait", "pause": {}, "next": [{"step": "wait"}]}
    assert error_of(decide(fork, wait, state={"big": BIG})) == "state_too_large"
    assert len(decide(fork, wait, state={"small": 1}).state.branches) == 5_000


def joins(count: int) -> list[dict[str, Any]]:
    """Return steps in which each branch takes over the variables of all the branches before it."""
    branches = [{"step": f"j{n}", "branch": f"b{n}"} for n in range(count)]
    fork = {"name": "fork", "pause": {}, "next": [*branches, {"step": "first", "branch": "first"}]}
    listed = [["first", *(f"b{n}" for n in range(last))] for last in range(count)]
    steps = [{"name": f"j{n}", "join": {"branches": names}} for n, names in enumerate(listed)]
    return [fork, {"name": "first", **NOTHING_TO_DO}, *steps]


def test_joins_of_joins_do_not_double_the_state_without_end() -> None:
    run = events_of(Started(), Resumed(), *joins(8), state={"x": 1})
    assert run.state.status == "completed"
    assert error_of(events_of(Started(), Resumed(), *joins(60), state={"x": 1})) == "state_too_large"


def test_joins_of_joins_do_not_nest_deeper_than_can_be_written() -> None:
    count = 900
    branches = [{"step": f"j{n}", "branch": f"b{n}"} for n in range(count)]
    fork = {"name": "fork", **NOTHING_TO_DO, "next": branches}
    first = {"name": "j0", **NOTHING_TO_DO}
    chain = [{"name": f"j{n}", "join": {"branches": [f"b{n - 1}"]}} for n in range(1, count)]
    assert error_of(decide(fork, first, *chain)) == "state_too_large"


def test_outputs_repeat_no_more_than_the_state_may_take() -> None:
    outputs = [{"name": f"o{n}", "variable": "big"} for n in range(20)]
    decision = decide({"name": "a", **NOTHING_TO_DO}, state={"big": BIG}, outputs=outputs)
    assert error_of(decision) == "state_too_large"


@pytest.mark.parametrize("parameters", [{"p": "${inputs.big}"}, {"p": "a text ${inputs.big}"}, {"p": BIG}])
def test_the_items_of_a_step_have_no_more_parameters_than_can_be_stored(parameters: dict[str, Any]) -> None:
    step = {"name": "a", "action": "a", "each": {"items": "inputs.items"}, "parameters": parameters}
    assert error_of(decide(step)) == "parameters_too_large"
    decision = decide({**step, "parameters": {"p": "${item}"}})
    [fan_out] = decision.effects
    assert isinstance(fan_out, CreateFanOut)
    assert len(fan_out.items) == 9_000


def test_branches_have_no_more_parameters_together_than_can_be_stored() -> None:
    fork = {"name": "fork", **NOTHING_TO_DO, "next": [{"step": "a"}] * 1_000}
    step = {"name": "a", "action": "a", "parameters": {"p": "a text ${inputs.big}"}}
    assert error_of(decide(fork, step)) == "parameters_too_large"


def test_too_large_parameters_can_be_caught() -> None:
    catch = [{"error_equals": ["parameters_too_large"], "next": "b"}]
    step = {"name": "a", "action": "a", "each": {"items": "inputs.items"}, "parameters": {"p": BIG}}
    decision = decide({**step, "catch": catch}, {"name": "b", "action": "b"})
    [job] = decision.effects
    assert isinstance(job, CreateJob)
    assert job.step == "b"


@pytest.mark.parametrize(
    "step",
    [
        {**NOTHING_TO_DO, "next": [{"step": "a", "condition": f"{HEAVY} || true"}]},
        {**NOTHING_TO_DO, "next": [{"step": "a", "condition": HEAVY}] * 4_000},
        {"action": "a", "each": {"items": "inputs.items"}, "parameters": {"p": f"${{{HEAVY}}}"}},
        {"action": "a", "parameters": {"p": [f"${{{HEAVY}}}"] * 2_000}},
        {
            "action": "a",
            "each": {"items": list(range(100))},
            "parameters": {"p": BIG},
            "catch": [{"error_equals": ["all"], "next": "a"}],
        },
        {
            "action": "a",
            "parameters": {"p": f"${{{HEAVY} || 1 / 0}}"},
            "catch": [{"error_equals": ["all"], "next": "a"}],
        },
        {
            "action": "a",
            "each": {"items": "inputs.items"},
            "parameters": {"p": "${len(json(parseJson('[' + replace(inputs.big, 'x', '1,') + '1]')))}"},
        },
    ],
    ids=["loop", "edges", "items", "holes", "too large", "caught", "JSON"],
)
def test_expressions_take_no_more_steps_together_than_a_few_seconds(step: dict[str, Any]) -> None:
    assert error_of(decide({"name": "a", **step})) in {"expression_error", "step_limit"}


def test_decisions_that_are_written_together_share_an_allowance() -> None:
    allowance = Allowance()
    step = {"name": "a", "action": "a", "parameters": {"p": BIG}}
    decide(step, allowance=allowance)
    assert MAX_PARAMETERS - 1_000_000 < allowance.parameters < MAX_PARAMETERS
    allowance.parameters = 1_000
    assert error_of(decide(step, allowance=allowance)) == "parameters_too_large"


def test_a_signal_that_cannot_be_taken_in_fails_its_step() -> None:
    refused = StepFailed(entry=1, error_type="state_too_large", message="", details={})
    step = {"name": "a", "wait_signal": {"topic": "t", "timeout": "1s"}}
    decision = events_of(Started(), refused, step)
    assert error_of(decision) == "state_too_large"
    catch = [{"error_equals": ["state_too_large"], "next": "b"}]
    caught = events_of(Started(), refused, {**step, "catch": catch}, {"name": "b", "action": "b"})
    assert isinstance(caught.effects[0], ClearTimer)
    assert isinstance(caught.effects[1], CreateJob)


@pytest.mark.parametrize("count", [1_000_000_001, 2**31 - 1, 2**64, 1e300])
def test_a_count_is_one_that_can_be_stored(count: float) -> None:
    retry = [{"error_equals": ["all"], "max_retries": count}]
    with pytest.raises(InvalidSpec, match="0 to 1000000000"):
        parse_spec({"name": "flow", "steps": [{"name": "a", "action": "a", "retry": retry}]})
