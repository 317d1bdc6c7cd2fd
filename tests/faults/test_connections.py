"""Connections fail: the database goes away, answers are lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.execution.conversation import Conversation, encoded
from tests.execution.stream_reader import StreamReader
from tests.faults.proxy import TcpProxy
from tests.harness.server import ServerProcess

TWO = {
    "name": "two",
    "steps": [
        {"name": "nap", "sleep": {"duration": "1s"}, "next": [{"step": "work"}]},
        {"name": "work", "action": "work", "store": "x"},
    ],
}
ONE = {"name": "one", "steps": [{"name": "work", "action": "work", "store": "x"}]}


@pytest.fixture
def behind_a_proxy(fresh_postgres_url: str, tmp_path: Path) -> Iterator[tuple[ServerProcess, TcpProxy]]:
    """A server whose connections to PostgreSQL can be cut."""
    parts = urlsplit(fresh_postgres_url)
    assert parts.port is not None
    with TcpProxy(parts.port) as proxy:
        url = fresh_postgres_url.replace(f":{parts.port}/", f":{proxy.port}/")
        server = ServerProcess(tmp_path, url)
        server.start()
        yield server, proxy
        proxy.heal()
        server.close()


def test_a_database_that_goes_away_is_told_quickly_and_everything_goes_on_afterwards(
    behind_a_proxy: tuple[ServerProcess, TcpProxy],
) -> None:
    server, proxy = behind_a_proxy
    talk = Conversation(server)
    reader = StreamReader(server.base_url, server.key, talk.project)
    sleeping = talk.start(TWO)
    claimed_run = talk.start(ONE, queue="other")
    job = talk.claim(queues=["other"])

    proxy.cut()
    for method, path in (("GET", "/runs"), ("POST", "/resumptions"), ("GET", f"/runs/{sleeping['id']}")):
        begun = time.monotonic()
        answer = talk.request(method, path if method == "GET" else f"/runs/{sleeping['id']}{path}")
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "database_unavailable"
        assert int(answer.headers["Retry-After"]) >= 1
        assert time.monotonic() - begun < 8
    assert server.http.get("/health").status_code == 503
    time.sleep(1.5)
    proxy.heal()

    give_up = time.monotonic() + 15
    while server.http.get("/health").status_code != 200:
        assert time.monotonic() < give_up
        time.sleep(0.05)
    talk.complete(job, 1)
    woken = talk.claim(wait=10)
    assert woken["run_id"] == sleeping["id"]
    talk.complete(woken, 2)
    for run in (sleeping, claimed_run):
        assert talk.run(run["id"])["status"] == "completed"
    log = talk.events(until_quiet=1.5)
    reader.wait_for(len(log))
    reader.stop()
    assert [event["seq"] for event in reader.events] == [event["seq"] for event in log]


def test_a_lost_answer_is_asked_for_again_and_nothing_happens_twice(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(ONE)
    job = talk.claim()
    body = {"worker_id": "w", "attempt": 1, "status": "completed", "result_b64": encoded("done")}
    path = f"/projects/{talk.project}/jobs/{job['job_id']}/complete"
    with TcpProxy(server.port) as proxy:
        lossy = httpx.Client(
            base_url=f"http://127.0.0.1:{proxy.port}", headers=server.http.headers, timeout=5
        )
        proxy.lost_answers = 1.0
        for _ in range(3):
            with suppress(httpx.TransportError):
                lossy.post(path, json=body)
        proxy.heal()
        assert lossy.post(path, json=body).status_code == 204

        proxy.lost_answers = 1.0
        start = {"spec": ONE, "external_id": "once"}
        for _ in range(3):
            with suppress(httpx.TransportError):
                lossy.post(f"/projects/{talk.project}/runs", json=start)
        proxy.heal()
        again = lossy.post(f"/projects/{talk.project}/runs", json=start)
        assert again.status_code == 202
        lossy.close()
    ended = talk.run(run["id"])
    assert (ended["status"], talk.result(ended)) == ("completed", {"x": "done"})
    assert len(talk.get(f"/runs/{run['id']}/action-log")["items"]) == 1
    assert len(talk.get("/runs?external_id=once")["items"]) == 1
