"""Starting, stopping, being healthy."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from mobius.server.run import MobiusServer
from mobius.server.settings import load_settings
from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess

ONE = {"name": "one", "steps": [{"name": "only", "action": "work"}]}


def test_it_stops_at_once_although_polls_and_streams_are_open(own_server: ServerProcess) -> None:
    talk = Conversation(own_server)
    ended: dict[str, Any] = {}

    def poll() -> None:
        body = {"worker_id": "w", "wait_seconds": 30}
        with own_server.client(own_server.key) as http:
            ended["poll"] = http.post(
                f"/projects/{talk.project}/jobs/claim", json=body, timeout=40
            ).status_code

    def follow() -> None:
        path = f"/projects/{talk.project}/runs/events"
        with own_server.client(own_server.key) as http, http.stream("GET", path, timeout=40) as stream:
            ended["stream"] = sum(1 for _ in stream.iter_lines())

    threads = [threading.Thread(target=poll), threading.Thread(target=follow)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    begun = time.monotonic()
    own_server.stop()
    assert time.monotonic() - begun < 10
    for thread in threads:
        thread.join(timeout=5)
    assert ended["poll"] == 204
    assert "stream" in ended


def test_everything_is_there_after_a_restart(own_server: ServerProcess) -> None:
    talk = Conversation(own_server)
    run = talk.start(ONE)
    job = talk.claim()
    own_server.restart()
    talk.complete(job, {"x": 1})
    assert talk.run(run["id"])["status"] == "completed"


def test_a_key_in_the_environment_becomes_the_first_key(own_server: ServerProcess) -> None:
    assert own_server.http.get("/auth/me").status_code == 200
    assert own_server.key not in own_server.log_text()


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_two_servers_that_start_at_once_on_an_empty_database_agree(start_server: StartServer) -> None:
    here = start_server()
    there = here.sibling()
    assert here.http.get("/projects").json() == there.http.get("/projects").json()
    assert len(here.http.get("/api-keys").json()["items"]) == 1


@pytest.mark.anyio
async def test_it_listens_when_it_has_started(tmp_path: Path) -> None:
    server = MobiusServer(load_settings({}, data_dir=tmp_path, port=0))
    await server.start()
    socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))).close()
    await server.stop()


def test_what_does_not_exist_says_so(server: ServerProcess) -> None:
    assert server.http.get("/nothing/here").json()["error"]["code"] == "not_found"
    answer = server.http.put("/projects")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert httpx.get(server.base_url + "/openapi.json").json()["openapi"].startswith("3.0")
