"""Service accounts: made, used by keys, disabled, removed."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import StartServer
from tests.domains.conversation import answered, one_step, refused, unique
from tests.domains.people import client_of, new_member, new_org, new_service_account
from tests.harness.server import ServerProcess


def accounts(project: str) -> str:
    return f"/projects/{project}/service-accounts"


def test_an_account_is_made_shown_and_changed(server: ServerProcess) -> None:
    project, ada = server.new_project(), new_member(server)
    body = {"name": "importer", "owner_user_id": ada.id, "description": "d", "metadata": {"team": {"a": 1}}}
    made = answered(server.http.post(accounts(project), json=body), 201)
    assert (made["display_name"], made["status"], made["metadata"]) == (
        "importer",
        "active",
        body["metadata"],
    )
    place = f"{accounts(project)}/{made['id']}"
    changed = answered(
        server.http.patch(
            place, json={"display_name": "Importer", "description": None, "owner_user_id": None}
        ),
        200,
    )
    assert changed["display_name"] == "Importer"
    assert not {"description", "owner_user_id"} & changed.keys()
    assert answered(server.http.get(place), 200) == changed
    refused(server.http.post(accounts(project), json=body), 409, "name_taken")
    refused(server.http.patch(place, json={"name": "other"}), 400, "validation_failed")
    listed = answered(server.http.get(accounts(project)), 200)["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    refused(server.http.get(f"{accounts('default')}/{made['id']}"), 404, "not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Not A Handle"),
        ("owner_user_id", "usr_nobody"),
        ("role_name", "king"),
        ("role_id", "role_unknown"),
        ("metadata", {"a": "x" * 20_000}),
    ],
)
def test_a_bad_field_is_told(server: ServerProcess, field: str, value: object) -> None:
    body = {"name": unique("account"), field: value}
    error = refused(server.http.post(accounts("default"), json=body), 400, "validation_failed")
    assert field in error["message"]


def test_a_key_acts_as_its_account(server: ServerProcess) -> None:
    project = server.new_project()
    account = new_service_account(server, project, "operator")
    http = account.http
    assert answered(http.get("/auth/me"), 200)["user_id"] == account.id
    started = answered(http.post(f"/projects/{project}/runs", json={"spec": one_step()}), 202)
    assert started["id"]
    refused(http.get("/projects/default/runs"), 404, "not_found")
    workflow = {"name": unique("w"), "spec": one_step()}
    refused(http.post(f"/projects/{project}/workflows", json=workflow), 403, "permission_denied")


def test_an_org_key_of_an_account_opens_the_accounts_project_only(server: ServerProcess) -> None:
    project = server.new_project()
    account = new_service_account(server, project, "operator")
    body = {"name": unique("key"), "service_account_id": account.id}
    made = answered(server.http.post("/api-keys", json=body), 201)
    assert made["service_account_id"] == account.id
    with server.client(made["key"]) as http:
        assert http.get(f"/projects/{project}/runs").status_code == 200
        refused(http.get("/projects/default/runs"), 404, "not_found")
        refused(http.get("/orgs"), 403, "permission_denied")
    elsewhere = server.http.post("/projects/default/api-keys", json=body | {"name": unique("key")})
    refused(elsewhere, 400, "validation_failed")


def test_a_key_of_an_account_without_a_role_says_what_it_may(server: ServerProcess) -> None:
    project = server.new_project()
    account = new_service_account(server, project, None, permissions=["mobius.run.*"])
    keys = f"/projects/{project}/api-keys"
    http = account.http
    assert http.get(f"/projects/{project}/runs").status_code == 200
    refused(http.get(f"/projects/{project}/workflows"), 403, "permission_denied")
    body = {"name": unique("key"), "service_account_id": account.id}
    refused(server.http.post(keys, json=body), 400, "validation_failed")


def test_nobody_acts_through_an_account_as_more_than_they_are(server: ServerProcess) -> None:
    project = server.new_project()
    mighty, modest = new_service_account(server, project, "owner"), new_service_account(server, project)
    keys = f"/projects/{project}/api-keys"
    admin = new_member(server, "admin").http
    member = new_member(server).http
    as_owner = {"name": unique("key"), "service_account_id": mighty.id}
    refused(admin.post(keys, json=as_owner), 403, "permission_denied")
    as_operator = {"name": unique("key"), "service_account_id": modest.id}
    refused(member.post(keys, json=as_operator), 403, "permission_denied")
    assert answered(admin.post(keys, json=as_operator), 201)["service_account_id"] == modest.id
    wanted = {"name": unique("account"), "role_name": "owner"}
    refused(admin.post(accounts(project), json=wanted), 403, "permission_denied")


def test_a_disabled_account_is_out_at_once_and_what_waits_ends(server: ServerProcess) -> None:
    project = server.new_project()
    account = new_service_account(server, project, "worker")
    place = f"{accounts(project)}/{account.id}"
    ended: list[float] = []

    def poll() -> None:
        claim = {"worker_id": "w", "wait_seconds": 25}
        account.http.post(f"/projects/{project}/jobs/claim", json=claim)
        ended.append(time.monotonic())

    thread = threading.Thread(target=poll)
    thread.start()
    time.sleep(0.3)
    answered(server.http.patch(place, json={"status": "disabled"}), 200)
    disabled = time.monotonic()
    http = account.http
    refused(http.get("/auth/me"), 401, "unauthenticated")
    thread.join(timeout=10)
    assert ended[0] - disabled < 5
    answered(server.http.patch(place, json={"status": "active"}), 200)
    assert http.get("/auth/me").status_code == 200


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_disabling_reaches_the_other_servers_within_five_seconds(start_server: StartServer) -> None:
    here = start_server()
    there = here.sibling()
    account = new_service_account(here, "default")
    key = account.http.headers["Authorization"].removeprefix("Bearer ")
    http = client_of(there, key)
    assert http.get("/auth/me").status_code == 200
    answered(here.http.patch(f"{accounts('default')}/{account.id}", json={"status": "disabled"}), 200)
    disabled = time.monotonic()
    while http.get("/auth/me").status_code == 200:
        assert time.monotonic() - disabled < 5
        time.sleep(0.05)


def test_an_account_is_not_removed_while_a_live_key_acts_as_it(server: ServerProcess) -> None:
    project = server.new_project()
    account = new_service_account(server, project)
    place = f"{accounts(project)}/{account.id}"
    refused(server.http.delete(place), 409, "service_account_in_use")
    [key] = answered(server.http.get(f"/projects/{project}/api-keys"), 200)["items"]
    answered(server.http.delete(f"/projects/{project}/api-keys/{key['id']}"), 204)
    answered(server.http.delete(place), 204)
    refused(server.http.get(place), 404, "not_found")
    refused(server.http.delete(place), 404, "not_found")


def test_a_key_and_the_removal_of_its_account_do_not_pass_each_other(server: ServerProcess) -> None:
    project = server.new_project()
    with ThreadPoolExecutor(2) as at_once:
        for _ in range(5):
            made = answered(server.http.post(accounts(project), json={"name": unique("account")}), 201)
            key = {
                "name": unique("key"),
                "service_account_id": made["id"],
                "permissions": ["mobius.run.read"],
            }
            place = f"{accounts(project)}/{made['id']}"
            removal = at_once.submit(server.http.delete, place)
            creation = at_once.submit(server.http.post, f"/projects/{project}/api-keys", json=key)
            outcomes = (removal.result().status_code, creation.result().status_code)
            assert outcomes in {(204, 400), (204, 409), (409, 201)}


def test_accounts_of_a_removed_member_have_no_owner(server: ServerProcess) -> None:
    http = new_org(server).http
    project = answered(http.get("/projects"), 200)["items"][0]["handle"]
    ada = new_member(server, owner=http)
    account = new_service_account(server, project, owner=http, owner_user_id=ada.id)
    answered(http.delete(f"/orgs/{ada.org_id}/members/{ada.id}"), 204)
    shown = answered(http.get(f"{accounts(project)}/{account.id}"), 200)
    assert "owner_user_id" not in shown
    still = account.http
    assert still.get("/auth/me").status_code == 200
