"""The short form of the overload: much more than a server takes, for a few seconds."""

from __future__ import annotations

import pytest

from tests.conftest import StartServer
from tests.faults.overload.trial import overload


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_server_with_too_much_to_do_refuses_what_is_new_and_loses_nothing(
    start_server: StartServer,
) -> None:
    server = start_server(max_requests_at_work="16", max_requests_queued="50")
    found = overload(server, seconds=3, times=10, calm=1, workers=2)
    report = "\n".join(found.lines())
    assert not found.wrong, report
    assert found.tide.statuses["202"] > 0, report
    assert found.tide.statuses["503"] > 0, report
    assert found.work.per_second(*found.during) > 0, report
    assert found.memory_peak < 400, report
    # The long form asks for five seconds; here other tests may have the machine.
    assert found.recovered_after < 30, report
