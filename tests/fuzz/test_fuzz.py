"""The short form of the fuzz, with the same requests every time; tests/contract has that of Schemathesis."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import DatabaseKind
from tests.fuzz import parts
from tests.fuzz.caller import Caller, WrongAnswer
from tests.fuzz.odd_json import plainly
from tests.fuzz.protocol import Claim, Fence, Protocol
from tests.fuzz.tally import Tally
from tests.harness.server import ServerProcess

SERVE = "import runpy; runpy.run_module('mobius.server', run_name='__main__')"
SPOILED = (
    "from mobius.execution import lose_lease, routes; "
    "lose_lease.holds_fence = lambda *given: True; routes.jobs.heartbeat = None"
)
PARTS: dict[Callable[[Caller, int, int], None], int] = {
    parts.protocol: 12,
    parts.specs: 50,
    parts.expressions: 40,
}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_nothing_that_can_be_sent_makes_a_server_fail_or_answer_wrongly(
    server: ServerProcess, database_kind: DatabaseKind, part: Callable[[Caller, int, int], None]
) -> None:
    tally = Tally()
    where = (part.__name__, database_kind)
    part(Caller(server, where, tally), 7, PARTS[part])
    assert tally.failures() == 0
    assert "request_failed" not in server.log_text()
    # What is sent is odd, not hopeless: much of it is accepted, and much is refused.
    answers = tally.answers[where]
    for low in (200, 400):
        counted = sum(times for (_, status), times in answers.items() if low <= status < low + 100)
        assert counted * 5 > answers.total()


def test_a_server_that_fails_or_takes_any_fence_is_found_out(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, program=("-c", f"{SPOILED}; {SERVE}"))
    server.start()
    try:
        machine = type("Machine", (Protocol,), {"caller": Caller(server, ("", ""), Tally())})()
        for rule, worker in ((machine.release, "nobody"), (machine.heartbeat, "w")):
            with pytest.raises(WrongAnswer):
                rule(0, partial(fence_of, worker), plainly)
    finally:
        server.close()


def fence_of(worker: str, claim: Claim) -> Fence:
    return Fence(claim.job_id, {"worker_id": worker, "attempt": 1}, claim)
