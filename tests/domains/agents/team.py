"""What the tests of agents say to a server."""

from __future__ import annotations

from typing import Any, NamedTuple

import httpx

from tests.domains.conversation import answered, unique
from tests.domains.people import new_service_account
from tests.harness.server import ServerProcess


class Team:
    """A project with agents, and what happens in it."""

    def __init__(self, server: ServerProcess, project: str | None = None) -> None:
        self.server = server
        self.http = server.http
        self.project = project or server.new_project()
        self.root = f"/projects/{self.project}"

    def agent(self, name: str | None = None, **more: Any) -> AgentOfTest:
        """Create an agent with a service account of its own, and return a client that acts as that."""
        account = new_service_account(self.server, self.project, "agent")
        body = {"name": name or unique("agent"), "service_account_id": account.id, **more}
        made = answered(self.http.post(f"{self.root}/agents", json=body), 201)
        return AgentOfTest(made["id"], made["name"], made, account.http, self.root)

    def start(self, queue: str = "default", action: str = "act") -> str:
        spec = {"name": "work", "steps": [{"name": "step", "action": action}]}
        run = answered(self.http.post(f"{self.root}/runs", json={"spec": spec, "queue": queue}), 202)
        return str(run["id"])

    def claim(self, http: httpx.Client | None = None, **body: Any) -> httpx.Response:
        return (http or self.http).post(f"{self.root}/jobs/claim", json={"worker_id": "w", **body})

    def queue_of(self, response: httpx.Response) -> str | None:
        """Return the queue of the job that a claim was answered with."""
        assert response.status_code in {200, 204}, response.text
        return str(response.json()["queue"]) if response.content else None

    def presence(self, agent: str) -> str:
        return str(answered(self.http.get(f"{self.root}/agents/{agent}"), 200)["presence"])


class AgentOfTest(NamedTuple):
    """An agent, and a client that acts as its service account."""

    id: str
    name: str
    record: dict[str, Any]
    http: httpx.Client
    root: str

    def open(self) -> str:
        session = self.http.post(f"{self.root}/agents/{self.name}/sessions", json={"transport": "polling"})
        return str(answered(session, 201)["id"])

    def session(self, session_id: str, verb: str) -> httpx.Response:
        return self.http.post(f"{self.root}/agents/sessions/{session_id}/{verb}")
