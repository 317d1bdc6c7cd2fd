"""A whole group answers at once over two servers: every answer counts once, the run is told once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.domains.conversation import answered
from tests.domains.interactions.asking import Asking
from tests.harness.contents import Rows, rows_of
from tests.harness.server import ServerProcess

pytestmark = pytest.mark.anyio

MEMBERS = 200
TOGETHER = 50
"""Requests under way at once; each member answers twice, at another server each time."""
TARGET = {"type": "group", "id": "everybody", "require_all": True}
STEP = {
    "name": "ask",
    "interaction": {"type": "input", "message": "Well?", "timeout": "1h", "target": TARGET},
}
SIGNAL = {"name": "ask", "wait_signal": {"topic": "answers", "timeout": "1h", "store": "ask"}}


async def test_each_answer_counts_once_and_the_run_is_told_once(
    fresh_postgres_url: str, tmp_path: Path
) -> None:
    first = ServerProcess(tmp_path, fresh_postgres_url)
    try:
        first.start()
        servers = [first, first.sibling()]
        asking = Asking(first)
        members = _members(asking)
        for how in (STEP, SIGNAL):
            run = asking.start({"name": "all", "steps": [how]})
            if how is SIGNAL:
                target = {"type": "group", "id": "everybody"}
                asking.ask(target, type="input", require_all=True, run_id=run["id"], topic="answers")
            [asked] = asking.get(f"/interactions?run_id={run['id']}")["items"]
            begun = time.monotonic()

            answers = _answer_all(asking, servers, members, asked["id"])

            print(f"{MEMBERS} members, each twice, in {time.monotonic() - begun:.2f} s")  # noqa: T201  a figure
            assert sorted(status for status, _ in answers) == [200] * MEMBERS + [409] * MEMBERS
            codes = {code for status, code in answers if status == 409}
            assert codes <= {"already_responded", "interaction_closed"}
            result = asking.result(asking.wait_for(run["id"], "completed"))["ask"]
            expected = [f"of {user_id}" for user_id in asked["target_member_snapshot"]]
            assert result["value"] == expected
            done = asking.interaction(asked["id"])
            assert {given["user_id"] for given in done["partial_responses"]} == set(members)
            stored = await rows_of(fresh_postgres_url, tmp_path)
            _check_stored(stored, asked["id"], run["id"], signals=int(how is SIGNAL))
    finally:
        first.close()


def _members(asking: Asking) -> dict[str, str]:
    """Make the group and return the keys of its members by their ids."""
    asking.post("/groups", {"name": "Everybody", "handle": "everybody"}, 201)

    def join(number: int) -> tuple[str, str]:
        body = {"name": f"member {number}", "with_key": True}
        user = answered(asking.server.http.post("/users", json=body), 201)
        asking.post("/groups/everybody/members", {"user_id": user["id"]}, 201)
        return user["id"], user["key"]

    with ThreadPoolExecutor(8) as threads:
        return dict(threads.map(join, range(MEMBERS)))


def _answer_all(
    asking: Asking, servers: list[ServerProcess], members: dict[str, str], id: str
) -> list[tuple[int, str | None]]:
    clients = [httpx.Client(base_url=one.base_url, timeout=60, trust_env=False) for one in servers]

    def respond(attempt: tuple[int, str]) -> tuple[int, str | None]:
        number, user_id = attempt
        answer = clients[number % 2].post(
            f"/projects/{asking.project}/interactions/{id}/respond",
            json={"value": f"of {user_id}"},
            headers={"Authorization": f"Bearer {members[user_id]}"},
        )
        return answer.status_code, answer.json().get("error", {}).get("code")

    attempts = [(number, user_id) for user_id in members for number in (0, 1)]
    with ThreadPoolExecutor(TOGETHER) as threads:
        answers = list(threads.map(respond, attempts))
    for client in clients:
        client.close()
    return answers


def _check_stored(stored: Rows, id: str, run_id: str, signals: int) -> None:
    """Look at what is stored, without the code under test."""
    [interaction] = [row for row in stored["interactions"] if row["id"] == id]
    assert (interaction["status"], interaction["remaining"]) == ("completed", 0)
    asked = [row for row in stored["interaction_recipients"] if row["interaction_id"] == id]
    assert len(asked) == len([row for row in asked if row["responded_at"] is not None]) == MEMBERS
    assert len([row for row in stored["signals"] if row["run_id"] == run_id]) == signals
    told = [*stored["events"], *stored["event_outbox"]]
    about: dict[str, list[Any]] = {}
    for event in told:
        about.setdefault(event["run_id"], []).append(event["type"])
    assert sorted(about[id]) == ["interaction.completed", "interaction.created"]
