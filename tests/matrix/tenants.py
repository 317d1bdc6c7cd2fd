"""Tenants that hold one of everything, so that others can try to reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.domains.conversation import answered, one_step, unique

WORKER = "wall-worker"


@dataclass
class Tenant:
    """A project, who may do everything in it, and the ids of what it holds.

    `held` is by the segment of the path that an id stands behind: `{"runs": "run_...", "jobs": "job_..."}`;
    where an org and a project have things of the same name, the org's is under `org api-keys`.
    """

    http: httpx.Client
    project: str
    project_id: str
    held: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, body: dict[str, Any], status: int = 201) -> Any:
        return answered(self.http.post(f"/projects/{self.project}{path}", json=body), status)


def tenant(http: httpx.Client) -> Tenant:
    """Make a project and one of everything in it."""
    handle = unique("wall")
    project = answered(http.post("/projects", json={"name": handle, "handle": handle}), 201)
    made = Tenant(http, handle, project["id"])
    for hold in HOLDERS:
        hold(made)
    return made


def _execution(one: Tenant) -> None:
    workflow = one.post("/workflows", {"name": unique("flow"), "spec": one_step()})
    run = one.post("/runs", {"spec": one_step()}, 202)
    job = one.post("/jobs/claim", {"worker_id": WORKER}, 200)
    one.held |= {"workflows": workflow["id"], "runs": run["id"], "jobs": job["job_id"]}


def _keys(one: Tenant) -> None:
    of_org = answered(one.http.post("/api-keys", json={"name": unique("key")}), 201)
    one.held |= {
        "api-keys": one.post("/api-keys", {"name": unique("key")})["id"],
        "org api-keys": of_org["id"],
    }


def _groups(one: Tenant) -> None:
    owner = answered(one.http.get(f"/projects/{one.project}"), 200)["created_by"]
    group = one.post("/groups", {"name": unique("group")})
    one.post(f"/groups/{group['id']}/members", {"user_id": owner})
    one.held |= {"groups": group["id"], "members": owner}


def _people(one: Tenant) -> None:
    account = one.post("/service-accounts", {"name": unique("account")})
    caller = answered(one.http.get("/auth/me"), 200)
    one.held |= {"service-accounts": account["id"], "orgs": caller["org_id"], "users": caller["user_id"]}


def _channels(one: Tenant) -> None:
    channel = one.post("/channels", {"name": unique("channel"), "display_name": "wall", "kind": "channel"})
    message = one.post(f"/channels/{channel['id']}/messages", {"content": "hello"})
    one.held |= {"channels": channel["id"], "messages": message["id"]}


def _interactions(one: Tenant) -> None:
    asked = {"type": "group", "id": one.held["groups"]}
    body = {"target_actor": asked, "type": "approval", "message": "May they?"}
    one.held["interactions"] = one.post("/interactions", body)["id"]


def _devices(one: Tenant) -> None:
    device = answered(one.http.post("/auth/device/code", data={"client_id": "wall"}), 200)
    answered(one.http.post("/auth/device/confirm", json={"user_code": device["user_code"]}), 200)
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": device["device_code"],
    }
    token = answered(one.http.post("/auth/device/token", data=form), 200)
    one.held["cli-credentials"] = token["credential_id"]


def _agents(one: Tenant) -> None:
    account = {"service_account_id": one.held["service-accounts"]}
    agent = one.post("/agents", {"name": unique("agent"), **account})
    session = one.post(f"/agents/{agent['id']}/sessions", {"transport": "polling"})
    one.held |= {"agents": agent["id"], "sessions": session["id"]}


HOLDERS: tuple[Callable[[Tenant], None], ...] = (
    _execution,
    _keys,
    _groups,
    _people,
    _channels,
    _interactions,
    _devices,
    _agents,
)
"""How a tenant comes to hold one of each kind; a new kind of thing needs one more."""

ORG_WIDE = frozenset({"members", "orgs", "users"})
"""What all projects of an org see."""
