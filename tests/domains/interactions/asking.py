"""What tests of interactions say to a server."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.domains.conversation import answered
from tests.domains.people import Somebody, new_service_account
from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess


class Asking(Conversation):
    """Requests in a project of the test's own, whose only person at first is the owner of the org."""

    def __init__(self, server: ServerProcess) -> None:
        super().__init__(server)
        self.owner: str = self.server.http.get(f"/projects/{self.project}").json()["created_by"]

    def ask(self, target: dict[str, str] | None = None, **more: Any) -> Any:
        """Open an interaction, which asks the owner for an approval unless the test says otherwise."""
        body = {"target_actor": target or self.to(self.owner), "type": "approval", "message": "Ship it?"}
        return self.post("/interactions", body | more, 201)

    def to(self, user_id: str) -> dict[str, str]:
        return {"type": "member", "id": user_id}

    def group(self, *user_ids: str, policy: str = "first_responder") -> dict[str, str]:
        """Create a group and return it as a target."""
        body = {
            "name": "Group",
            "handle": f"group-{len(self.get('/groups')['items'])}",
            "routing_policy": policy,
        }
        group = self.post("/groups", body, 201)
        for user_id in user_ids:
            self.post(f"/groups/{group['id']}/members", {"user_id": user_id}, 201)
        return {"type": "group", "id": group["handle"]}

    def agent(self, name: str) -> Somebody:
        """Create an agent, and return the service account that acts as it."""
        account = new_service_account(self.server, self.project)
        self.post("/agents", {"name": name, "service_account_id": account.id}, 201)
        return account

    def interaction(self, id: str) -> Any:
        return self.get(f"/interactions/{id}")

    def act(self, http: httpx.Client, verb: str, id: str, body: Any = None) -> httpx.Response:
        """Respond, claim or release as somebody."""
        return http.post(f"/projects/{self.project}/interactions/{id}/{verb}", json=body)

    def respond(self, id: str, value: Any, http: httpx.Client | None = None, **more: Any) -> Any:
        answer = self.act(http or self.server.http, "respond", id, {"value": value, **more})
        return answered(answer, 200)

    def inbox(self, http: httpx.Client | None = None, **query: Any) -> list[str]:
        """Return the ids of the interactions in somebody's inbox."""
        answer = (http or self.server.http).get(
            f"/projects/{self.project}/interactions", params={"inbox": "true", **query}
        )
        return [one["id"] for one in answered(answer, 200)["items"]]

    @staticmethod
    def until(holds: Callable[[], bool], seconds: float = 10) -> None:
        """Return as soon as something holds."""
        give_up = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < give_up, "it did not come about"
            time.sleep(0.02)


def asking_step(target: dict[str, Any], *, timeout: str = "1h", **more: Any) -> dict[str, Any]:
    """Return the specification of a workflow that asks and stores what comes of it."""
    question = {"type": "approval", "message": "Ship ${inputs.what}?", "target": target, "timeout": timeout}
    return {
        "name": "ask",
        "inputs": [{"name": "what", "type": "string", "default": "it"}],
        "steps": [
            {
                "name": "the decision",
                "interaction": question | more,
                "catch": [{"error_equals": ["all"], "next": "give up", "store": "problem"}],
            },
            {"name": "give up", "action": "note", "parameters": {"problem": "${state.problem}"}},
        ],
    }
