"""A request repeated with its Idempotency-Key is carried out once, also when the server died in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess

WAITING = {
    "name": "waiting",
    "steps": [
        {
            "name": "first",
            "wait_signal": {"topic": "go", "timeout": "1h", "store": "x"},
            "next": [{"step": "second"}],
        },
        {"name": "second", "wait_signal": {"topic": "go", "timeout": "1h", "store": "y"}},
    ],
}
DIES_BEFORE_IT_KEEPS_AN_ANSWER = """
import os, signal
from mobius.server.idempotency import Reservation
from mobius.server.run import serve
from mobius.server.settings import load_settings

async def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

Reservation.fill = die
serve(load_settings())
"""


@pytest.fixture
def dying(database_url: str | None, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that dies when it has carried out a request with a key, on each database in turn."""
    server = ServerProcess(tmp_path / "server", database_url, program=("-c", DIES_BEFORE_IT_KEEPS_AN_ANSWER))
    server.start()
    yield server
    server.close()


def repeated(talk: Conversation, path: str, body: Any = None) -> httpx.Response:
    """Return the answer to the second sending of a request; its first one is the end of the server."""
    headers = {"Idempotency-Key": path}
    with pytest.raises(httpx.TransportError):
        talk.request("POST", path, body, headers=headers)
    talk.server.kill()
    talk.server.start()
    answer: httpx.Response = talk.request("POST", path, body, headers=headers)
    return answer


def test_what_a_dying_server_did_is_not_done_again(dying: ServerProcess) -> None:
    talk = Conversation(dying)

    start = repeated(talk, "/runs", {"spec": WAITING})
    assert (start.status_code, start.json()["error"]["code"]) == (409, "idempotency_answer_not_kept")
    [run] = talk.get("/runs")["items"]

    signal = repeated(talk, f"/runs/{run['id']}/signals", {"name": "go"})
    assert (signal.status_code, signal.json()["error"]["code"]) == (409, "idempotency_answer_not_kept")
    assert talk.run(run["id"])["status"] == "suspended", "the signal was delivered twice"

    cancel = repeated(talk, f"/runs/{run['id']}/cancellations")
    assert cancel.status_code == 204
