"""A server that is told to stop says so, ends what waits, finishes what it has begun, and is gone in time."""

from __future__ import annotations

import json
import os
import signal
import time

from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.server.raw import RawConnection

LONGEST_STOP = 10.0


def test_it_tells_everybody_and_serves_until_the_notice_is_over(start_server: StartServer) -> None:
    server = start_server(drain_notice_seconds="1.5")
    talk = Conversation(server)
    path = f"/projects/{talk.project}"
    with (
        RawConnection(server) as poll,
        RawConnection(server) as stream,
        RawConnection(server) as idle,
        RawConnection(server) as sending,
    ):
        poll.ask("POST", f"{path}/jobs/claim", b'{"worker_id": "w", "wait_seconds": 30}')
        stream.ask("GET", f"{path}/runs/events")
        status, headers, _ = stream.answer()
        assert (status, headers["transfer-encoding"]) == (200, "chunked")
        idle.ask("GET", "/projects")
        assert "connection" not in idle.answer()[1]
        start = json.dumps({"spec": {"name": "one", "steps": [{"name": "only", "action": "work"}]}}).encode()
        sending.send(sending.head("POST", f"{path}/runs", content_length=len(start)) + start[:20])
        time.sleep(0.3)

        begun = time.monotonic()
        os.kill(server.pid, signal.SIGTERM)
        status, headers, _ = poll.answer()
        assert (status, headers["connection"]) == (204, "close")
        assert stream.rest().endswith(b"0\r\n\r\n")
        idle.ask("GET", "/projects")
        status, headers, _ = idle.answer()
        assert (status, headers["connection"]) == (200, "close")
        assert idle.rest() == b""
        sending.send(start[20:])
        status, headers, _ = sending.answer()
        assert (status, headers["connection"]) == (202, "close")
        with RawConnection(server) as health, RawConnection(server) as late:
            health.ask("GET", "/health")
            status, headers, answer = health.answer()
            assert (status, headers["connection"]) == (503, "close")
            assert json.loads(answer)["error"]["code"] == "stopping"
            late.ask("POST", f"{path}/jobs/claim", b'{"worker_id": "w", "wait_seconds": 30}')
            status, headers, answer = late.answer()
            assert (status, headers["connection"]) == (204, "close")  # another server may keep it waiting
        assert time.monotonic() - begun < 1.4, "the notice was over before everybody was told"
        server.stop()
        assert time.monotonic() - begun < LONGEST_STOP


def test_a_client_that_neither_sends_nor_reads_cannot_hold_it_up(start_server: StartServer) -> None:
    server = start_server(drain_seconds="5")
    talk = Conversation(server)
    path = f"/projects/{talk.project}"
    with (
        RawConnection(server) as half,
        RawConnection(server, receive_buffer=4096) as deaf,
        RawConnection(server) as large,
    ):
        half.send(half.head("POST", f"{path}/runs", content_length=100) + b"{")
        large.send(large.head("POST", f"{path}/runs", content_length=900_000) + b" " * 300_000)
        deaf.send(deaf.head("GET", "/openapi.json") * 60)
        time.sleep(0.3)
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 6


def test_a_second_signal_ends_the_notice(start_server: StartServer) -> None:
    server = start_server(drain_notice_seconds="8")
    os.kill(server.pid, signal.SIGTERM)
    time.sleep(0.3)
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 5
