from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.domains.conversation import answered, pinned_client, refused, unique
from tests.harness.server import ServerProcess


def test_returns_the_project_with_all_its_fields(server: ServerProcess) -> None:
    handle = unique("shop")
    body = {"name": "My shop", "handle": handle, "description": "sells things"}
    created = answered(server.http.post("/projects", json=body), 201)
    assert created["id"].startswith("prj_")
    assert {**body, "id": created["id"]}.items() <= created.items()
    assert created["created_by"]
    assert created["created_at"] == created["updated_at"]
    assert created["created_at"].endswith("Z")
    assert answered(server.http.get(f"/projects/{handle}"), 200) == created


def test_description_is_absent_when_there_is_none(server: ServerProcess) -> None:
    assert "description" not in answered(server.http.post("/projects", json={"name": unique("p")}), 201)


def test_handle_is_made_from_the_name(server: ServerProcess) -> None:
    mark = unique("x")
    created = answered(server.http.post("/projects", json={"name": f"  My  Shop & Café {mark}!"}), 201)
    assert created["handle"] == f"my-shop-caf-{mark}"


def test_handle_made_from_a_long_name_is_cut(server: ServerProcess) -> None:
    created = answered(server.http.post("/projects", json={"name": unique("long") + " a" * 80}), 201)
    assert len(created["handle"]) <= 64
    assert not created["handle"].endswith("-")


def test_taken_handle_is_a_conflict_and_nothing_is_created(server: ServerProcess) -> None:
    handle = unique("taken")
    answered(server.http.post("/projects", json={"name": "first", "handle": handle}), 201)
    second = unique("second")
    refused(server.http.post("/projects", json={"name": second, "handle": handle}), 409, "handle_taken")
    assert answered(server.http.get("/projects", params={"search": second}), 200)["items"] == []


def test_handle_made_from_the_name_may_be_taken_too(server: ServerProcess) -> None:
    name = unique("same")
    answered(server.http.post("/projects", json={"name": name}), 201)
    refused(server.http.post("/projects", json={"name": name.upper()}), 409, "handle_taken")


def test_of_many_at_once_one_gets_the_handle(server: ServerProcess) -> None:
    body = {"name": unique("race")}
    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(lambda _: server.http.post("/projects", json=body), range(8)))
    assert sorted(response.status_code for response in responses) == [201] + [409] * 7


@pytest.mark.parametrize(
    "handle", ["", "A", "a_b", "-a", "a-", "a--b", "a b", "ä", "a/b", "a" * 65, "a\n", "prj_1"]
)
def test_handle_that_is_none_is_refused(server: ServerProcess, handle: str) -> None:
    body = {"name": unique("p"), "handle": handle}
    refused(server.http.post("/projects", json=body), 400, "validation_failed")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "  "},
        {"name": "\u65e5\u672c"},
        {"name": None},
        {"name": 7},
        {"name": "n" * 201},
        {"name": "n", "description": 7},
        [],
    ],
)
def test_body_that_breaks_a_rule_is_refused(server: ServerProcess, body: object) -> None:
    refused(server.http.post("/projects", json=body), 400, "validation_failed")


def test_name_without_latin_letters_needs_a_handle(server: ServerProcess) -> None:
    body = {"name": "\u65e5\u672c", "handle": unique("nihon")}
    assert answered(server.http.post("/projects", json=body), 201)["name"] == "\u65e5\u672c"


def test_pinned_key_may_not_create_projects(server: ServerProcess) -> None:
    with pinned_client(server, server.new_project()) as pinned:
        refused(pinned.post("/projects", json={"name": unique("p")}), 403, "permission_denied")
