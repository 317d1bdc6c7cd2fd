"""Orgs: made, seen by their own only, changed, removed."""

from __future__ import annotations

from tests.conftest import StartServer
from tests.domains.conversation import answered, pinned_client, refused, unique
from tests.domains.people import new_member, new_org, new_service_account, org_of
from tests.harness.server import ServerProcess


def test_an_org_has_a_handle_and_metadata(server: ServerProcess) -> None:
    http = new_org(server).http
    org_id, handle = org_of(http), unique("other")
    shown = answered(http.get(f"/orgs/{org_id}"), 200)
    assert shown["metadata"] == {}
    assert "key" not in shown
    changed = answered(
        http.patch(f"/orgs/{org_id}", json={"handle": handle, "metadata": {"plan": ["a", 1]}}), 200
    )
    assert (changed["handle"], changed["metadata"]) == (handle, {"plan": ["a", 1]})
    assert changed["name"] == shown["name"]
    listed = answered(http.get("/orgs"), 200)["items"]
    assert [one["id"] for one in listed] == [org_id]
    refused(http.patch(f"/orgs/{org_id}", json={"plan": "x"}), 400, "validation_failed")
    refused(http.patch(f"/orgs/{org_id}", json={"handle": "No!"}), 400, "validation_failed")


def test_a_handle_belongs_to_one_org_of_the_server(server: ServerProcess) -> None:
    taken = {"name": "Taken", "handle": "default"}
    refused(server.http.post("/orgs", json=taken), 409, "handle_taken")
    http = new_org(server).http
    refused(http.patch(f"/orgs/{org_of(http)}", json={"handle": "default"}), 409, "handle_taken")


def test_a_credential_opens_one_org(server: ServerProcess) -> None:
    mine = org_of(server.http)
    other = new_org(server)
    http = other.http
    for method, path, body in (
        ("GET", f"/orgs/{mine}", None),
        ("PATCH", f"/orgs/{mine}", {"name": "x"}),
        ("DELETE", f"/orgs/{mine}", None),
        ("GET", f"/orgs/{mine}/members", None),
    ):
        refused(http.request(method, path, json=body), 404, "not_found")
    refused(http.get("/projects/default/runs"), 404, "not_found")
    refused(server.http.get(f"/projects/{other.project}/runs"), 404, "not_found")


def test_who_may_create_orgs(server: ServerProcess) -> None:
    body = {"name": "No", "handle": unique("org")}
    member = new_member(server).http
    refused(member.post("/orgs", json=body), 403, "permission_denied")
    account = new_service_account(server, "default", "owner").http
    refused(account.post("/orgs", json=body), 403, "permission_denied")
    with pinned_client(server, "default") as pinned:
        refused(pinned.post("/orgs", json=body), 403, "permission_denied")


def test_an_org_is_removed_when_its_projects_are(server: ServerProcess) -> None:
    other = new_org(server)
    http = other.http
    member = new_member(server, owner=http).http
    refused(http.delete(f"/orgs/{other.id}"), 409, "org_in_use")
    answered(http.delete(f"/projects/{other.project}"), 204)
    refused(member.delete(f"/orgs/{other.id}"), 403, "permission_denied")
    answered(http.delete(f"/orgs/{other.id}"), 204)
    for gone in (http, member):
        refused(gone.get("/auth/me"), 401, "unauthenticated")


def test_the_last_org_stays(start_server: StartServer) -> None:
    server = start_server()
    first = org_of(server.http)
    answered(server.http.delete("/projects/default"), 204)
    refused(server.http.delete(f"/orgs/{first}"), 409, "org_in_use")
    http = new_org(server).http
    answered(server.http.delete(f"/orgs/{first}"), 204)
    assert http.get("/auth/me").status_code == 200
