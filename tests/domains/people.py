"""People, service accounts and further orgs on a server, each with a client that acts as them."""

from __future__ import annotations

from typing import Any, NamedTuple

import httpx

from tests.domains.conversation import answered, unique
from tests.harness.server import ServerProcess


def client_of(server: ServerProcess, key: str) -> httpx.Client:
    """Return a client that keeps no connection between requests, so that nobody needs to close it."""
    return httpx.Client(
        base_url=server.base_url,
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
        trust_env=False,
        limits=httpx.Limits(max_keepalive_connections=0),
    )


class Somebody(NamedTuple):
    """A user or a service account, and a client that acts as it."""

    id: str
    org_id: str
    record: dict[str, Any]
    http: httpx.Client


def org_of(http: httpx.Client) -> str:
    """Return the id of the org that the client's credential opens."""
    org_id: str = answered(http.get("/auth/me"), 200)["org_id"]
    return org_id


def new_member(
    server: ServerProcess, role: str = "member", *, owner: httpx.Client | None = None, **fields: Any
) -> Somebody:
    """Add a member to the org of `owner` (the server's first one) who can sign in with a password.

    The client acts as the member, with all that the role holds, in every project of the org.
    """
    by = owner or server.http
    email, password = f"{unique('ada')}@example.com", unique("a long password")
    body = {"name": unique("Ada"), "email": email, "password": password, "role": role, "with_key": True}
    user = answered(by.post("/users", json=body | fields), 201)
    return Somebody(user["id"], org_of(by), user | {"password": password}, client_of(server, user["key"]))


def new_service_account(
    server: ServerProcess,
    project: str,
    role: str | None = "operator",
    *,
    owner: httpx.Client | None = None,
    permissions: list[str] | None = None,
    **fields: Any,
) -> Somebody:
    """Create a service account of the project; the client's key, pinned to the project, acts as it."""
    by = owner or server.http
    body = {"name": unique("account"), **({"role_name": role} if role else {}), **fields}
    account = answered(by.post(f"/projects/{project}/service-accounts", json=body), 201)
    key = {"name": unique("key"), "service_account_id": account["id"]}
    made = answered(
        by.post(
            f"/projects/{project}/api-keys",
            json=key | ({"permissions": permissions} if permissions else {}),
        ),
        201,
    )
    return Somebody(account["id"], account["org_id"], account, client_of(server, made["key"]))


class SecondOrg(NamedTuple):
    """Another org on the same server, a project of it, and a client that may do everything in it."""

    id: str
    project: str
    http: httpx.Client


def new_org(server: ServerProcess) -> SecondOrg:
    """Create an org that the server's first user owns; its only credential is the client's."""
    handle = unique("org")
    made = answered(server.http.post("/orgs", json={"name": handle, "handle": handle, "with_key": True}), 201)
    http = client_of(server, made["key"])
    project = unique("p")
    answered(http.post("/projects", json={"name": project, "handle": project}), 201)
    return SecondOrg(made["id"], project, http)
