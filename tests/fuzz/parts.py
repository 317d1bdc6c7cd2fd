"""The parts of the fuzz: each goes on for some time against one server and tallies what it did."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from mobius.engine.expressions import ExpressionError, compile_expression, compile_template
from tests.contract.generated import generate_requests
from tests.engine.expression_sources import SOURCES, TEXTS
from tests.fuzz.caller import Caller
from tests.fuzz.odd_json import sound_values
from tests.fuzz.protocol import Protocol
from tests.fuzz.specifications import Trial, computing, inputs, results, specifications
from tests.fuzz.tally import Tally
from tests.harness.server import ServerProcess

NOBODY = "no database"
PHASES = ("fuzzing", "stateful", "coverage")
_LONG = settings(
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
    stateful_step_count=60,
)


def generated(
    server: ServerProcess, kind: str, tally: Tally, number: int, seconds: float, place: Path
) -> None:
    """Let Schemathesis call every operation for some time."""
    part = ("schema", kind)
    phase = PHASES[number % len(PHASES)]
    outcome = generate_requests(
        server, place, phases=phase, seed=number, examples=40, seconds=max(5, int(seconds))
    )
    for (operation, status), times in outcome.answers.items():
        tally.count(part, operation, status, times)
    if outcome.failed:
        tally.note_wrong(part, f"phase {phase}, seed {number}:\n{outcome.output[-8_000:]}")


def protocol(caller: Caller, number: int, examples: int) -> None:
    """Let workers and callers of the job protocol do what they want."""
    machine = type("Protocol", (Protocol,), {"caller": caller})
    seeded = settings(_LONG, max_examples=examples)
    run_state_machine_as_test(seed(number)(machine), settings=seeded)


def specs(caller: Caller, number: int, examples: int) -> None:
    """Save, start and work on specifications that were spoiled."""
    _try(caller, number, specifications(), inputs, examples)


def expressions(caller: Caller, number: int, examples: int) -> None:
    """Let runs compute odd expressions."""
    _try(caller, number, computing(), st.just(b"{}"), examples)


def _try(
    caller: Caller,
    number: int,
    made: st.SearchStrategy[bytes],
    given_inputs: st.SearchStrategy[bytes],
    examples: int,
) -> None:
    trial = Trial(caller, caller.server.new_project())

    @seed(number)
    @settings(_LONG, max_examples=examples)
    @given(made, given_inputs, results)
    def attempt(spec: bytes, start_inputs: bytes, answers: list[str]) -> None:
        trial.run(spec, start_inputs, answers)

    attempt()


def evaluations(tally: Tally, number: int, examples: int) -> None:
    """Evaluate odd expressions without a server, which is quicker."""
    now = datetime(2030, 1, 1, tzinfo=UTC)

    @seed(number)
    @settings(_LONG, max_examples=examples)
    @given(st.one_of(SOURCES, TEXTS), sound_values)
    def attempt(source: str, value: Any) -> None:
        scope = {"s": value, "it": value, "huge": 10**400, "inf": float("inf")}
        for make, text in ((compile_expression, source), (compile_template, "<${" + source + "}>")):
            status = 200
            try:
                compiled: Any = make(text)
                if make is compile_expression:
                    compiled.evaluate(scope, now)
                else:
                    compiled.render(scope, now)
            except ExpressionError:
                status = 400
            tally.count(("evaluation", NOBODY), make.__name__, status)

    attempt()
