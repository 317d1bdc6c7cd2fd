"""Random specifications under random events: a run never raises, never hangs, and never does a step twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import msgspec
from hypothesis import event, given, settings
from hypothesis import strategies as st

from mobius.engine.advance import advance, initial_state, waiting_entry
from mobius.engine.events import (
    CancelRequested,
    InteractionCompleted,
    Resumed,
    RetryRequested,
    SignalReceived,
    Started,
    StepCompleted,
    StepFailed,
    TimerFired,
)
from mobius.engine.state import Pause, RunContext, RunState
from mobius.engine.validation import InvalidSpec, parse_spec
from tests.engine.shell import OpenJob, Shell

CONTEXT = RunContext(
    id="run_1",
    name="random",
    metadata={},
    external_id=None,
    inputs={"n": 2, "list": [1, 2, 3]},
    max_entries=60,
)
NAMES = [f"s{n}" for n in range(7)]
BRANCHES = ["left", "right", "third"]
CONDITIONS = [
    "true",
    "false",
    "inputs.n > 1",
    "state.x == 1",
    "len(inputs.list) == 3",
    "state?.x != nil",
    "'false'",
]
ERRORS = ["all", "activity_failed", "timeout", "fatal_error", "Boom", "expression_error"]

edges = st.lists(
    st.builds(
        lambda step, condition, branch: (
            {"step": step}
            | ({"condition": condition} if condition else {})
            | ({"branch": branch} if branch else {})
        ),
        st.sampled_from(NAMES),
        st.one_of(st.none(), st.sampled_from(CONDITIONS)),
        st.one_of(st.none(), st.none(), st.sampled_from(BRANCHES)),
    ),
    max_size=3,
)
catches = st.lists(
    st.builds(
        lambda names, step: {"error_equals": names, "next": step, "store": "error"},
        st.lists(st.sampled_from(ERRORS), min_size=1, max_size=2),
        st.sampled_from(NAMES),
    ),
    max_size=2,
)
retries = st.lists(
    st.builds(
        lambda names, most: {"error_equals": names, "max_retries": most, "base_delay": "1s"},
        st.lists(st.sampled_from(ERRORS), max_size=1),
        st.integers(0, 2),
    ),
    max_size=2,
)
parameters = st.sampled_from([{}, {"a": "${inputs.n}"}, {"a": "${state.x}"}, {"a": "x ${run.attempt}"}])
kinds = st.one_of(
    st.builds(
        lambda p, r, c: {"action": "work", "parameters": p, "retry": r, "catch": c, "store": "x"},
        parameters,
        retries,
        catches,
    ),
    st.builds(
        lambda items, r, c: {
            "action": "work",
            "each": {"items": items, "as": "item"},
            "parameters": {"i": "${item}"},
            "retry": r,
            "catch": c,
            "store": "many",
        },
        st.sampled_from(["inputs.list", "[]", "${inputs.list}", "inputs.n", "state.many"]),
        retries,
        catches,
    ),
    st.builds(lambda d: {"sleep": {"duration": d}}, st.sampled_from(["1s", "5m"])),
    st.builds(
        lambda topic, late, c: {
            "wait_signal": {"topic": topic, "timeout": "10s", "store": "got"} | late,
            "catch": c,
        },
        st.sampled_from(["t", "u-${inputs.n}"]),
        st.one_of(st.just({}), st.sampled_from(NAMES).map(lambda name: {"on_timeout": name})),
        catches,
    ),
    st.builds(
        lambda names, count: {
            "join": ({"branches": names} if names else {}) | ({"count": count} if count else {})
        },
        st.lists(st.sampled_from(BRANCHES), unique=True, max_size=2),
        st.integers(0, 2),
    ),
    st.just({"pause": {}}),
    st.builds(
        lambda c: {
            "interaction": {
                "type": "approval",
                "message": "ok? ${inputs.n}",
                "timeout": "1h",
                "target": {"type": "user", "id": "ada"},
                "spec": {"mode": "confirm"},
            },
            "catch": c,
        },
        catches,
    ),
)


@st.composite
def specifications(draw: st.DrawFn) -> dict[str, Any]:
    """Return a specification that is nearly always valid."""
    steps = []
    for name in NAMES:
        step = {"name": name, **draw(kinds)}
        following = draw(edges)
        if "pause" in step and not following:
            following = [{"step": draw(st.sampled_from(NAMES))}]
        if following:
            step["next"] = following
            step["edge_matching_strategy"] = draw(st.sampled_from(["all", "first"]))
        steps.append(step)
    _name_branches_once(steps)
    return {"name": "random", "steps": steps, "state": {"x": 1}}


def _name_branches_once(steps: list[dict[str, Any]]) -> None:
    """Make joins wait only for branches that some edge starts, and name each branch by one edge."""
    named: set[str] = set()
    for step in steps:
        if "next" in step:
            step["next"] = list({edge.get("branch", edge["step"]): edge for edge in step["next"]}.values())
        for edge in step.get("next", []):
            if edge.get("branch") in named:
                del edge["branch"]
            elif "branch" in edge:
                named.add(edge["branch"])
    for step in steps:
        if "join" in step and "branches" in step["join"]:
            known = [name for name in step["join"]["branches"] if name in named]
            step["join"] = {"branches": known} if known else {}


class RandomShell(Shell):
    """Lets something happen that could happen, by chance."""

    def act(self, chance: Random) -> bool:
        """Let one thing happen that could happen now; return False when nothing can."""
        options: list[Callable[[], None]] = [partial(self.work, job, chance) for job in self.jobs]
        options += [partial(self.ring, entry) for entry in self.timers]
        options += [partial(self.respond, entry) for entry in self.interactions]
        if any(isinstance(branch.waiting, Pause) for branch in self.state.branches.values()):
            options.append(partial(self.feed, Resumed()))
        topics = [topic for topic in ("t", "u-2") if waiting_entry(self.state, topic)]
        options += [partial(self.send, topic, chance.randrange(9)) for topic in topics]
        if not options:
            return False
        chance.choice(options)()
        return True

    def work(self, job: OpenJob, chance: Random) -> None:
        if not job.claimed and chance.random() < 0.5:
            job.claimed = True
            return
        if chance.random() < 0.7:
            self.succeed(job, job.item if job.item is not None else {"done": job.entry})
        else:
            error = chance.choice(["Boom", "Timeout", "fatal_error", "Other"])
            self.fail(job, error, jitter=chance.random())


def started(raw: dict[str, Any]) -> RandomShell | None:
    """Return a shell with a run of the specification, or None when it is not valid."""
    try:
        spec = parse_spec(raw)
    except InvalidSpec:
        return None
    shell = RandomShell(spec, CONTEXT, initial_state(spec))
    shell.feed(Started())
    return shell


@settings(max_examples=300, deadline=None)
@given(specifications(), st.integers(0, 2**32))
def test_a_run_ends_or_waits_and_never_does_a_step_twice(raw: dict[str, Any], seed: int) -> None:
    chance = Random(seed)
    shell = started(raw)
    if shell is None:
        event("invalid")
        return
    for _ in range(400):
        if shell.over:
            break
        assert shell.act(chance), f"nothing is outstanding, but the run is {shell.state}"
    if not shell.over:
        shell.feed(CancelRequested(running=frozenset(job.entry for job in shell.jobs if job.claimed)))
        shell.jobs = [job for job in shell.jobs if job.claimed]
        while not shell.over:
            assert shell.jobs, "a cancelled run waits for nobody"
            shell.fail(shell.jobs[0], "Cancelled")
    assert shell.over
    event(f"{shell.state.status}: {shell.state.error.type if shell.state.error else ''}")
    assert set(shell.created.values()) <= {1}
    assert shell.state.entries <= CONTEXT.max_entries
    assert (shell.state.error is not None) == (shell.state.status == "failed")


@settings(max_examples=150, deadline=None)
@given(specifications(), st.integers(0, 2**32))
def test_the_same_events_give_the_same_state_and_effects(raw: dict[str, Any], seed: int) -> None:
    chance = Random(seed)
    shell = started(raw)
    if shell is None:
        return
    for _ in range(60):
        if shell.over or not shell.act(chance):
            break
    state = initial_state(shell.spec)
    for fact, now, then, effects in shell.history:
        state = msgspec.json.decode(msgspec.json.encode(state), type=RunState)
        state, again = advance(shell.spec, CONTEXT, state, fact, now)
        assert state == then
        assert again == effects


@settings(max_examples=150, deadline=None)
@given(specifications(), st.integers(0, 2**32), st.data())
def test_facts_that_do_not_fit_change_nothing(raw: dict[str, Any], seed: int, data: st.DataObject) -> None:
    chance = Random(seed)
    shell = started(raw)
    if shell is None:
        return
    for _ in range(data.draw(st.integers(0, 40))):
        if shell.over or not shell.act(chance):
            break
    current = {branch.entry for branch in shell.state.branches.values()}
    entry = data.draw(st.integers(-1, 100).filter(lambda number: number not in current))
    for fact in (
        StepCompleted(entry=entry, result=1),
        StepFailed(entry=entry, error_type="Boom", message="", details={}),
        SignalReceived(entry=entry, payload=1),
        TimerFired(entry=entry),
        InteractionCompleted(entry=entry, response={}),
    ):
        state, effects = advance(shell.spec, CONTEXT, shell.state, fact, shell.now)
        assert state is shell.state
        assert effects == ()


@settings(max_examples=100, deadline=None)
@given(specifications(), st.integers(0, 2**32))
def test_a_failed_run_can_be_retried_until_it_ends_otherwise(raw: dict[str, Any], seed: int) -> None:
    chance = Random(seed)
    shell = started(raw)
    if shell is None:
        return
    for attempt in range(1, 5):
        assert shell.state.attempt == attempt
        for _ in range(100):
            if shell.over or not shell.act(chance):
                break
        if shell.state.status != "failed":
            return
        shell.jobs.clear()
        shell.feed(RetryRequested())
    assert set(shell.created.values()) <= {1}


def test_the_state_of_a_loop_does_not_grow() -> None:
    spec = parse_spec(
        {
            "name": "loop",
            "steps": [{"name": "again", "action": "work", "store": "last", "next": [{"step": "again"}]}],
        }
    )
    shell = RandomShell(spec, CONTEXT, initial_state(spec))
    shell.feed(Started())
    sizes = []
    for _ in range(50):
        job = shell.jobs.pop()
        shell.feed(StepCompleted(entry=job.entry, result="x" * 100))
        sizes.append(len(msgspec.json.encode(shell.state)))
    assert max(sizes[5:]) - min(sizes[5:]) <= 2
