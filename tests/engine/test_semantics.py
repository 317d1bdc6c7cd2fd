"""What a workflow means, sentence by sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mobius.engine.advance import advance, initial_state, waiting_entry
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
from mobius.engine.retry import RetryPolicy, matches, next_attempt
from mobius.engine.state import RunContext
from mobius.engine.validation import parse_spec

NOW = datetime(2030, 1, 1, tzinfo=UTC)


class Run:
    """A run of a specification, driven by hand."""

    def __init__(
        self, *steps: dict[str, Any], inputs: dict[str, Any] | None = None, cap: int = 10_000, **fields: Any
    ) -> None:
        self.spec = parse_spec({"name": "flow", "steps": list(steps), **fields})
        self.context = RunContext(
            id="run_1",
            name="flow",
            metadata={"m": "x"},
            external_id="e",
            inputs=inputs or {},
            max_entries=cap,
        )
        self.state = initial_state(self.spec)
        self.effects: tuple[Effect, ...] = ()
        self.feed(Started())

    def feed(self, event: Event) -> tuple[Effect, ...]:
        self.state, self.effects = advance(self.spec, self.context, self.state, event, NOW)
        return self.effects

    @property
    def status(self) -> str:
        return self.state.status

    def jobs(self) -> list[CreateJob]:
        return [effect for effect in self.effects if isinstance(effect, CreateJob)]

    def entry_of(self, step: str) -> int:
        return next(branch.entry for branch in self.state.branches.values() if branch.step == step)

    def done(self, step: str, result: Any = None) -> tuple[Effect, ...]:
        return self.feed(StepCompleted(entry=self.entry_of(step), result=result))

    def failed(self, step: str, error: str = "Boom", message: str = "broken") -> tuple[Effect, ...]:
        details = {"action": "a", "attempt": 1, "job_id": "job_1"}
        return self.feed(
            StepFailed(entry=self.entry_of(step), error_type=error, message=message, details=details)
        )


def work(name: str, *following: Any, **fields: Any) -> dict[str, Any]:
    """Return a step with an action; `following` are step names or edges."""
    edges = [{"step": edge} if isinstance(edge, str) else edge for edge in following]
    return {"name": name, "action": "a", **({"next": edges} if edges else {}), **fields}


def to(step: str, branch: str | None = None, condition: str | None = None) -> dict[str, Any]:
    return (
        {"step": step}
        | ({"branch": branch} if branch else {})
        | ({"condition": condition} if condition else {})
    )


# starting and finishing


def test_it_starts_at_the_first_step_or_at_start_at() -> None:
    assert Run(work("a"), work("b")).jobs()[0].step == "a"
    assert Run(work("a"), work("b"), start_at="b").jobs()[0].step == "b"


def test_without_outputs_the_result_is_the_variables_of_the_branch_that_completed_last() -> None:
    run = Run(work("a", store="x"), state={"s": 1})
    run.done("a", {"y": 2})
    assert (run.status, run.state.result) == ("completed", {"s": 1, "x": {"y": 2}})


def test_outputs_are_read_from_the_named_branch_and_main_at_its_fork() -> None:
    run = Run(
        work("a", to("b", "left"), to("c", "right"), store="x"),
        work("b", store="x"),
        work("c", store="y"),
        outputs=[
            {"name": "main", "variable": "x"},
            {"name": "left", "variable": "x", "branch": "left"},
            {"name": "deep", "variable": "y.z", "branch": "right"},
        ],
    )
    run.done("a", 1)
    run.done("b", 2)
    run.done("c", {"z": 3})
    assert run.state.result == {"main": 1, "left": 2, "deep": 3}


def test_a_missing_output_fails_the_run_and_names_it() -> None:
    run = Run(work("a"), outputs=[{"name": "o", "variable": "nothing"}])
    run.done("a")
    assert run.status == "failed"
    assert run.state.error is not None
    assert "nothing" in run.state.error.message


def test_dots_in_store_make_nested_objects() -> None:
    run = Run(work("a", "b", store="x.y"), work("b", store="x.z"), state={"x": {"kept": 0}})
    run.done("a", 1)
    run.done("b", 2)
    assert run.state.result == {"x": {"kept": 0, "y": 1, "z": 2}}


# edges and branches


def test_all_matching_edges_are_followed_by_default_and_the_first_with_first() -> None:
    edges = [to("b", condition="false"), to("c", condition="inputs.n == 1"), to("d", condition="true")]
    follow_all = Run(work("a", *edges), work("b"), work("c"), work("d"), inputs={"n": 1})
    follow_all.done("a")
    assert [job.step for job in follow_all.jobs()] == ["c", "d"]
    assert [job.branch for job in follow_all.jobs()] == ["main-1", "main-2"]
    first = Run(
        work("a", *edges, edge_matching_strategy="first"), work("b"), work("c"), work("d"), inputs={"n": 1}
    )
    first.done("a")
    assert [(job.step, job.branch) for job in first.jobs()] == [("c", "main")]


def test_no_match_completes_the_branch() -> None:
    run = Run(work("a", to("b", condition="'false'")), work("b"))
    run.done("a")
    assert run.status == "completed"


def test_branches_have_copies_of_the_variables() -> None:
    run = Run(
        work("a", to("l", "l"), to("r", "r")),
        work("l", "l2", store="x.v"),
        work("l2", parameters={"v": "${state.x}"}),
        work("r", "r2"),
        work("r2", parameters={"v": "${state.x}"}),
        state={"x": {"v": 0}},
    )
    run.done("a")
    run.done("l", 1)
    assert run.jobs()[0].parameters == {"v": {"v": 1}}
    run.done("r")
    assert run.jobs()[0].parameters == {"v": {"v": 0}}


def test_a_branch_name_in_use_fails_the_run() -> None:
    run = Run(work("a", to("b", "x"), to("again")), work("b"), work("again", "a"))
    run.done("a")
    run.done("again")
    run.done("a")
    assert run.status == "failed"
    assert run.state.error is not None
    assert "x" in run.state.error.message


def test_loops_are_capped() -> None:
    run = Run(work("a", "a"), cap=5)
    for _ in range(5):
        run.done("a")
    assert run.status == "failed"
    assert run.state.error is not None
    assert run.state.error.type == "step_limit"


def test_a_loop_without_jobs_ends_at_the_cap_at_once() -> None:
    step = work("a", "a", each={"items": "[]"})
    assert Run(step, cap=500).status == "failed"


# join


def fork(*joined: dict[str, Any]) -> Run:
    run = Run(
        work("a", to("l", "l"), to("r", "r"), to("j", "j")),
        work("l", store="x"),
        work("r", store="y.z"),
        *joined,
        work("end", parameters={"all": "${state}"}),
        state={"own": 1},
    )
    run.done("a")
    return run


def join(**config: Any) -> dict[str, Any]:
    return {"name": "j", "join": config, "next": [{"step": "end"}]}


def test_a_join_waits_for_all_listed_branches_which_land_under_their_names() -> None:
    run = fork(join(branches=["l", "r"]))
    run.done("l", 1)
    assert run.jobs() == []
    run.done("r", 2)
    assert run.jobs()[0].parameters["all"] == {
        "own": 1,
        "l": {"own": 1, "x": 1},
        "r": {"own": 1, "y": {"z": 2}},
    }


def test_mappings_copy_whole_branches_or_single_variables() -> None:
    mappings = {"l": "left.whole", "r.y.z": "z", "r.missing": "nothing"}
    run = fork(join(branches=["l", "r"], branch_mappings=mappings))
    run.done("r", 2)
    run.done("l", 1)
    assert run.jobs()[0].parameters["all"] == {"own": 1, "left": {"whole": {"own": 1, "x": 1}}, "z": 2}


def test_count_is_enough() -> None:
    run = fork(join(branches=["l", "r"], count=1))
    run.done("r")
    assert run.jobs()[0].step == "end"


def test_without_branches_all_others_are_waited_for() -> None:
    run = fork(join())
    run.done("l")
    assert run.jobs() == []
    run.done("r")
    assert run.jobs()[0].step == "end"


def test_a_join_that_can_never_be_satisfied_fails_and_names_the_missing() -> None:
    run = Run(
        work("a", to("l", "l", condition="false"), to("b", "b"), to("j", "j")),
        work("l"),
        work("b"),
        {"name": "j", "join": {"branches": ["l", "b"]}},
    )
    run.done("a")
    run.done("b")
    assert run.status == "failed"
    assert run.state.error is not None
    assert run.state.error.type == "join_unsatisfiable"
    assert '"l"' in run.state.error.message or "l" in run.state.error.message.split()


def test_joins_that_wait_for_each_other_fail() -> None:
    run = Run(
        work("a", to("j1", "x"), to("j2", "y")),
        {"name": "j1", "join": {"branches": ["y"]}},
        {"name": "j2", "join": {"branches": ["x"]}},
    )
    run.done("a")
    assert run.status == "failed"


# waiting


def wait(name: str, *following: str, **config: Any) -> dict[str, Any]:
    signal = {"topic": "t-${inputs.n}", "timeout": "10s", **config}
    return {
        "name": name,
        "wait_signal": signal,
        **({"next": [{"step": step} for step in following]} if following else {}),
    }


def test_a_wait_suspends_asks_for_stored_signals_and_sets_its_timeout() -> None:
    run = Run(wait("w", "b", store="got"), work("b", parameters={"g": "${state.got}"}), inputs={"n": 1})
    assert run.status == "suspended"
    assert AwaitSignal(entry=1, topic="t-1") in run.effects
    assert SetTimer(entry=1, due=NOW + timedelta(seconds=10)) in run.effects
    assert waiting_entry(run.state, "t-1") == 1
    assert waiting_entry(run.state, "other") is None
    effects = run.feed(SignalReceived(entry=1, payload={"p": 1}))
    assert ClearTimer(entry=1) in effects
    assert run.jobs()[0].parameters == {"g": {"p": 1}}
    assert run.status == "active"


def test_a_wait_times_out_to_on_timeout_to_catch_or_fails() -> None:
    routed = Run(wait("w", on_timeout="b"), work("b"), inputs={"n": 1})
    routed.feed(TimerFired(entry=1))
    assert routed.jobs()[0].step == "b"
    caught = Run(
        wait("w") | {"catch": [{"error_equals": ["timeout"], "next": "b", "store": "e"}]},
        work("b", parameters={"e": "${state.e.Error}"}),
        inputs={"n": 1},
    )
    caught.feed(TimerFired(entry=1))
    assert caught.jobs()[0].parameters == {"e": "timeout"}
    failed = Run(wait("w"), inputs={"n": 1})
    failed.feed(TimerFired(entry=1))
    assert failed.status == "failed"


def test_a_sleep_has_an_absolute_deadline() -> None:
    run = Run({"name": "s", "sleep": {"duration": "1h30m"}, "next": [{"step": "b"}]}, work("b"))
    assert run.effects == (SetTimer(entry=1, due=NOW + timedelta(minutes=90)),)
    assert run.status == "suspended"
    run.feed(TimerFired(entry=1))
    assert run.jobs()[0].step == "b"


def test_a_pause_waits_for_its_resumption_and_nothing_else_is_changed_by_one() -> None:
    run = Run({"name": "p", "pause": {}, "next": [{"step": "b"}]}, work("b"))
    assert run.status == "suspended"
    run.feed(Resumed())
    assert run.jobs()[0].step == "b"
    before = run.state
    run.feed(Resumed())
    assert run.state is before


def test_an_interaction_opens_suspends_and_stores_its_response_under_the_name_of_the_step() -> None:
    config = {
        "type": "approval",
        "message": "ok ${inputs.n}?",
        "timeout": "1h",
        "target": {"type": "user", "id": "u-${inputs.n}"},
    }
    run = Run(
        {"name": "ask first!", "interaction": config, "next": [{"step": "b"}]},
        work("b", parameters={"r": "${state.ask_first_.approved}"}),
        inputs={"n": 1},
    )
    opened = next(effect for effect in run.effects if isinstance(effect, OpenInteraction))
    assert (opened.message, opened.target_id, opened.target_type) == ("ok 1?", "u-1", "user")
    assert run.status == "suspended"
    run.feed(InteractionCompleted(entry=1, response={"approved": True}))
    assert run.jobs()[0].parameters == {"r": True}


def test_an_interaction_that_cannot_be_opened_fails_its_step() -> None:
    config = {"type": "approval", "message": "?", "timeout": "1h", "target": {"type": "group", "id": "g"}}
    step = {"name": "i", "interaction": config, "catch": [{"error_equals": ["no_group"], "next": "b"}]}
    run = Run(step, work("b"))
    effects = run.failed("i", "no_group")
    assert ClearTimer(entry=1) in effects
    assert run.jobs()[0].step == "b"


# each


@pytest.mark.parametrize(
    ("items", "parameters"),
    [
        ("inputs.list", [{"v": "a", "w": "a", "i": 0}, {"v": "b", "w": "b", "i": 1}]),
        ("${inputs.list}", [{"v": "a", "w": "a", "i": 0}, {"v": "b", "w": "b", "i": 1}]),
        (["x"], [{"v": "x", "w": "x", "i": 0}]),
        (
            "inputs.map",
            [
                {"v": {"key": "a", "value": 1}, "w": {"key": "a", "value": 1}, "i": 0},
                {"v": {"key": "b", "value": 2}, "w": {"key": "b", "value": 2}, "i": 1},
            ],
        ),
        ("7", [{"v": 7, "w": 7, "i": 0}]),
    ],
)
def test_each_makes_one_job_for_each_item(items: Any, parameters: list[Any]) -> None:
    step = work(
        "e", each={"items": items, "as": "v"}, parameters={"v": "${v}", "w": "${state.v}", "i": "${index}"}
    )
    run = Run(step, inputs={"list": ["a", "b"], "map": {"b": 2, "a": 1}})
    [fan_out] = run.effects
    assert isinstance(fan_out, CreateFanOut)
    assert list(fan_out.items) == parameters


def test_each_over_an_empty_list_gives_an_empty_list_at_once() -> None:
    run = Run(work("e", each={"items": "[]"}, store="r"))
    assert (run.status, run.state.result) == ("completed", {"r": []})


# failure


def test_a_failure_that_nothing_catches_fails_the_run_at_once() -> None:
    run = Run(work("a", to("l", "l"), to("r", "r")), work("l"), work("r"))
    run.done("a")
    effects = run.failed("l", "Boom", "no")
    assert StopWork() in effects
    assert run.status == "failed"
    assert run.state.error is not None
    assert (run.state.error.step, run.state.error.type, run.state.error.message) == ("l", "Boom", "no")


def test_the_first_matching_catch_takes_the_same_branch_on() -> None:
    catches = [
        {"error_equals": ["timeout"], "next": "t"},
        {"error_equals": ["all"], "next": "c", "store": "err"},
    ]
    run = Run(work("a", catch=catches), work("t"), work("c", parameters={"e": "${state.err}"}))
    run.failed("a", "Boom", "no")
    [job] = run.jobs()
    assert (job.step, job.branch) == ("c", "main")
    error = job.parameters["e"]
    assert (error["Error"], error["Cause"]) == ("Boom", "no")
    assert error["Details"] == {"step": "a", "action": "a", "attempt": 1, "job_id": "job_1"}


def test_all_does_not_catch_a_fatal_error() -> None:
    run = Run(work("a", catch=[{"error_equals": ["all"], "next": "c"}]), work("c"))
    run.failed("a", "fatal_error")
    assert run.status == "failed"


def test_an_expression_that_fails_fails_its_step() -> None:
    caught = {"error_equals": ["expression_error"], "next": "c", "store": "e"}
    run = Run(
        work("a", parameters={"x": "${state.missing}"}, catch=[caught]),
        work("c", parameters={"e": "${state.e.Cause}"}),
    )
    assert "missing" in run.jobs()[0].parameters["e"]


@pytest.mark.parametrize(
    ("names", "error", "found"),
    [
        (["all"], "Boom", True),
        ([], "Boom", True),
        (["ALL"], "timeout", True),
        (["all"], "fatal_error", False),
        (["activity_failed"], "Boom", True),
        (["activity_failed"], "timeout", False),
        (["timeout"], "Timeout", True),
        (["fatal_error"], "fatal_error", True),
        (["Boom"], "boom", False),
        (["Boom", "Other"], "Other", True),
        (["activity_failed"], "lease_expired", True),
    ],
)
def test_names_of_errors(names: list[str], error: str, found: bool) -> None:
    assert matches(names, error) is found


def test_the_policy_of_the_first_error_governs_the_sequence() -> None:
    policies = [
        RetryPolicy(error_equals=("Boom",), max_retries=2, base_delay=timedelta(seconds=1), backoff_rate=3.0),
        RetryPolicy(error_equals=("all",), max_retries=9, base_delay=timedelta(seconds=5)),
    ]
    first = next_attempt(policies, None, "Boom", 1, 0.5)
    assert first is not None
    assert (first.governing, first.max_attempts, first.delay) == (0, 3, timedelta(seconds=1))
    second = next_attempt(policies, 0, "Other", 2, 0.5)
    assert second is not None
    assert second.delay == timedelta(seconds=3)
    assert next_attempt(policies, 0, "Boom", 3, 0.5) is None
    assert next_attempt(policies[:1], None, "Other", 1, 0.5) is None


def test_delays_are_capped_and_jittered() -> None:
    policy = RetryPolicy(max_retries=50, base_delay=timedelta(seconds=1), max_delay=timedelta(seconds=10))
    late = next_attempt([policy], 0, "x", 40, 0.5)
    assert late is not None
    assert late.delay == timedelta(seconds=10)
    jittered = next_attempt([RetryPolicy(max_retries=1, full_jitter=True)], None, "x", 1, 0.25)
    assert jittered is not None
    assert jittered.delay == timedelta(seconds=0.25)


# retry and cancel of a run


def test_a_retried_run_goes_on_at_the_step_that_failed() -> None:
    run = Run(
        work("a", to("l", "l"), to("r", "r"), store="x"),
        work("l", parameters={"n": "${run.attempt}"}),
        work("r", "r2"),
        work("r2"),
    )
    run.done("a", 1)
    run.done("r")
    run.failed("l")
    run.feed(RetryRequested())
    assert (run.state.attempt, run.status, run.state.error) == (2, "active", None)
    assert sorted(job.step for job in run.jobs()) == ["l", "r2"]
    assert next(job for job in run.jobs() if job.step == "l").parameters == {"n": 2}
    run.done("l")
    run.done("r2")
    assert run.status == "completed"


def test_a_cancelled_run_ends_when_its_last_claimed_job_has_ended() -> None:
    run = Run(work("a", to("l", "l"), to("r", "r")), work("l"), work("r", "next"), work("next"))
    run.done("a")
    left, right = run.entry_of("l"), run.entry_of("r")
    effects = run.feed(CancelRequested(running=frozenset({left, right})))
    assert effects == (StopWork(),)
    assert run.status == "active"
    run.done("r")
    assert run.jobs() == []
    run.failed("l")
    assert run.status == "failed"
    assert run.state.error is not None
    assert run.state.error.type == "cancelled"


def test_a_cancelled_run_without_claimed_jobs_ends_at_once() -> None:
    run = Run(work("a"))
    run.feed(CancelRequested(running=frozenset()))
    assert run.status == "failed"
