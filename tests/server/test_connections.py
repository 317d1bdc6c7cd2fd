"""What a slow, silent or greedy client costs: its own connection, and nobody else's time."""

from __future__ import annotations

import json
import resource
import time

import pytest

from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess
from tests.server.raw import RawConnection

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
PROJECTS = b'{"name": "p"}'


def code_of(body: bytes) -> str:
    code: str = json.loads(body)["error"]["code"]
    return code


@on_sqlite
def test_a_request_that_does_not_arrive_in_time_is_answered_with_408(start_server: StartServer) -> None:
    server = start_server(request_seconds="1", max_requests_at_work="1", max_requests_queued="1")
    with (
        RawConnection(server) as silent,
        RawConnection(server) as head,
        RawConnection(server) as small,
        RawConnection(server) as large,
    ):
        head.send(b"GET /projects HTTP/1.1\r\nhost: x\r\n")
        small.send(small.head("POST", "/projects", content_length=100) + b"{")
        large.send(large.head("POST", "/projects", content_length=200_000) + b" " * 150_000)
        # None of them is at work: others get through although one request at a time is taken on.
        assert server.http.get("/projects").status_code == 200
        assert silent.rest() == b""
        for slow in (head, small, large):
            status, headers, body = slow.answer()
            assert (status, code_of(body), headers["connection"]) == (408, "request_timeout", "close")
            assert slow.rest() == b""
    assert server.http.get("/projects").status_code == 200


@on_sqlite
def test_a_request_that_arrives_in_pieces_is_answered(server: ServerProcess) -> None:
    with RawConnection(server) as connection:
        request = connection.head("GET", "/projects")
        for piece in (request[:10], request[10:40], request[40:]):
            connection.send(piece)
            time.sleep(0.05)
        assert connection.answer()[0] == 200
        connection.send(connection.head("POST", "/projects", content_length=3) + b"{")
        time.sleep(0.05)
        connection.send(b"x}")
        assert code_of(connection.answer()[2]) == "malformed_json"
        # A large body, then a client that asks whether it may send one.
        big = b'{"name": "' + b"x" * 300_000 + b'"}'
        connection.ask("POST", "/projects", big)
        assert connection.answer()[0] == 400
        connection.send(connection.head("POST", "/projects", content_length=3, expect="100-continue"))
        assert connection.answer()[0] == 100
        connection.send(b"{x}")
        assert code_of(connection.answer()[2]) == "malformed_json"


@on_sqlite
def test_requests_sent_in_advance_are_answered_in_order(server: ServerProcess) -> None:
    with RawConnection(server) as connection:
        body = b'{"worker_id": "w", "wait_seconds": 1}'
        claim = connection.head("POST", "/projects/default/jobs/claim", content_length=len(body)) + body
        connection.send(
            claim + connection.head("GET", "/health") * 10 + b"GET /no HTTP/1.1\r\nhost: x\r\n\r\n"
        )
        assert [connection.answer()[0] for _ in range(12)] == [204, *[200] * 10, 404]


@on_sqlite
def test_a_head_over_its_limit_and_what_is_no_http_are_refused(server: ServerProcess) -> None:
    with RawConnection(server) as connection:
        connection.send(b"GET /projects HTTP/1.1\r\n")
        for size in (*[8_000] * 8, 16_000):
            connection.send(b"x-more: " + b"x" * size + b"\r\n")
            time.sleep(0.01)
        status, headers, body = connection.answer()
        assert (status, code_of(body), headers["connection"]) == (431, "head_too_large", "close")
    with RawConnection(server) as connection:
        connection.send(b"hello\r\n\r\n")
        status, _, body = connection.answer()
        assert (status, code_of(body)) == (400, "malformed_request")


@on_sqlite
def test_a_server_may_open_as_many_files_as_it_takes_connections(start_server: StartServer) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        server = start_server()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    soft, hard = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
    assert soft == hard or soft > 20_000


@on_sqlite
def test_connections_beyond_the_limit_are_refused_until_one_ends(start_server: StartServer) -> None:
    server = start_server(max_connections="3")
    server.http.close()
    time.sleep(0.1)
    with RawConnection(server) as one, RawConnection(server) as two, RawConnection(server) as three:
        for connection in (one, two, three):
            connection.ask("GET", "/projects")
            assert connection.answer()[0] == 200
        with RawConnection(server) as refused:
            status, headers, body = refused.answer()
            assert (status, code_of(body), headers["retry-after"]) == (503, "overloaded", "1")
            assert refused.rest() == b""
        one.ask("GET", "/projects", connection="close")
        assert one.answer()[0] == 200
        assert one.rest() == b""
        with RawConnection(server) as another:
            another.ask("GET", "/projects")
            assert another.answer()[0] == 200


@on_sqlite
def test_a_client_that_takes_no_answer_is_cut_off(start_server: StartServer) -> None:
    server = start_server(answer_seconds="1")
    with RawConnection(server, receive_buffer=4096) as connection:

        def ask_and_never_read() -> None:
            while True:
                connection.send(connection.head("GET", "/openapi.json"))

        with pytest.raises(ConnectionError):
            ask_and_never_read()
    assert server.http.get("/projects").status_code == 200


@on_sqlite
def test_large_bodies_share_a_limit_and_small_requests_do_not_suffer(start_server: StartServer) -> None:
    server = start_server(max_large_bodies_bytes="1000000")
    big = b'{"name": "' + b"x" * 600_000 + b'"}'
    with RawConnection(server) as first, RawConnection(server) as second:
        first.send(first.head("POST", "/projects", content_length=len(big)) + big[:400_000])
        time.sleep(0.3)
        second.ask("POST", "/projects", big)
        status, headers, body = second.answer()
        assert (status, code_of(body), headers["retry-after"]) == (503, "overloaded", "1")
        assert server.http.get("/projects").status_code == 200
        first.send(big[400_000:])
        assert first.answer()[0] == 400
    with RawConnection(server) as third:
        third.ask("POST", "/projects", big)
        assert third.answer()[0] == 400


@on_sqlite
def test_who_is_refused_is_not_listened_to_for_a_while_and_then_again(start_server: StartServer) -> None:
    server = start_server(max_large_bodies_bytes="100000")
    with RawConnection(server) as refused:
        refused.ask("POST", "/projects", b'{"name": "' + b"x" * 200_000 + b'"}')
        status, headers, _ = refused.answer()
        assert (status, headers["retry-after"]) == (503, "1")
        refused.ask("GET", "/projects")
        for _ in range(10):
            assert server.http.get("/projects").status_code == 200
        assert not refused.has_answer()
        assert refused.answer()[0] == 200
        refused.ask("GET", "/projects")
        assert refused.answer()[0] == 200


def test_long_polls_and_streams_beyond_their_limit_are_refused(start_server: StartServer) -> None:
    server = start_server(max_requests_waiting="2", max_requests_at_work="1")
    talk = Conversation(server)
    claim = json.dumps({"worker_id": "w", "wait_seconds": 20}).encode()
    path = f"/projects/{talk.project}"
    with RawConnection(server) as poll, RawConnection(server) as stream, RawConnection(server) as third:
        poll.ask("POST", f"{path}/jobs/claim", claim)
        stream.ask("GET", f"{path}/runs/events")
        assert stream.answer()[0] == 200
        time.sleep(0.3)
        for method, place, body in (("POST", "/jobs/claim", claim), ("GET", "/runs/events", b"")):
            third.ask(method, path + place, body)
            status, headers, answer = third.answer()
            assert (status, code_of(answer), headers["retry-after"]) == (503, "overloaded", "1")
        # Who waits is not at work, and is there again when there is something to do.
        run = talk.start({"name": "one", "steps": [{"name": "only", "action": "work"}]})
        status, _, body = poll.answer()
        assert (status, json.loads(body)["run_id"]) == (200, run["id"])
