"""The device sign-in (RFC 8628) and the credentials that come of it."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.conftest import StartServer
from tests.domains.access.browser import browser, form_on, signed_in
from tests.domains.conversation import answered, pinned_client, refused, unique
from tests.domains.people import client_of, new_member, new_org, new_service_account
from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def begin(server: ServerProcess, **fields: str) -> Any:
    return answered(server.http.post("/auth/device/code", data={"client_id": "cli", **fields}), 200)


def ask(server: ServerProcess, device_code: str, **fields: str) -> httpx.Response:
    form = {"grant_type": GRANT, "device_code": device_code, "client_id": "cli", **fields}
    return httpx.post(f"{server.base_url}/auth/device/token", data=form)


def told(answer: httpx.Response) -> str:
    body = answered(answer, 400)
    assert body.keys() == {"error", "error_description"}
    return str(body["error"])


def credential(server: ServerProcess, http: httpx.Client, **fields: str) -> Any:
    device = begin(server, **fields)
    answered(http.post("/auth/device/confirm", json={"user_code": device["user_code"]}), 200)
    return answered(ask(server, device["device_code"]), 200)


def test_a_device_waits_is_confirmed_and_acts_as_the_person(server: ServerProcess) -> None:
    ada = new_member(server)
    device = begin(server, mobius_label="ada's laptop")
    assert device["verification_uri"] == f"{server.base_url}/device"
    assert device["verification_uri_complete"].endswith(device["user_code"])
    assert told(ask(server, device["device_code"])) == "authorization_pending"
    typed = device["user_code"].replace("-", "").lower()
    assert answered(ada.http.post("/auth/device/confirm", json={"user_code": typed}), 200) == {
        "confirmed": True
    }
    token = answered(ask(server, device["device_code"]), 200)
    assert token["token_type"] == "Bearer"
    assert token["access_token"].startswith("mbc_")
    http = client_of(server, token["access_token"])
    me = answered(http.get("/auth/me"), 200)
    assert (me["user_id"], me["auth_type"], me["role"]) == (ada.id, "cli_token", "member")
    listed = answered(http.get("/cli-credentials"), 200)
    assert listed["items"] == listed["data"]
    [shown] = listed["items"]
    assert (shown["id"], shown["label"]) == (token["credential_id"], "ada's laptop")
    assert shown["token_prefix"] == token["access_token"][:8]
    assert told(ask(server, device["device_code"])) == "invalid_grant"


def test_a_credential_is_revoked_at_once(server: ServerProcess) -> None:
    ada = new_member(server)
    first, second = credential(server, ada.http), credential(server, ada.http)
    http = client_of(server, first["access_token"])
    answered(http.delete(f"/cli-credentials/{second['credential_id']}"), 204)
    refused(client_of(server, second["access_token"]).get("/auth/me"), 401, "unauthenticated")
    stranger = new_member(server)
    refused(stranger.http.delete(f"/cli-credentials/{first['credential_id']}"), 404, "not_found")
    answered(http.delete(f"/cli-credentials/{first['credential_id']}"), 204)
    refused(http.get("/auth/me"), 401, "unauthenticated")
    statuses = [one["status"] for one in answered(ada.http.get("/cli-credentials"), 200)["items"]]
    assert statuses == ["revoked", "revoked"]


def test_who_asks_too_often_is_told_to_slow_down(server: ServerProcess) -> None:
    device = begin(server)
    assert told(ask(server, device["device_code"])) == "authorization_pending"
    assert told(ask(server, device["device_code"])) == "slow_down"
    slower = answered(ask(server, device["device_code"]), 400)
    assert slower["error"] == "slow_down"
    assert "15 seconds" in slower["error_description"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"device_code": ""}, "invalid_request"),
        ({"device_code": "unknown"}, "invalid_grant"),
        ({"device_code": "a\0b"}, "invalid_request"),
    ],
)
def test_a_bad_question_is_answered_as_oauth_words_it(
    server: ServerProcess, fields: dict[str, str], error: str
) -> None:
    assert told(ask(server, **{"device_code": "x", **fields})) == error


def test_an_org_that_cannot_be_one_is_not_kept(server: ServerProcess) -> None:
    form = {"mobius_requested_org_id": "org_" + "x" * 100_000}
    assert told(httpx.post(f"{server.base_url}/auth/device/code", data=form)) == "invalid_request"


def test_a_field_given_twice_is_an_invalid_request(server: ServerProcess) -> None:
    form = f"grant_type={GRANT}&device_code=a&device_code=b"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(f"{server.base_url}/auth/device/token", content=form, headers=headers)
    assert told(answer) == "invalid_request"


def test_a_code_that_nobody_confirms_expires(start_server: StartServer) -> None:
    server = start_server(device_code_seconds="1")
    device = begin(server)
    time.sleep(1.1)
    assert told(ask(server, device["device_code"])) == "expired_token"
    body = {"user_code": device["user_code"]}
    refused(server.http.post("/auth/device/confirm", json=body), 404, "not_found")


def test_a_credential_expires(start_server: StartServer) -> None:
    server = start_server(cli_credential_seconds="1")
    token = credential(server, server.http)
    assert token["expires_in"] == 1
    time.sleep(1.1)
    refused(client_of(server, token["access_token"]).get("/auth/me"), 401, "unauthenticated")


def test_a_limited_credential_cannot_hand_on_everything(server: ServerProcess) -> None:
    body = {"user_code": begin(server)["user_code"]}
    key = {"name": unique("key"), "permissions": ["mobius.*"]}
    limited = client_of(server, answered(server.http.post("/api-keys", json=key), 201)["key"])
    account = new_service_account(server, "default", "owner")
    with pinned_client(server, "default") as pinned:
        for http in (limited, pinned, account.http):
            refused(http.post("/auth/device/confirm", json=body), 403, "permission_denied")
            refused(http.get("/cli-credentials"), 403, "permission_denied")
            refused(http.delete("/cli-credentials/clc_x"), 403, "permission_denied")


def test_a_device_gets_into_the_org_that_it_asks_for_and_no_other(server: ServerProcess) -> None:
    ada, other = new_member(server), new_org(server)
    device = begin(server, mobius_requested_org_id=other.id)
    body = {"user_code": device["user_code"]}
    refused(ada.http.post("/auth/device/confirm", json=body), 400, "validation_failed")
    answered(other.http.post("/auth/device/confirm", json=body), 200)
    token = answered(ask(server, device["device_code"]), 200)
    assert token["org_id"] == other.id
    http = client_of(server, token["access_token"])
    refused(http.get("/projects/default/runs"), 404, "not_found")
    assert http.get(f"/projects/{other.project}/runs").status_code == 200


def test_who_was_removed_meanwhile_lets_no_device_in(server: ServerProcess) -> None:
    ada = new_member(server)
    device, before = begin(server), credential(server, ada.http)
    answered(ada.http.post("/auth/device/confirm", json={"user_code": device["user_code"]}), 200)
    answered(server.http.delete(f"/orgs/{ada.org_id}/members/{ada.id}"), 204)
    assert told(ask(server, device["device_code"])) == "invalid_grant"
    refused(client_of(server, before["access_token"]).get("/auth/me"), 401, "unauthenticated")


def test_who_guesses_codes_is_slowed_down(own_server: ServerProcess) -> None:
    ada = new_member(own_server)
    body = {"user_code": "BBBB-BBBB"}
    statuses = [ada.http.post("/auth/device/confirm", json=body).status_code for _ in range(11)]
    assert statuses == [404] * 10 + [429]


async def test_only_hashes_of_tokens_are_stored(own_server: ServerProcess) -> None:
    waiting = begin(own_server)
    token = credential(own_server, own_server.http)
    stored = repr(await rows_of(own_server.database_url, own_server.data_dir))
    assert token["access_token"] not in stored
    assert waiting["device_code"] not in stored


def test_a_person_signs_in_and_confirms_in_a_browser(server: ServerProcess) -> None:
    ada = new_member(server)
    device, http = begin(server, mobius_label="<b>laptop</b>"), browser(server)
    sent = http.get(device["verification_uri_complete"])
    assert sent.status_code == 303
    page = http.get(sent.headers["location"])
    assert page.status_code == 200
    form = form_on(page, "/sign-in")
    wrong = http.post("/sign-in", data=form | {"email": ada.record["email"], "password": "x"})
    assert wrong.status_code == 401
    assert "is wrong" in wrong.text
    filled = form | {"email": ada.record["email"], "password": ada.record["password"]}
    entered = http.post("/sign-in", data=filled)
    assert entered.status_code == 303
    assert entered.headers["location"] == f"/device?user_code={device['user_code']}"
    page = http.get(entered.headers["location"])
    assert "&lt;b&gt;laptop&lt;/b&gt;" in page.text
    assert "script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    done = http.post("/device", data=form_on(page, "/device") | {"decision": "confirm"})
    assert "back to your terminal" in done.text
    token = answered(ask(server, device["device_code"]), 200)
    assert answered(client_of(server, token["access_token"]).get("/auth/me"), 200)["user_id"] == ada.id
    assert (
        http.post("/device", data={"user_code": device["user_code"], "decision": "refuse"}).status_code == 404
    )
    out = http.post("/sign-out")
    assert out.headers["location"] == "/sign-in"
    assert http.get("/account").status_code == 303


def test_a_refused_device_is_told(server: ServerProcess) -> None:
    http, device = signed_in(server, new_member(server).record), begin(server)
    page = http.get("/device", params={"user_code": device["user_code"]})
    http.post("/device", data=form_on(page, "/device") | {"decision": "refuse"})
    assert told(ask(server, device["device_code"])) == "access_denied"


def test_a_page_of_another_site_confirms_nothing(server: ServerProcess) -> None:
    http, device = signed_in(server, new_member(server).record), begin(server)
    form = {"user_code": device["user_code"], "decision": "confirm"}
    evil = http.post("/device", data=form, headers={"Origin": "https://evil.example"})
    refused(evil, 403, "cross_site")
    assert told(ask(server, device["device_code"])) == "authorization_pending"


def test_a_person_goes_to_another_of_their_orgs(server: ServerProcess) -> None:
    ada, other = new_member(server), new_org(server)
    answered(other.http.post(f"/orgs/{other.id}/members", json={"user_id": ada.id, "role": "admin"}), 201)
    http = signed_in(server, ada.record)
    assert form_on(http.get("/account"), "/account/org") == {"org_id": ada.org_id}
    assert http.post("/account/org", data={"org_id": other.id}).headers["location"] == "/account"
    assert answered(http.get("/auth/me"), 200)["org_id"] == other.id


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"])
def test_signing_in_leads_to_no_other_site(server: ServerProcess, to: str) -> None:
    ada, http = new_member(server), browser(server)
    form = {"email": ada.record["email"], "password": ada.record["password"], "next": to}
    assert http.post("/sign-in", data=form).headers["location"] == "/account"
