"""Signing in with a password: sessions, what protects them, and what ends them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.conftest import StartServer
from tests.domains.access.browser import browser, signed_in
from tests.domains.conversation import answered, refused, unique
from tests.domains.people import client_of, new_member, new_org
from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess

PASSWORD = "another long password"


def test_a_session_acts_as_the_person(server: ServerProcess) -> None:
    ada = new_member(server, "admin")
    http = signed_in(server, ada.record)
    me = answered(http.get("/auth/me"), 200)
    assert (me["user_id"], me["auth_type"], me["role"]) == (ada.id, "session", "admin")
    name = unique("p")
    answered(http.post("/projects", json={"name": name, "handle": name}), 201)
    refused(http.delete(f"/orgs/{ada.org_id}"), 403, "permission_denied")
    answered(http.delete("/auth/session"), 204)
    refused(http.get("/auth/me"), 401, "unauthenticated")


def test_the_cookie_is_kept_from_scripts_and_other_sites(server: ServerProcess) -> None:
    ada = new_member(server)
    body = {"email": ada.record["email"].upper(), "password": ada.record["password"]}
    cookie = browser(server).post("/auth/session", json=body).headers["set-cookie"]
    assert cookie.startswith("mobius_session=mbs_")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_over_tls_the_cookie_belongs_to_the_host_and_to_tls(start_server: StartServer) -> None:
    server = start_server(public_url="https://mobius.example")
    ada = new_member(server)
    http = browser(server)
    http.headers["Origin"] = "https://mobius.example"
    body = {"email": ada.record["email"], "password": ada.record["password"]}
    cookie = http.post("/auth/session", json=body).headers["set-cookie"]
    assert cookie.startswith("__Host-mobius_session=")
    assert "; Secure" in cookie
    http.headers["Cookie"] = cookie.partition(";")[0]
    assert answered(http.get("/auth/me"), 200)["user_id"] == ada.id
    assert http.post("/projects", json={"name": "x"}).status_code == 403
    http.headers["Origin"] = "https://mobius.example.evil"
    refused(http.post("/projects", json={"name": "x"}), 403, "cross_site")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_another_site_cannot_use_the_cookie(server: ServerProcess, headers: dict[str, str]) -> None:
    ada = new_member(server, "admin")
    http = signed_in(server, ada.record)
    token = http.cookies["mobius_session"]
    cookie = {"Cookie": f"mobius_session={token}", **headers}
    refused(httpx.post(f"{server.base_url}/projects", json={"name": "x"}, headers=cookie), 403, "cross_site")
    refused(httpx.delete(f"{server.base_url}/auth/session", headers=cookie), 403, "cross_site")
    assert http.get("/auth/me").status_code == 200


def test_a_session_is_no_bearer_token(server: ServerProcess) -> None:
    http = signed_in(server, new_member(server).record)
    headers = {"Authorization": f"Bearer {http.cookies['mobius_session']}"}
    refused(httpx.get(f"{server.base_url}/auth/me", headers=headers), 401, "unauthenticated")


def test_a_wrong_password_and_an_unknown_address_are_not_told_apart(server: ServerProcess) -> None:
    ada, http = new_member(server), browser(server)
    nameless = answered(
        server.http.post("/users", json={"name": "Bo", "email": f"{unique('bo')}@example.com"}), 201
    )
    answers = []
    for email in (ada.record["email"], f"{unique('nobody')}@example.com", nameless["email"]):
        answer = http.post("/auth/session", json={"email": email, "password": PASSWORD})
        answers.append(refused(answer, 401, "wrong_password"))
        assert "set-cookie" not in answer.headers
    assert answers[0] == answers[1] == answers[2]


def test_who_guesses_is_slowed_down_and_nobody_else(own_server: ServerProcess) -> None:
    ada, bo, http = new_member(own_server), new_member(own_server), browser(own_server)
    wrong = {"email": ada.record["email"], "password": PASSWORD}
    statuses = [http.post("/auth/session", json=wrong).status_code for _ in range(12)]
    assert statuses[:10] == [401] * 10
    answer = http.post("/auth/session", json=wrong | {"password": ada.record["password"]})
    refused(answer, 429, "rate_limited")
    assert int(answer.headers["retry-after"]) > 0
    for _ in range(5):
        signed_in(own_server, bo.record)
    others = [
        http.post("/auth/session", json={"email": f"{unique('x')}@example.com", "password": PASSWORD})
        for _ in range(25)
    ]
    assert {one.status_code for one in others} == {401, 429}


def _wrong(server: ServerProcess, email: str, *forwarded: str) -> httpx.Response:
    headers = [("X-Forwarded-For", line) for line in forwarded]
    body = {"email": email, "password": PASSWORD}
    return httpx.post(f"{server.base_url}/auth/session", json=body, headers=headers, trust_env=False)


def test_who_guesses_does_not_lock_out_who_signs_in_from_elsewhere(start_server: StartServer) -> None:
    server = start_server(trusted_proxies="127.0.0.1/32")
    ada = new_member(server)
    email = ada.record["email"]
    statuses = [_wrong(server, email, "203.0.113.1").status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    signed_in(server, ada.record)


def test_a_client_neither_says_who_it_is_nor_has_more_than_one_network(start_server: StartServer) -> None:
    server = start_server(trusted_proxies="127.0.0.1/32")
    email = f"{unique('ada')}@example.com"
    # The proxy adds a line of its own to the one that the client made up.
    told = [_wrong(server, email, f"198.51.100.{n}", "203.0.113.1").status_code for n in range(11)]
    assert told[-1] == 429
    email = f"{unique('ada')}@example.com"
    many = [_wrong(server, email, f"2001:db8::{n}").status_code for n in range(11)]
    assert many[-1] == 429
    assert _wrong(server, email, "2001:db8:0:1::1").status_code == 401


def test_who_signs_in_while_the_password_changes_is_out(own_server: ServerProcess) -> None:
    server, ada = own_server, new_member(own_server)
    old = {"email": ada.record["email"], "password": ada.record["password"]}

    def sign_in(_: int) -> httpx.Response:
        return httpx.post(f"{server.base_url}/auth/session", json=old, timeout=60, trust_env=False)

    with ThreadPoolExecutor(9) as threads:
        changed = threads.submit(server.http.put, f"/users/{ada.id}/password", json={"password": PASSWORD})
        answers = list(threads.map(sign_in, range(8)))
    answered(changed.result(), 204)
    for answer in answers:
        if answer.status_code == 204:
            cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
            refused(httpx.get(f"{server.base_url}/auth/me", headers=cookie), 401, "unauthenticated")
        else:
            assert answer.status_code in {401, 403}


def test_a_key_of_one_org_does_not_open_the_others_by_a_password(server: ServerProcess) -> None:
    ada, other = new_member(server, "owner"), new_org(server)
    members = f"/orgs/{other.id}/members"
    answered(other.http.post(members, json={"user_id": ada.id, "role": "admin"}), 201)
    me = f"/users/{ada.id}"
    refused(ada.http.put(f"{me}/password", json={"password": PASSWORD}), 403, "permission_denied")
    refused(ada.http.patch(me, json={"email": "a@b.example"}), 403, "permission_denied")
    assert answered(signed_in(server, ada.record).patch(me, json={"name": "Ada B"}), 200)["name"] == "Ada B"


def test_who_never_could_sign_in_gets_a_password_by_key(server: ServerProcess) -> None:
    bo = answered(server.http.post("/users", json={"name": "Bo", "role": "owner", "with_key": True}), 201)
    http, org, me = client_of(server, bo["key"]), unique("org"), f"/users/{bo['id']}"
    answered(http.post("/orgs", json={"name": org, "handle": org}), 201)
    email = answered(http.patch(me, json={"email": f"{unique('bo')}@example.com"}), 200)["email"]
    answered(http.put(f"{me}/password", json={"password": PASSWORD}), 204)
    signed_in(server, {"email": email, "password": PASSWORD})
    refused(http.put(f"{me}/password", json={"password": f"{PASSWORD}!"}), 403, "permission_denied")


def test_another_password_ends_the_other_sessions(server: ServerProcess) -> None:
    ada = new_member(server)
    here, there = signed_in(server, ada.record), signed_in(server, ada.record)
    change = {"current_password": ada.record["password"], "new_password": PASSWORD}
    refused(here.put("/auth/password", json=change | {"current_password": PASSWORD}), 401, "wrong_password")
    refused(here.put("/auth/password", json=change | {"new_password": "short"}), 400, "validation_failed")
    answered(here.put("/auth/password", json=change), 204)
    assert here.get("/auth/me").status_code == 200
    refused(there.get("/auth/me"), 401, "unauthenticated")
    refused(ada.http.put("/auth/password", json=change), 400, "validation_failed")
    signed_in(server, ada.record | {"password": PASSWORD})


def test_an_operator_gives_the_first_owner_an_address_and_a_password(own_server: ServerProcess) -> None:
    owner = answered(own_server.http.get("/auth/me"), 200)["user_id"]
    password = {"password": PASSWORD}
    refused(own_server.http.put(f"/users/{owner}/password", json=password), 400, "validation_failed")
    email = {"email": "owner@example.com"}
    assert answered(own_server.http.patch(f"/users/{owner}", json=email), 200)["email"] == email["email"]
    answered(own_server.http.put(f"/users/{owner}/password", json=password), 204)
    http = signed_in(own_server, email | password)
    assert answered(http.get("/auth/me"), 200)["role"] == "owner"


def test_who_may_change_how_somebody_signs_in(server: ServerProcess) -> None:
    admin, owner, ada = new_member(server, "admin"), new_member(server, "owner"), new_member(server)
    password = {"password": PASSWORD}
    refused(admin.http.put(f"/users/{owner.id}/password", json=password), 403, "permission_denied")
    refused(admin.http.patch(f"/users/{owner.id}", json={"name": "x"}), 403, "permission_denied")
    refused(ada.http.put(f"/users/{ada.id}/password", json=password), 403, "permission_denied")
    answered(admin.http.put(f"/users/{ada.id}/password", json=password), 204)
    other = new_org(server)
    answered(other.http.post(f"/orgs/{other.id}/members", json={"user_id": ada.id, "role": "member"}), 201)
    refused(admin.http.put(f"/users/{ada.id}/password", json=password), 403, "permission_denied")
    refused(server.http.patch(f"/users/{ada.id}", json={"email": "a@b.example"}), 403, "permission_denied")


def test_a_person_signs_in_to_one_of_their_orgs(server: ServerProcess) -> None:
    ada, other = new_member(server), new_org(server)
    members = f"/orgs/{other.id}/members"
    answered(other.http.post(members, json={"user_id": ada.id, "role": "admin"}), 201)
    http = signed_in(server, ada.record)
    assert {one["id"] for one in answered(http.get("/orgs"), 200)["items"]} == {ada.org_id, other.id}
    assert answered(http.get("/auth/me"), 200)["org_id"] == ada.org_id
    body = {"email": ada.record["email"], "password": ada.record["password"], "org_id": other.id}
    answered(http.post("/auth/session", json=body), 204)
    assert answered(http.get("/auth/me"), 200)["org_id"] == other.id
    answered(other.http.delete(f"{members}/{ada.id}"), 204)
    refused(http.get("/auth/me"), 401, "unauthenticated")
    refused(http.post("/auth/session", json=body), 403, "not_a_member")


async def test_a_session_does_not_last_longer_in_another_org(own_server: ServerProcess) -> None:
    ada, other = new_member(own_server), new_org(own_server)
    answered(other.http.post(f"/orgs/{other.id}/members", json={"user_id": ada.id, "role": "member"}), 201)
    http = signed_in(own_server, ada.record)
    [before] = (await rows_of(own_server.database_url, own_server.data_dir))["sessions"]
    assert http.post("/account/org", data={"org_id": other.id}).status_code == 303
    assert answered(http.get("/auth/me"), 200)["org_id"] == other.id
    [after] = (await rows_of(own_server.database_url, own_server.data_dir))["sessions"]
    assert (after["org_id"], after["expires_at"]) == (other.id, before["expires_at"])
    assert after["token_hash"] != before["token_hash"]


def test_a_session_ends_when_it_is_idle_or_old(start_server: StartServer) -> None:
    server = start_server(session_seconds="4", session_idle_seconds="2")
    http = signed_in(server, new_member(server).record)
    began = time.monotonic()
    while time.monotonic() - began < 3:  # used all the time, past the idle limit
        assert http.get("/auth/me").status_code == 200
        time.sleep(0.3)
    time.sleep(1.5)
    refused(http.get("/auth/me"), 401, "unauthenticated")
    http = signed_in(server, new_member(server).record)
    time.sleep(2.2)
    refused(http.get("/auth/me"), 401, "unauthenticated")


def test_signing_out_ends_what_waits(server: ServerProcess) -> None:
    http = signed_in(server, new_member(server).record)
    ended: list[float] = []

    def follow() -> None:
        with http.stream("GET", "/projects/default/runs/events") as stream:
            for _ in stream.iter_lines():
                pass
        ended.append(time.monotonic())

    thread = threading.Thread(target=follow)
    thread.start()
    time.sleep(0.3)
    answered(http.delete("/auth/session"), 204)
    signed_out = time.monotonic()
    thread.join(timeout=10)
    assert ended[0] - signed_out < 5


async def test_no_secret_is_stored_or_logged(own_server: ServerProcess) -> None:
    ada = new_member(own_server)
    http = signed_in(own_server, ada.record)
    token = http.cookies["mobius_session"]
    stored = repr(await rows_of(own_server.database_url, own_server.data_dir))
    for secret in (ada.record["password"], token, ada.record["key"]):
        assert secret not in stored
        assert secret not in own_server.log_text()
    assert "$argon2id$" in stored
    assert "argon2id" not in own_server.http.get("/users").text
