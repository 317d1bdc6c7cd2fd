"""Generated requests, good and bad, alone and along links: every answer keeps the schema's promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.generated import generate_requests, generated_for
from tests.harness.server import ServerProcess

MINIMUM_ALONG_LINKS = 15


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_no_answer_breaks_the_served_schema(own_server: ServerProcess, phase: str, tmp_path: Path) -> None:
    # The seed makes the requests the same every time: a test run is no lottery.
    outcome = generate_requests(own_server, tmp_path, phases=phase, seed=7, examples=12)
    assert not outcome.failed, outcome.output[-14_000:]
    if phase == "stateful":
        assert len(outcome.reached) >= MINIMUM_ALONG_LINKS
        assert outcome.succeeded
    else:
        # An operation that is new in the server is among these by itself.
        assert outcome.reached >= generated_for()
    assert own_server.http.get("/health").status_code == 200
    assert "request_failed" not in own_server.log_text()
