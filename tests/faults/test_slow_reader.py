"""A subscriber stops reading: it is cut off, and misses nothing when it comes back."""

from __future__ import annotations

import re
import time
from itertools import islice

import pytest

from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.server.raw import RawConnection

ONE = {"name": "one", "steps": [{"name": "work", "action": "work"}]}
ANSWER_SECONDS = 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_subscriber_that_stops_reading_is_cut_off_and_goes_on_from_its_last_event(
    start_server: StartServer,
) -> None:
    server = start_server(answer_seconds=str(ANSWER_SECONDS), job_events_burst="2000")
    talk = Conversation(server)
    talk.start(ONE)
    job = talk.claim()
    with RawConnection(server, receive_buffer=4096) as stalled:
        stalled.ask("GET", f"/projects/{talk.project}/runs/events?since=0")
        assert stalled.answer()[0] == 200
        for number in range(12):
            event = {"type": "progress", "payload": {"number": number, "text": "x" * 10_000}}
            body = {"worker_id": "w", "attempt": 1, "events": [event] * 100}
            talk.post(f"/jobs/{job['job_id']}/events", body, 204)
        # The server looks once a second whether anything was taken since.
        time.sleep(ANSWER_SECONDS + 3)
        told = stalled.rest()
    everything = [event["seq"] for event in talk.events()]
    seen = [int(seq) for seq in re.findall(rb"^id: (\d+)$", told.rpartition(b"\n\n")[0], re.MULTILINE)]
    assert seen == everything[: len(seen)]
    assert 0 < len(seen) < len(everything)
    path, last = f"/projects/{talk.project}/runs/events", str(seen[-1])
    with server.http.stream("GET", path, headers={"Last-Event-ID": last}) as answer:
        ids = (int(line[3:]) for line in answer.iter_lines() if line.startswith("id:"))
        assert seen + list(islice(ids, len(everything) - len(seen))) == everything
