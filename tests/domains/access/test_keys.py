"""API keys: made, shown once, pinned, limited, revoked, expired."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import StartServer
from tests.domains.conversation import answered, one_step, refused, unique
from tests.harness.server import ServerProcess


def make_key(server: ServerProcess, project: str | None = None, **fields: Any) -> Any:
    path = f"/projects/{project}/api-keys" if project else "/api-keys"
    return answered(server.http.post(path, json={"name": unique("key"), **fields}), 201)


def test_a_key_is_shown_once_and_works(server: ServerProcess) -> None:
    made = make_key(server)
    assert made["key"].startswith("mbx_")
    assert made["key_prefix"] == made["key"][:8]
    assert made["scope"] == "org"
    shown = answered(server.http.get(f"/api-keys/{made['id']}"), 200)
    assert "key" not in shown
    assert made["key"] not in server.http.get("/api-keys").text
    with server.client(made["key"]) as http:
        assert answered(http.get("/auth/me"), 200)["auth_type"] == "api_key"
        assert http.get("/projects/default/runs").status_code == 200


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer mbx_wrong", "Basic eDp5", "Bearer \xe4"])
def test_without_a_valid_key_nothing_is_answered(server: ServerProcess, header: str | None) -> None:
    headers = {} if header is None else {b"Authorization": header.encode("latin-1")}
    for method, path in (("GET", "/projects"), ("POST", "/projects/default/jobs/claim"), ("GET", "/auth/me")):
        answer = httpx.request(method, server.base_url + path, headers=headers)
        refused(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert httpx.get(server.base_url + "/health").status_code == 200


def test_a_pinned_key_sees_its_project_only(server: ServerProcess) -> None:
    mine, other = server.new_project(), server.new_project()
    made = make_key(server, mine)
    assert made["project_id"]
    with server.client(made["key"]) as http:
        assert http.get(f"/projects/{mine}/runs").status_code == 200
        assert http.get(f"/projects/{made['project_id']}/runs").status_code == 200
        refused(http.get(f"/projects/{other}/runs"), 404, "not_found")
        refused(http.get(f"/projects/{other}"), 404, "not_found")
        refused(http.post(f"/projects/{other}/jobs/claim", json={"worker_id": "w"}), 404, "not_found")
        assert http.get("/api-keys").status_code == 403
        assert http.post("/projects", json={"name": "no"}).status_code == 403
    listed = answered(server.http.get(f"/projects/{mine}/api-keys"), 200)["items"]
    assert [key["id"] for key in listed] == [made["id"]]
    assert made["id"] not in server.http.get("/api-keys").text


def test_permissions_limit_what_a_key_may_do(server: ServerProcess) -> None:
    project = server.new_project()
    made = make_key(server, project, permissions=["mobius.run.read", "mobius.job.*"])
    with server.client(made["key"]) as http:
        assert http.get(f"/projects/{project}/runs").status_code == 200
        assert http.post(f"/projects/{project}/jobs/claim", json={"worker_id": "w"}).status_code == 204
        refused(http.post(f"/projects/{project}/runs", json={"spec": one_step()}), 403, "permission_denied")
        refused(http.get(f"/projects/{project}/workflows"), 403, "permission_denied")
    error = refused(
        server.http.post("/api-keys", json={"name": unique("key"), "permissions": ["mobius.run.fly"]}),
        400,
        "validation_failed",
    )
    assert "mobius.run.fly" in error["message"]


def test_nobody_grants_more_than_they_hold(server: ServerProcess) -> None:
    made = make_key(server, permissions=["mobius.api_key.*", "mobius.run.read"])
    with server.client(made["key"]) as http:
        more = http.post("/api-keys", json={"name": unique("key"), "permissions": ["mobius.run.start"]})
        assert more.status_code == 403
        everything = http.post("/api-keys", json={"name": unique("key")})
        assert everything.status_code in {201, 403}
        if everything.status_code == 201:
            with server.client(everything.json()["key"]) as child:
                assert child.post("/projects/default/runs", json={"spec": one_step()}).status_code == 403
        fewer = http.post("/api-keys", json={"name": unique("key"), "permissions": ["mobius.run.read"]})
        assert fewer.status_code == 201


def test_a_name_is_taken_until_its_key_is_revoked(server: ServerProcess) -> None:
    name = unique("key")
    first = make_key(server, name=name)
    assert server.http.post("/api-keys", json={"name": name}).status_code == 409
    answered(server.http.delete(f"/api-keys/{first['id']}"), 204)
    make_key(server, name=name)
    refused(server.http.delete("/api-keys/key_unknown"), 404, "not_found")


def test_revocation_takes_effect_at_once_and_ends_what_waits(server: ServerProcess) -> None:
    project = server.new_project()
    made = make_key(server, project)
    ended: dict[str, float] = {}

    def poll() -> None:
        with server.client(made["key"]) as http:
            claim = {"worker_id": "w", "wait_seconds": 25}
            http.post(f"/projects/{project}/jobs/claim", json=claim)
            ended["poll"] = time.monotonic()

    def follow() -> None:
        with (
            server.client(made["key"]) as http,
            http.stream("GET", f"/projects/{project}/runs/events") as stream,
        ):
            for _ in stream.iter_lines():
                pass
            ended["stream"] = time.monotonic()

    threads = [threading.Thread(target=poll), threading.Thread(target=follow)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    answered(server.http.delete(f"/projects/{project}/api-keys/{made['id']}"), 204)
    revoked = time.monotonic()
    with server.client(made["key"]) as http:
        refused(http.get(f"/projects/{project}/runs"), 401, "unauthenticated")
    for thread in threads:
        thread.join(timeout=10)
    assert ended["poll"] - revoked < 5
    assert ended["stream"] - revoked < 5


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_revocation_reaches_the_other_servers_within_five_seconds(start_server: StartServer) -> None:
    here = start_server()
    there = here.sibling()
    made = make_key(here)
    with there.client(made["key"]) as http:
        assert http.get("/projects").status_code == 200
        answered(here.http.delete(f"/api-keys/{made['id']}"), 204)
        revoked = time.monotonic()
        while http.get("/projects").status_code == 200:
            assert time.monotonic() - revoked < 5
            time.sleep(0.05)


def test_an_expired_key_is_refused(server: ServerProcess) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1.5)
    made = make_key(server, expires_at=soon.isoformat())
    with server.client(made["key"]) as http:
        assert http.get("/projects").status_code == 200
        time.sleep(1.7)
        refused(http.get("/projects"), 401, "unauthenticated")
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert server.http.post("/api-keys", json={"name": unique("k"), "expires_at": past}).status_code in {
        201,
        400,
    }


def test_a_key_expires_within_the_time_that_can_be_shown(server: ServerProcess) -> None:
    late = "9999-12-31T23:59:59-23:59"
    refused(
        server.http.post("/api-keys", json={"name": unique("k"), "expires_at": late}),
        400,
        "validation_failed",
    )
    last = "9999-12-31T23:59:59.999999Z"
    assert make_key(server, expires_at=last)["expires_at"] == last
    assert server.http.get("/api-keys").status_code == 200
