"""Connections fail: answers are lost."""

from __future__ import annotations

from contextlib import suppress

import httpx

from tests.execution.conversation import Conversation, encoded
from tests.faults.proxy import TcpProxy
from tests.harness.server import ServerProcess

ONE = {"name": "one", "steps": [{"name": "work", "action": "work", "store": "x"}]}


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
