"""What the tests of the rooms say to a server."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from tests.harness.server import ServerProcess


def unique(word: str) -> str:
    """Return a name that no other test uses, and that is a handle as well."""
    return f"{word}-{uuid4().hex[:12]}"


def answered(response: httpx.Response, status: int) -> Any:
    """Return the JSON of a response that has this status (None when it is empty)."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    return response.json() if response.content else None


def refused(response: httpx.Response, status: int, code: str) -> Any:
    """Return the error of a response that has this status and code."""
    error = answered(response, status)["error"]
    assert error["code"] == code, error
    assert error["message"]
    return error


def one_step(action: str = "greet", **more: Any) -> dict[str, Any]:
    """Return a valid specification with one step."""
    return {"name": "one-step", "steps": [{"name": "only", "action": action}], **more}


def new_workflow(server: ServerProcess, project: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    """Create a workflow and return it."""
    body = {"name": name or unique("flow"), "spec": one_step(), **more}
    created: dict[str, Any] = answered(server.http.post(f"/projects/{project}/workflows", json=body), 201)
    return created


def pinned_client(server: ServerProcess, project: str, permissions: list[str] | None = None) -> httpx.Client:
    """Return a client with a key that is pinned to the project."""
    body: dict[str, Any] = {"name": unique("key")} | ({"permissions": permissions} if permissions else {})
    made = answered(server.http.post(f"/projects/{project}/api-keys", json=body), 201)
    return server.client(made["key"])
