"""A worker that works as an agent keeps a session open, whatever happens to it: against a scripted server."""

from __future__ import annotations

import asyncio
import socket

import pytest

from mobius.client import PermissionDenied
from mobius.worker import ActionContext, Worker
from tests.worker.scripted_server import ScriptedServer, problem
from tests.worker.test_worker_protocol import serving


def agent_worker(server: ScriptedServer, **options: float) -> Worker:
    worker = server.worker(agent="drafter", version="7", **options)
    worker.actions.add(_who, "who")
    return worker


def _who(context: ActionContext) -> list[str | None]:
    return [context.agent_id, context.agent_session_id]


async def test_it_opens_a_session_claims_in_it_and_closes_it() -> None:
    server = ScriptedServer()
    async with serving(agent_worker(server)):
        await server.until(lambda: bool(server.claims))
        [session] = server.sessions.values()
        assert (session["agent"], session["transport"], session["status"]) == (
            "drafter",
            "polling",
            "connected",
        )
        assert session["metadata"]["hostname"] == socket.gethostname()
        assert (session["metadata"]["worker_id"], session["metadata"]["version"]) == ("w1", "7")
        assert (
            server.claims[0]
            | {
                "agent_id": "drafter",
                "agent_session_id": "ses_1",
                "queues": ["drafter"],
            }
            == server.claims[0]
        )
    assert [one["status"] for one in server.sessions.values()] == ["disconnected"]
    assert server.order[-1] == "disconnect"


async def test_it_sends_heartbeats() -> None:
    server = ScriptedServer()
    async with serving(agent_worker(server, agent_heartbeat_seconds=0.01)):
        await server.until(lambda: any(one["beats"] >= 3 for one in server.sessions.values()))
    assert len(server.sessions) == 1


@pytest.mark.parametrize("code", [(409, "session_disconnected"), (404, "not_found")])
async def test_a_session_that_is_gone_is_opened_anew_by_the_heartbeat(code: tuple[int, str]) -> None:
    server = ScriptedServer(answers={"heartbeat": [problem(*code)]})
    async with serving(agent_worker(server, agent_heartbeat_seconds=0.01)):
        await server.until(lambda: "ses_2" in server.sessions and server.sessions["ses_2"]["beats"] >= 1)


async def test_a_session_that_is_gone_is_opened_anew_by_the_claim() -> None:
    server = ScriptedServer(answers={"claim": [problem(403, "session_not_connected")]})
    async with serving(agent_worker(server)):
        await server.until(lambda: bool(server.claims))
    assert server.claims[0]["agent_session_id"] == "ses_2"


async def test_an_inactive_agent_waits_until_it_is_active_again() -> None:
    server = ScriptedServer(answers={"claim": [problem(403, "agent_inactive")] * 2})
    async with serving(agent_worker(server)):
        await server.until(lambda: bool(server.claims))
    assert server.claims[0]["agent_session_id"] == "ses_1"


@pytest.mark.parametrize("verb", ["sessions", "claim"])
async def test_who_may_not_be_the_agent_is_told_so(verb: str) -> None:
    server = ScriptedServer(answers={verb: [problem(403, "not_this_agent")]})
    with pytest.raises(PermissionDenied, match="not_this_agent"):
        await asyncio.wait_for(agent_worker(server).serve(), 10)


async def test_a_server_that_is_away_at_first_is_waited_for() -> None:
    server = ScriptedServer(answers={"sessions": [problem(503, "database_unavailable")] * 2})
    async with serving(agent_worker(server)):
        await server.until(lambda: bool(server.claims))


async def test_a_session_is_kept_while_the_last_jobs_end() -> None:
    server = ScriptedServer()
    worker = agent_worker(server, agent_heartbeat_seconds=0.01)
    ends = asyncio.Event()

    async def last() -> None:
        await ends.wait()

    worker.actions.add(last, "last")
    server.add("last")
    task = asyncio.create_task(worker.serve())
    await server.until(lambda: len(server.claims) == 2)
    worker.stop()
    before = server.sessions["ses_1"]["beats"]
    await server.until(lambda: server.sessions["ses_1"]["beats"] >= before + 2)
    assert server.sessions["ses_1"]["status"] == "connected"
    ends.set()
    await asyncio.wait_for(task, 10)
    assert server.sessions["ses_1"]["status"] == "disconnected"
