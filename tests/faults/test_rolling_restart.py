"""Servers are restarted one after the other under load: nobody notices, nothing is lost.

MOBIUS_TEST_RESTARTS sets how often, for a longer one.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import httpx
import pytest

from tests.conftest import StartServer
from tests.execution.conversation import Conversation, encoded
from tests.execution.stream_reader import StreamReader
from tests.faults.balancer import Balancer

ONE = {"name": "one", "steps": [{"name": "only", "action": "work", "store": "x"}]}
CLIENTS = 6
LONGEST_STOP = 10.0
ROUNDS = int(os.environ.get("MOBIUS_TEST_RESTARTS", "1"))


class Client:
    """Starts runs, claims and completes jobs in a thread, and never tries anything a second time."""

    def __init__(self, name: str, url: str, headers: httpx.Headers, path: str) -> None:
        self.errors: list[str] = []
        self.runs: list[str] = []
        self.slowest = 0.0
        self._name, self._path = name, path
        self._http = httpx.Client(base_url=url, headers=headers, timeout=20, trust_env=False)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is begun."""
        self._over.set()
        self._thread.join(timeout=30)
        self._http.close()

    def _work(self) -> None:
        try:
            while not self._over.is_set():
                self._start_claim_and_complete()
        except Exception as error:  # noqa: BLE001  any error is what the test looks for
            self.errors.append(f"{type(error).__name__}: {error}")

    def _start_claim_and_complete(self) -> None:
        self.runs.append(self._post("/runs", {"spec": ONE}, 202)["id"])
        job = self._post("/jobs/claim", {"worker_id": self._name, "wait_seconds": 2}, 200, 204)
        if job is not None:
            fence = {"worker_id": self._name, "attempt": job["attempt"]}
            done = fence | {"status": "completed", "result_b64": encoded(1)}
            self._post(f"/jobs/{job['job_id']}/complete", done, 204)

    def _post(self, path: str, body: Any, *expected: int) -> Any:
        begun = time.monotonic()
        answer = self._http.post(self._path + path, json=body)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        assert answer.status_code in expected, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


@pytest.mark.timeout(60 + 30 * ROUNDS)
@pytest.mark.parametrize("database_kind", ["postgres"])
def test_no_client_sees_an_error_while_servers_are_restarted(start_server: StartServer) -> None:
    server = start_server(drain_notice_seconds="1")
    servers = [server, server.sibling()]
    talk = Conversation(server)
    with Balancer(servers) as balancer:
        url = f"http://127.0.0.1:{balancer.port}"
        path = f"/projects/{talk.project}"
        clients = [Client(f"w{n}", url, server.http.headers, path) for n in range(CLIENTS)]
        reader = StreamReader(url, server.key, talk.project)
        stops: list[float] = []
        for _ in range(ROUNDS):
            for one in servers:
                balancer.wait_until_all_are_healthy()
                time.sleep(0.5)
                begun = time.monotonic()
                one.restart()
                stops.append(time.monotonic() - begun)
        balancer.wait_until_all_are_healthy()
        for client in clients:
            client.stop()
        assert [error for client in clients for error in client.errors] == []
        assert max(stops) < LONGEST_STOP
        runs = {run for client in clients for run in client.runs}
        while job := talk.try_claim("last"):
            talk.complete(job, 1, worker="last")
        for run in runs:
            talk.wait_for(run, "completed")
        log = talk.events(until_quiet=1.0)
        reader.wait_for(len(log))
        reader.stop()
    assert [event["seq"] for event in reader.events] == [event["seq"] for event in log]
    slowest = max(client.slowest for client in clients)
    print(f"{len(runs)} runs, stop and start {max(stops):.1f} s, slowest request {slowest:.2f} s")  # noqa: T201
