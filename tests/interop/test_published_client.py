"""The published Python client works against this server as it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from deepnoodle.mobius import Client, ClientOptions, Worker, WorkerConfig
from deepnoodle.mobius._api.models import (
    Agent,
    AgentListResponse,
    AgentPresence,
    AgentSession,
    AgentSessionListResponse,
    AgentSessionStatus,
    CreateAgentRequest,
    CreateAgentSessionRequest,
    JobClaimRequest,
    JobCompleteRequest,
    JobFenceRequest,
    Status,
)
from deepnoodle.mobius.client import JobEventEntry, JobEventsRequest, LeaseLostError, PayloadTooLargeError

from tests.conftest import StartServer
from tests.domains.agents.team import Team
from tests.domains.people import new_service_account
from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess


def client_of(server: ServerProcess, project: str) -> Client:
    return Client(ClientOptions(api_key=server.key, base_url=server.base_url, project=project))


@contextmanager
def working(client: Client, actions: dict[str, Callable[..., Any]]) -> Iterator[Worker]:
    config = WorkerConfig(worker_id="published", name="Published", version="0.0.3", poll_wait_seconds=1)
    worker = Worker(client, config)
    for name, function in actions.items():
        worker.register(name, function)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_its_worker_claims_emits_completes_and_fails(server: ServerProcess) -> None:
    talk = Conversation(server)

    def greet(context: Any, parameters: dict[str, Any]) -> dict[str, str]:
        context.emit_event("greeted", {"name": parameters["name"]})
        return {"text": f"hello {parameters['name']}"}

    def refuse(parameters: dict[str, Any]) -> None:
        raise RuntimeError(f"no {parameters['what']}")

    spec = {
        "name": "interop",
        "inputs": [{"name": "who", "type": "string"}],
        "steps": [
            {
                "name": "greet",
                "action": "greet",
                "parameters": {"name": "${inputs.who}"},
                "store": "greeting",
                "next": [{"step": "refuse"}],
            },
            {
                "name": "refuse",
                "action": "refuse",
                "parameters": {"what": "way"},
                "catch": [{"error_equals": ["all"], "next": "end", "store": "error"}],
            },
            {
                "name": "end",
                "action": "greet",
                "parameters": {"name": "${state.error.Cause}"},
                "store": "last",
            },
        ],
    }
    with client_of(server, talk.project) as client, working(client, {"greet": greet, "refuse": refuse}):
        run = talk.start(spec, inputs={"who": "Ada"})
        ended = talk.wait_for(run["id"], "completed", "failed")
    assert ended["status"] == "completed", ended
    result = talk.result(ended)
    assert result["greeting"] == {"text": "hello Ada"}
    assert result["error"]["Error"] == "Error"
    assert result["last"] == {"text": "hello no way"}
    emitted = [event for event in talk.events(run["id"]) if event["type"] == "greeted"]
    assert [event["data"]["name"] for event in emitted] == ["Ada", "no way"]
    workers = server.http.get(f"/projects/{talk.project}/workers").json()["items"]
    assert [(worker["worker_id"], worker["name"], worker["version"]) for worker in workers] == [
        ("published", "Published", "0.0.3")
    ]


def test_its_heartbeat_keeps_a_job_beyond_the_lease(start_server: StartServer) -> None:
    server = start_server(heartbeat_seconds="1", lease_seconds="2.5")
    talk = Conversation(server)

    def slow(parameters: dict[str, Any]) -> str:
        time.sleep(5)
        return "done"

    with client_of(server, talk.project) as client, working(client, {"slow": slow}):
        run = talk.start({"name": "slow", "steps": [{"name": "slow", "action": "slow", "store": "said"}]})
        ended = talk.wait_for(run["id"], "completed", "failed", seconds=15)
    assert ended["status"] == "completed"
    assert [job["attempt"] for job in ended["jobs"]] == [1]


def test_it_is_told_that_its_lease_is_lost(start_server: StartServer) -> None:
    server = start_server(heartbeat_seconds="1", lease_seconds="1")
    talk = Conversation(server)
    talk.start({"name": "lost", "steps": [{"name": "work", "action": "work"}]})
    with client_of(server, talk.project) as client:
        job = client.claim_job(JobClaimRequest(worker_id="silent", wait_seconds=5))
        assert job is not None
        again = client.claim_job(JobClaimRequest(worker_id="other", wait_seconds=10))
        assert again is not None
        assert (again.job_id, again.attempt) == (job.job_id, 2)
        with pytest.raises(LeaseLostError):
            client.heartbeat_job(job.job_id, JobFenceRequest(worker_id="silent", attempt=1))
        with pytest.raises(LeaseLostError):
            client.complete_job(
                job.job_id,
                JobCompleteRequest(worker_id="silent", attempt=1, status=Status.completed),
            )
        events = [JobEventEntry(type="late", payload={})]
        with pytest.raises(LeaseLostError):
            client.emit_job_events(job.job_id, JobEventsRequest(worker_id="silent", attempt=1, events=events))
        client.complete_job(
            job.job_id, JobCompleteRequest(worker_id="other", attempt=2, status=Status.completed)
        )


def test_it_learns_of_a_cancellation_and_of_a_payload_too_large(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start({"name": "cancelled", "steps": [{"name": "work", "action": "work"}]})
    with client_of(server, talk.project) as client:
        job = client.claim_job(JobClaimRequest(worker_id="w", wait_seconds=5))
        assert job is not None
        fence = JobFenceRequest(worker_id="w", attempt=1)
        assert client.heartbeat_job(job.job_id, fence).directives.should_cancel is False
        with pytest.raises(PayloadTooLargeError):
            client.emit_job_event(
                job.job_id, worker_id="w", attempt=1, type="big", payload={"text": "x" * 20_000}
            )
        talk.post(f"/runs/{run['id']}/cancellations", None, 204)
        assert client.heartbeat_job(job.job_id, fence).directives.should_cancel is True
        client.complete_job(
            job.job_id,
            JobCompleteRequest(worker_id="w", attempt=1, status=Status.failed, error_type="Cancelled"),
        )
    ended = talk.wait_for(run["id"], "failed")
    assert ended["error_message"].startswith("cancelled")


def test_it_knows_agents_and_sessions_and_claims_as_one(server: ServerProcess) -> None:
    team = Team(server)
    account = new_service_account(server, team.project, "agent")
    wanted = CreateAgentRequest(service_account_id=account.id, name="drafter", capabilities={"en": True})
    body = wanted.model_dump(exclude_none=True)
    agent = Agent.model_validate(team.http.post(f"{team.root}/agents", json=body).json())
    assert (agent.name, agent.capabilities, agent.presence) == (
        "drafter",
        {"en": True},
        AgentPresence.offline,
    )
    opening = CreateAgentSessionRequest(transport="polling", metadata={"hostname": "h"})
    path = f"{team.root}/agents/{agent.name}/sessions"
    session = AgentSession.model_validate(account.http.post(path, json=opening.model_dump()).json())
    assert session.status is AgentSessionStatus.connected
    assert AgentSessionListResponse.model_validate(team.http.get(path).json()).items == [session]
    [listed] = AgentListResponse.model_validate(team.http.get(f"{team.root}/agents").json()).items
    assert listed.presence is AgentPresence.online

    team.start("drafter")
    key = account.http.headers["Authorization"].removeprefix("Bearer ")
    options = ClientOptions(api_key=key, base_url=server.base_url, project=team.project)
    with Client(options) as client:
        request = JobClaimRequest(worker_id="w", agent_id=agent.id, agent_session_id=session.id)
        job = client.claim_job(request)
        assert job is not None
        assert (job.queue, job.agent_id, job.agent_session_id) == ("drafter", agent.id, session.id)
        client.complete_job(job.job_id, JobCompleteRequest(worker_id="w", attempt=1, status=Status.completed))
