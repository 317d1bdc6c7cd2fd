"""Random workflows of every kind of step, made of pieces that have one way in.

Most of them end the same way in whatever order things happen, so that the result of a run is known beforehand
(`Workflow.settled`); the others are here because order matters in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from tests.faults.torture.actions import ACTIONS

Step = dict[str, Any]
Link = Callable[[str], None]
ASKED = "asked"
"""The group that questions are directed to; the client of the load is its member."""
UNANSWERED = "nobody says"
ERRORS = ("Boom", "Declined", "fatal_error")
DEPTH = 2


@dataclass(frozen=True)
class Call:
    """A signal that the workflow waits for, sent so many seconds `after` the start or the one before."""

    topic: str
    payload: dict[str, Any]
    after: float


@dataclass(frozen=True)
class Workflow:
    """A specification, and what must come from outside so that its runs go on."""

    spec: dict[str, Any]
    calls: tuple[Call, ...]
    pauses: bool
    resumed: bool
    settled: bool


@dataclass
class _Path:
    """A branch as it is drawn: its name, and the variables that are surely set on it."""

    branch: str
    known: list[str]
    top: bool
    """No other branch is there."""


@dataclass
class _Piece:
    """Steps with one way in, and the ways out that are not linked yet."""

    entry: str
    links: list[Link]


@dataclass
class _Draft:
    chance: Random
    steps: list[Step] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    pauses: int = 0
    branches: int = 0
    settled: bool = True
    resumed: bool = True

    def sequence(self, path: _Path, depth: int) -> _Piece:
        """Draw some pieces, one after the other; the last one is an action."""
        pieces = [self.piece(path, depth) for _ in range(self.chance.randint(1, 3))]
        pieces.append(self.action(path))
        for piece, following in pairwise(pieces):
            for link in piece.links:
                link(following.entry)
        return _Piece(pieces[0].entry, pieces[-1].links)

    def piece(self, path: _Path, depth: int) -> _Piece:
        kinds: list[Callable[[_Path], _Piece]] = [
            self.action,
            self.action,
            self.flaky,
            self.hopeless,
            self.bounded,
            self.fan_out,
            self.sleep,
            self.signal,
            self.queue_of_signals,
            self.silence,
            self.race,
            self.pause,
            self.loop,
            self.choice,
            self.question,
            self.unanswered,
        ]
        if depth:
            kinds += [lambda path: self.fork(path, depth)] * 3
        return self.chance.choice(kinds)(path)

    def name(self, kind: str) -> str:
        return f"{kind}{len(self.steps)}"

    def add(self, step: Step) -> Step:
        self.steps.append(step)
        return step

    def job(self, path: _Path, **more: Any) -> Step:
        """Add an executable step; what it stores is known from here on only if the caller says so."""
        name = self.name("a")
        parameters: dict[str, Any] = {"key": name, "n": "${inputs.n}", "ms": self.milliseconds()}
        if path.known:
            parameters["seen"] = _hole(self.chance.choice(path.known))
        parameters |= more
        return self.add(
            {"name": name, "action": self.chance.choice(ACTIONS), "parameters": parameters, "store": name}
        )

    def milliseconds(self) -> int:
        """Return how long an action takes: mostly no time, now and then longer than a heartbeat."""
        return self.chance.choice([0, 0, 0, 0, 0, 5, 5, 20, 20, 50, 100, 1300])

    def action(self, path: _Path) -> _Piece:
        step = self.job(path)
        path.known.append(step["store"])
        return _Piece(step["name"], [_to_next(step)])

    def flaky(self, path: _Path) -> _Piece:
        """Draw an action that fails at first, less often than it is tried again."""
        fails = self.chance.randint(1, 3)
        step = self.job(path, fails=fails, error="Boom")
        step["retry"] = [self.retries(fails + self.chance.randint(0, 2), "Boom")]
        path.known.append(step["store"])
        return _Piece(step["name"], [_to_next(step)])

    def retries(self, times: int, *errors: str) -> dict[str, Any]:
        return {
            "error_equals": list(errors),
            "max_retries": times,
            "base_delay": self.chance.choice(["1ms", "20ms", "300ms"]),
            "backoff_rate": 1.5,
            "max_delay": "1s",
            "jitter_strategy": self.chance.choice(["NONE", "FULL"]),
        }

    def hopeless(self, path: _Path) -> _Piece:
        """Draw an action that always fails, and what is done about it."""
        error = self.chance.choice(ERRORS)
        step = self.job(path, fails=-1, error=error)
        if self.chance.random() < 0.5:
            step["retry"] = [self.retries(self.chance.randint(1, 2), "all", "fatal_error")]
        return _Piece(step["name"], [self.caught(path, step, error)])

    def caught(self, path: _Path, step: Step, *errors: str) -> Link:
        """Let the failure of a step lead to an action that looks at it; return the way on from there."""
        variable = f"error_of_{step['name']}"
        told = {"error": _hole(f"{variable}.Error"), "cause": _hole(f"{variable}.Cause")}
        handler = self.job(path, **told)
        path.known.append(handler["store"])
        step["catch"] = [{"error_equals": list(errors), "next": handler["name"], "store": variable}]
        return _to_next(handler)

    def bounded(self, path: _Path) -> _Piece:
        """Draw an action whose attempts may take a limited time: a worker that stands still is overtaken."""
        step = self.job(path, ms=self.chance.choice([0, 20]))
        step["retry"] = [self.retries(1000) | {"timeout": "1500ms"}]
        path.known.append(step["store"])
        return _Piece(step["name"], [_to_next(step)])

    def fan_out(self, path: _Path) -> _Piece:
        """Draw a fan-out; some items fail at first, and sometimes one of them always."""
        count = self.chance.choice([0, 1, 2, 3, 5, 8])
        items = [{"i": i, "fails": self.chance.choice([0, 0, 0, 1, 2])} for i in range(count)]
        hopeless = count > 0 and self.chance.random() < 0.25
        if hopeless:
            self.chance.choice(items)["fails"] = -1
        step = self.job(path, i="${item.i}", fails="${item.fails}", error="Boom")
        source = f"items_of_{step['name']}"
        self.state[source] = items
        step["each"] = {"items": f"state.{source}", "as": "item"}
        step["retry"] = [self.retries(3, "Boom")]
        if hopeless:
            return _Piece(step["name"], [self.caught(path, step, "Boom")])
        path.known.append(step["store"])
        return _Piece(step["name"], [_to_next(step)])

    def sleep(self, path: _Path) -> _Piece:
        del path
        duration = self.chance.choice(["1ms", "50ms", "300ms", "1s", "1500ms"])
        step = self.add({"name": self.name("s"), "sleep": {"duration": duration}})
        return _Piece(step["name"], [_to_next(step)])

    def wait(self, topic: str, timeout: str, store: str | None = None) -> Step:
        wait = {"topic": topic + "-${inputs.n}", "timeout": timeout}
        return self.add({"name": self.name("w"), "wait_signal": wait | ({"store": store} if store else {})})

    def call(self, topic: str, longest: float) -> None:
        """Let somebody send a signal on the topic."""
        number = len(self.calls)
        self.calls.append(Call(topic, {"call": number}, self.chance.uniform(0, longest)))

    def signal(self, path: _Path) -> _Piece:
        step = self.wait(self.name("topic"), "1h", self.name("got"))
        self.call(f"topic{len(self.steps) - 1}", 2.0)
        path.known.append(step["wait_signal"]["store"])
        return _Piece(step["name"], [_to_next(step)])

    def queue_of_signals(self, path: _Path) -> _Piece:
        """Draw some waits on one topic: the signals must come in the order in which they were sent."""
        topic = self.name("queue")
        steps = [self.wait(topic, "1h", self.name("got")) for _ in range(self.chance.randint(2, 4))]
        for step, following in pairwise(steps):
            _to_next(step)(following["name"])
        for step in steps:
            self.call(topic, 0.6)
            path.known.append(step["wait_signal"]["store"])
        return _Piece(steps[0]["name"], [_to_next(steps[-1])])

    def silence(self, path: _Path) -> _Piece:
        """Draw a wait for a signal that nobody sends."""
        step = self.wait(self.name("nobody"), self.chance.choice(["20ms", "200ms", "1s"]))
        if self.chance.random() < 0.5:
            return _Piece(step["name"], [self.caught(path, step, "timeout")])
        handler = self.job(path)
        path.known.append(handler["store"])
        _on_timeout(step)(handler["name"])
        return _Piece(step["name"], [_to_next(handler)])

    def race(self, path: _Path) -> _Piece:
        """Draw a wait whose signal comes about when its time is up; the run goes on alike."""
        topic = self.name("race")
        step = self.wait(topic, self.chance.choice(["200ms", "700ms", "1500ms"]))
        self.call(topic, 2.0)
        if self.chance.random() < 0.2:  # and sometimes not alike
            self.settled = False
            handler = self.job(path)
            _on_timeout(step)(handler["name"])
            return _Piece(step["name"], [_to_next(step), _to_next(handler)])
        return _Piece(step["name"], [_to_next(step), _on_timeout(step)])

    def ask(self, message: str, timeout: str) -> Step:
        asked = {"type": "group", "id": ASKED}
        question = {"type": "approval", "message": message, "timeout": timeout, "target": asked}
        return self.add({"name": self.name("q"), "interaction": question})

    def question(self, path: _Path) -> _Piece:
        """Draw a question that is answered with yes."""
        step = self.ask("${inputs.n}?", "1h")
        path.known.append(f"{step['name']}.approved")
        return _Piece(step["name"], [_to_next(step)])

    def unanswered(self, path: _Path) -> _Piece:
        """Draw a question that nobody answers."""
        step = self.ask(UNANSWERED, self.chance.choice(["20ms", "200ms", "1s"]))
        return _Piece(step["name"], [self.caught(path, step, "timeout")])

    def pause(self, path: _Path) -> _Piece:
        del path
        self.pauses += 1
        step = self.add({"name": self.name("p"), "pause": {}})
        return _Piece(step["name"], [_to_next(step)])

    def loop(self, path: _Path) -> _Piece:
        """Draw an action that is repeated until it has counted far enough."""
        variable = self.name("counted")
        self.state[variable] = 0
        step = self.job(path, count=_hole(variable))
        step["store"] = variable
        rounds = self.chance.randint(1, 4)
        step["next"] = [{"step": step["name"], "condition": f"state.{variable} < {rounds}"}]
        step["edge_matching_strategy"] = "first"
        path.known.append(variable)
        return _Piece(step["name"], [_to_next(step)])

    def choice(self, path: _Path) -> _Piece:
        """Draw an action after which the inputs say how to go on."""
        step = self.job(path)
        path.known.append(step["store"])
        one, other = self.job(path), self.job(path)
        step["edge_matching_strategy"] = "first"
        step["next"] = [
            {"step": one["name"], "condition": f"inputs.n % 2 == {self.chance.randint(0, 1)}"},
            {"step": other["name"]},
        ]
        return _Piece(step["name"], [_to_next(one), _to_next(other)])

    def fork(self, path: _Path, depth: int) -> _Piece:
        """Draw branches, and one more that waits for them and goes on."""
        begin = self.job(path)
        path.known.append(begin["store"])
        begin["next"] = edges = []
        ends: list[_Path] = []
        plain = path.top
        for _ in range(self.chance.randint(1, 3)):
            name = self.new_branch()
            inner = _Path(name, list(path.known), top=False)
            edges.append({"step": self.sequence(inner, depth - 1).entry, "branch": name})
            plain = plain and inner.branch == name
            ends.append(inner)
        rest = self.new_branch()
        join = self.add({"name": self.name("j"), "join": self.joined(path, ends, plain)})
        edges.append({"step": join["name"], "branch": rest})
        self.chance.shuffle(edges)
        path.branch = rest
        return _Piece(begin["name"], [_to_next(join)])

    def new_branch(self) -> str:
        self.branches += 1
        return f"b{self.branches}"

    def joined(self, path: _Path, ends: list[_Path], plain: bool) -> dict[str, Any]:
        """Return a join of the branches; when it does not wait for all, the order of things matters.

        `plain` says that no other join can be waiting at the same time.
        """
        if plain and self.chance.random() < 0.2:
            return {}
        join: dict[str, Any] = {"branches": [end.branch for end in ends]}
        if len(ends) > 1 and self.chance.random() < 0.15:
            self.settled = path.top = False
            return join | {"count": self.chance.randint(1, len(ends) - 1)}
        join["branch_mappings"] = {f"{end.branch}.{end.known[-1]}": f"of_{end.branch}" for end in ends}
        path.known += [f"of_{end.branch}" for end in ends]
        return join

    def last(self, path: _Path) -> _Piece:
        """Draw an unusual end: a failure that nothing catches, or a wait for what never comes."""
        kind = self.chance.choice(["fails", "fails", "waits", "paused"])
        if kind == "fails":
            step = self.job(path, fails=-1, error=self.chance.choice(ERRORS))
        elif kind == "waits" or self.pauses:
            step = self.wait(self.name("never"), "24h")
        else:
            step = self.add({"name": self.name("p"), "pause": {}})
            self.resumed = False
            _to_next(step)(self.job(path)["name"])
        return _Piece(step["name"], [])


def workflow(seed: str) -> Workflow:
    """Return the workflow of a seed."""
    draft = _Draft(Random(seed))
    path = _Path("main", [], top=True)
    begin = draft.sequence(path, DEPTH)
    if draft.chance.random() < 0.25:
        end = draft.last(path)
        for link in begin.links:
            link(end.entry)
    spec: dict[str, Any] = {
        "name": f"torture {seed}",
        "inputs": [{"name": "n", "type": "integer"}],
        "steps": draft.steps,
        "start_at": begin.entry,
        "state": draft.state,
    }
    return Workflow(spec, tuple(draft.calls), draft.pauses > 0, draft.resumed, draft.settled)


def _hole(variable: str) -> str:
    """Return the template of a variable."""
    return "${state." + variable + "}"


def _to_next(step: Step) -> Link:
    return lambda name: step.setdefault("next", []).append({"step": name})


def _on_timeout(step: Step) -> Link:
    def link(name: str) -> None:
        step["wait_signal"]["on_timeout"] = name

    return link
