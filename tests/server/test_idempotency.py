"""`Idempotency-Key`: the same request twice happens once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from mobius.server.idempotency import request_hash
from tests.domains.conversation import answered, one_step, refused, unique
from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess


def start(server: ServerProcess, project: str, key: str, **fields: Any) -> httpx.Response:
    body = {"spec": one_step(), **fields}
    return server.http.post(f"/projects/{project}/runs", json=body, headers={"Idempotency-Key": key})


def runs(server: ServerProcess, project: str) -> list[Any]:
    found: list[Any] = answered(server.http.get(f"/projects/{project}/runs"), 200)["items"]
    return found


def test_a_repeat_gets_the_first_answer(server: ServerProcess) -> None:
    project, key = server.new_project(), unique("once")
    first = start(server, project, key)
    again = start(server, project, key)
    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    assert len(runs(server, project)) == 1
    assert start(server, project, unique("twice")).json()["id"] != first.json()["id"]


def test_the_same_key_with_another_body_is_refused(server: ServerProcess) -> None:
    project, key = server.new_project(), unique("once")
    answered(start(server, project, key), 202)
    assert start(server, project, key, queue="other").status_code == 409
    assert len(runs(server, project)) == 1


def test_of_many_at_once_one_is_executed(server: ServerProcess) -> None:
    project, key = server.new_project(), unique("once")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: start(server, project, key), range(8)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len(runs(server, project)) == 1
    assert start(server, project, key).status_code == 202


def test_keys_of_different_callers_are_different(server: ServerProcess) -> None:
    project, key = server.new_project(), unique("once")
    made = answered(server.http.post("/api-keys", json={"name": unique("key")}), 201)
    answered(start(server, project, key), 202)
    with server.client(made["key"]) as http:
        body = {"spec": one_step()}
        answer = http.post(f"/projects/{project}/runs", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 202
    assert len(runs(server, project)) == 2


def test_a_created_secret_is_repeated_but_not_kept_readable(own_server: ServerProcess) -> None:
    headers = {"Idempotency-Key": unique("once")}
    body = {"name": unique("key")}
    first = answered(own_server.http.post("/api-keys", json=body, headers=headers), 201)
    again = answered(own_server.http.post("/api-keys", json=body, headers=headers), 201)
    assert first == again
    own_server.stop()
    for file in own_server.data_dir.glob("mobius.db*"):
        assert first["key"].encode() not in file.read_bytes()


def test_bad_keys_are_refused(server: ServerProcess) -> None:
    project = server.new_project()
    for key in ("", "x" * 1000):
        refused(start(server, project, key), 400, "validation_failed")
    assert runs(server, project) == []


async def test_nobody_who_reads_the_database_can_try_passwords_out(server: ServerProcess) -> None:
    email, headers = f"{unique('ada')}@example.com", {"Idempotency-Key": unique("once")}
    body = json.dumps({"name": "Ada", "email": email, "password": "a long password"}).encode()
    made = answered(server.http.post("/users", content=body, headers=headers), 201)
    assert answered(server.http.post("/users", content=body, headers=headers), 201) == made
    kept = (await rows_of(server.database_url, server.data_dir))["idempotency_keys"]
    assert request_hash("POST", b"/users", b"", body) not in {row["request_hash"] for row in kept}
