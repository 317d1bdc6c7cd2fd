"""Users and members: roles, the last owner, what ends with a membership."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.domains.conversation import answered, refused, unique
from tests.domains.people import new_member, new_org, org_of
from tests.harness.server import ServerProcess


def test_a_user_is_a_member_of_the_callers_org(server: ServerProcess) -> None:
    ada = new_member(server)
    http = ada.http
    shown = answered(http.get(f"/users/{ada.id}"), 200)
    assert shown["email"] == ada.record["email"]
    assert "password" not in server.http.get(f"/users/{ada.id}").text
    assert answered(http.get("/auth/me"), 200)["user_id"] == ada.id
    first = answered(server.http.get(f"/orgs/{ada.org_id}/members", params={"limit": 1}), 200)
    assert first["has_more"]
    more = {"limit": 1, "cursor": first["next_cursor"]}
    second = answered(server.http.get(f"/orgs/{ada.org_id}/members", params=more), 200)
    assert first["items"][0]["user_id"] > second["items"][0]["user_id"]
    assert first["items"][0]["user"]["email"]
    listed = answered(server.http.get("/users", params={"limit": 1}), 200)
    assert listed["items"][0]["id"] == first["items"][0]["user_id"]


def test_a_user_of_another_org_is_not_found(server: ServerProcess) -> None:
    ada = new_member(server)
    http = new_org(server).http
    stranger = new_member(server, "owner", owner=http).http
    refused(stranger.get(f"/users/{ada.id}"), 404, "not_found")
    org = org_of(stranger)
    body = {"user_id": ada.id, "role": "member"}
    refused(stranger.post(f"/orgs/{org}/members", json=body), 404, "not_found")
    refused(stranger.patch(f"/orgs/{org}/members/{ada.id}", json={"role": "member"}), 404, "not_found")
    refused(stranger.delete(f"/orgs/{org}/members/{ada.id}"), 404, "not_found")
    # The first org's owner made the org, and is a member of both.
    assert answered(http.post(f"/orgs/{org}/members", json=body), 201)["user"]["id"] == ada.id
    refused(http.post(f"/orgs/{org}/members", json=body), 409, "already_member")
    assert answered(stranger.get(f"/users/{ada.id}"), 200)["id"] == ada.id


@pytest.mark.parametrize("email", ["", "ada", "a@", "a b@example.com", "a@b@c", "x" * 250 + "@example.com"])
def test_an_address_looks_like_one(server: ServerProcess, email: str) -> None:
    refused(server.http.post("/users", json={"name": "Ada", "email": email}), 400, "validation_failed")


def test_an_address_belongs_to_one_user_whatever_its_case(server: ServerProcess) -> None:
    email = f"{unique('ada')}@example.com"
    answered(server.http.post("/users", json={"name": "Ada", "email": email}), 201)
    again = {"name": "Ada", "email": email.upper()}
    refused(server.http.post("/users", json=again), 409, "email_taken")


@pytest.mark.parametrize("password", ["short", "x" * 1_001, "ada@example.com"])
def test_a_password_is_not_easy_to_guess(server: ServerProcess, password: str) -> None:
    body = {"name": "Ada", "email": "ada@example.com", "password": password}
    assert "password" in refused(server.http.post("/users", json=body), 400, "validation_failed")["message"]


def test_what_the_roles_may(server: ServerProcess) -> None:
    admin = new_member(server, "admin").http
    member = new_member(server).http
    for http, status in ((admin, 201), (member, 403)):
        name = unique("p")
        assert http.post("/projects", json={"name": name, "handle": name}).status_code == status
        assert http.post("/users", json={"name": "Bo"}).status_code == status
        assert http.get("/projects/default/runs").status_code == 200
    run = {"spec": {"name": "one", "steps": [{"name": "only", "action": "greet"}]}}
    started = answered(member.post("/projects/default/runs", json=run), 202)
    assert answered(member.post("/api-keys", json={"name": unique("own")}), 201)["key"]
    assert started["id"]
    everything = {"name": unique("key"), "permissions": ["mobius.*"]}
    refused(admin.post("/api-keys", json=everything), 403, "permission_denied")
    refused(admin.delete(f"/orgs/{org_of(admin)}"), 403, "permission_denied")


def test_nobody_gives_or_takes_a_role_that_holds_more_than_theirs(server: ServerProcess) -> None:
    owner, ada = new_member(server, "owner"), new_member(server)
    admin = new_member(server, "admin").http
    members = f"/orgs/{org_of(admin)}/members"
    refused(admin.post("/users", json={"name": "Eve", "role": "owner"}), 403, "permission_denied")
    refused(admin.patch(f"{members}/{ada.id}", json={"role": "owner"}), 403, "permission_denied")
    refused(admin.patch(f"{members}/{owner.id}", json={"role": "member"}), 403, "permission_denied")
    refused(admin.delete(f"{members}/{owner.id}"), 403, "permission_denied")
    assert answered(admin.patch(f"{members}/{ada.id}", json={"role": "admin"}), 200)["role"] == "admin"


def test_a_key_follows_the_role_of_its_user(server: ServerProcess) -> None:
    ada = new_member(server)
    member = f"/orgs/{ada.org_id}/members/{ada.id}"
    http = ada.http
    assert http.post("/users", json={"name": "Bo"}).status_code == 403
    answered(server.http.patch(member, json={"role": "admin"}), 200)
    assert http.post("/users", json={"name": "Bo"}).status_code == 201
    answered(server.http.patch(member, json={"role": "member"}), 200)
    assert http.post("/users", json={"name": "Bo"}).status_code == 403


def test_a_removed_member_is_out_at_once_and_the_address_is_free(server: ServerProcess) -> None:
    ada = new_member(server)
    http = ada.http
    own = answered(http.post("/api-keys", json={"name": unique("own")}), 201)
    answered(server.http.delete(f"/orgs/{ada.org_id}/members/{ada.id}"), 204)
    with server.client(own["key"]) as second:
        for gone in (http, second):
            refused(gone.get("/auth/me"), 401, "unauthenticated")
    refused(server.http.get(f"/users/{ada.id}"), 404, "not_found")
    refused(server.http.get(f"/api-keys/{own['id']}"), 404, "not_found")
    again = {"name": "Ada", "email": ada.record["email"]}
    assert answered(server.http.post("/users", json=again), 201)["id"] != ada.id


def test_the_address_of_who_is_removed_while_it_changes_is_free(server: ServerProcess) -> None:
    org = org_of(server.http)
    with ThreadPoolExecutor(2) as at_once:
        for _ in range(10):
            ada, email = new_member(server), f"{unique('ada')}@example.com"
            asked = [
                at_once.submit(server.http.patch, f"/users/{ada.id}", json={"email": email}),
                at_once.submit(server.http.delete, f"/orgs/{org}/members/{ada.id}"),
            ]
            assert {one.result().status_code for one in asked} <= {200, 204, 404}
            answered(server.http.post("/users", json={"name": "Ada", "email": email}), 201)


def test_the_last_owner_stays(server: ServerProcess) -> None:
    http = new_org(server).http
    [owner] = answered(http.get(f"/orgs/{org_of(http)}/members"), 200)["items"]
    member = f"/orgs/{owner['org_id']}/members/{owner['user_id']}"
    refused(http.delete(member), 409, "last_owner")
    refused(http.patch(member, json={"role": "admin"}), 409, "last_owner")
    assert answered(http.patch(member, json={"role": "owner"}), 200)["role"] == "owner"


def test_two_owners_cannot_remove_each_other(server: ServerProcess) -> None:
    http = new_org(server).http
    with ThreadPoolExecutor(2) as at_once:
        org = org_of(http)
        for _ in range(5):
            one = answered(http.get(f"/orgs/{org}/members"), 200)["items"][-1]["user_id"]
            other = new_member(server, "owner", owner=http)
            asked = [
                at_once.submit(client.delete, f"/orgs/{org}/members/{victim}")
                for client, victim in ((http, other.id), (other.http, one))
            ]
            statuses = sorted(one.result().status_code for one in asked)
            assert statuses[0] == 204
            assert statuses[1] in {401, 403, 404, 409}
            left = http if http.get("/auth/me").status_code == 200 else other.http
            owners = answered(left.get(f"/orgs/{org}/members"), 200)["items"]
            assert [owner["role"] for owner in owners] == ["owner"]
            if left is not http:
                return
