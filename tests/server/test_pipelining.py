"""What follows a request on its connection, or trails its body: it never spoils another answer."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.conftest import StartServer
from tests.harness.server import ServerProcess
from tests.server.raw import RawConnection
from tests.server.test_connections import code_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
CLAIM = "/projects/default/jobs/claim"
CHUNKED = b"POST /projects HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{x}\r\n0\r\n"


def test_trailers_are_no_headers(server: ServerProcess) -> None:
    with RawConnection(server) as connection:
        connection.send(CHUNKED + f"authorization: Bearer {server.key}\r\n\r\n".encode())
        status, _, body = connection.answer()
        assert (status, code_of(body)) == (401, "unauthenticated")


def test_trailers_are_limited_as_a_head_is(server: ServerProcess) -> None:
    with RawConnection(server) as connection:
        connection.send(CHUNKED)
        for size in (*[8_000] * 8, 16_000):
            connection.send(b"x-more: " + b"x" * size + b"\r\n")
            time.sleep(0.01)
        status, _, body = connection.answer()
        assert (status, code_of(body)) == (431, "head_too_large")


def test_only_a_head_itself_counts_towards_its_limit(server: ServerProcess) -> None:
    with RawConnection(server) as connection:
        body = b"x" * 400_000
        head = connection.head("GET", "/projects")
        connection.send(connection.head("POST", "/projects", content_length=len(body)) + body + head[:-2])
        assert connection.answer()[0] == 400
        connection.send(head[-2:])
        assert connection.answer()[0] == 200


def test_a_refusal_is_not_taken_for_the_answer_to_the_request_before(server: ServerProcess) -> None:
    with RawConnection(server) as connection:
        connection.ask("POST", CLAIM, b'{"worker_id": "w", "wait_seconds": 5}')
        connection.send(b"hello\r\n\r\n")
        assert connection.rest() == b""


def test_a_client_that_hangs_up_with_a_request_in_line_is_no_error(start_server: StartServer) -> None:
    server = start_server()
    with RawConnection(server) as connection:
        connection.ask("POST", CLAIM, b'{"worker_id": "w", "wait_seconds": 1}')
        connection.ask("GET", "/health")
        time.sleep(0.3)
    server.stop()
    assert "Traceback" not in server.log_text()


def test_a_request_in_line_has_all_its_time_when_it_is_its_turn(start_server: StartServer) -> None:
    server = start_server(request_seconds="2")
    with RawConnection(server) as connection:
        connection.ask("POST", CLAIM, b'{"worker_id": "w", "wait_seconds": 2}')
        connection.send(connection.head("POST", "/projects", content_length=3))
        assert connection.answer()[0] == 204
        time.sleep(1.1)  # a look at all connections, which comes once a second
        connection.send(b"{x}")
        assert code_of(connection.answer()[2]) == "malformed_json"


def test_an_empty_line_does_not_keep_a_connection_open(start_server: StartServer) -> None:
    server = start_server(request_seconds="1")
    with RawConnection(server, timeout=4) as connection:
        connection.ask("GET", "/health")
        assert connection.answer()[0] == 200
        connection.send(b"\r\n")
        assert connection.rest() == b""


def test_a_poll_whose_client_is_gone_when_the_server_stops_is_no_error(start_server: StartServer) -> None:
    server = start_server(drain_notice_seconds="2")
    polls = [RawConnection(server) for _ in range(10)]
    os.kill(server.pid, signal.SIGTERM)
    time.sleep(0.3)
    for poll in polls:
        with poll:
            poll.ask("POST", CLAIM, b'{"worker_id": "w", "wait_seconds": 30}')
    server.stop()
    assert "request_failed" not in server.log_text()
