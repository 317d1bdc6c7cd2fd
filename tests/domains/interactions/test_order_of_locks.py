"""Whatever changes an interaction locks it before those whom it asks, so that nobody waits in a circle."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.domains.interactions.asking import Asking, asking_step
from tests.domains.locking import holding, until_waiting
from tests.domains.people import Somebody, new_member
from tests.harness.server import ServerProcess

pytestmark = pytest.mark.anyio

Act = Callable[[Asking, str, Somebody], httpx.Response]


def answers(asking: Asking, id: str, somebody: Somebody) -> httpx.Response:
    return asking.act(somebody.http, "respond", id, {"value": True})


def leaves(asking: Asking, _id: str, somebody: Somebody) -> httpx.Response:
    return asking.server.http.delete(f"/orgs/{somebody.org_id}/members/{somebody.id}")


def cancels(asking: Asking, id: str, _somebody: Somebody) -> httpx.Response:
    body = {"run_ids": [asking.interaction(id)["run_id"]]}
    return asking.server.http.post(f"/projects/{asking.project}/runs/cancellations", json=body)


@pytest.mark.parametrize("database_kind", ["postgres"])
@pytest.mark.parametrize("others", [0, 2], ids=["alone", "with others"])
@pytest.mark.parametrize("act", [answers, leaves, cancels])
async def test_an_interaction_is_locked_before_those_whom_it_asks(
    server: ServerProcess, act: Act, others: int
) -> None:
    asking, somebody = Asking(server), new_member(server)
    group = asking.group(somebody.id, *(new_member(server).id for _ in range(others)), policy="all_members")
    run = asking.start(asking_step(group))
    [asked] = asking.get(f"/interactions?run_id={run['id']}")["items"]
    with ThreadPoolExecutor(1) as thread:
        async with holding(server, "interactions", asked["id"]) as connection:
            acting = thread.submit(act, asking, asked["id"], somebody)
            await until_waiting(connection, acting)
            await connection.execute(
                "SELECT 1 FROM interaction_recipients WHERE interaction_id = $1 FOR UPDATE NOWAIT",
                asked["id"],
            )
        assert acting.result().is_success, acting.result().text
