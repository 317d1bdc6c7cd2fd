from __future__ import annotations

import pytest

from tests.domains.conversation import answered, pinned_client, refused, unique
from tests.harness.server import ServerProcess


def _names(server: ServerProcess, search: str | None = None) -> list[str]:
    params = {} if search is None else {"search": search}
    return [item["name"] for item in answered(server.http.get("/projects", params=params), 200)["items"]]


def _create(server: ServerProcess, name: str, handle: str | None = None) -> None:
    answered(server.http.post("/projects", json={"name": name, "handle": handle or unique("p")}), 201)


def test_newest_come_first(server: ServerProcess) -> None:
    mark = unique("order")
    for number in range(3):
        _create(server, f"{mark} {number}")
    assert _names(server, mark) == [f"{mark} 2", f"{mark} 1", f"{mark} 0"]


def test_at_most_100_are_listed(own_server: ServerProcess) -> None:
    for number in range(101):
        _create(own_server, f"p {number}", f"p-{number}")
    listed = _names(own_server)
    assert len(listed) == 100
    assert listed[0] == "p 100"


@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_search_finds_the_beginning_of_the_name_in_any_case(server: ServerProcess, change: type[str]) -> None:
    name = unique("\u00c9picerie")
    _create(server, name)
    assert _names(server, change(name[:-2])) == [name]
    assert _names(server, change(name[1:])) == []


def test_search_finds_the_beginning_of_the_handle_in_any_case(server: ServerProcess) -> None:
    name, handle = unique("name"), unique("handle")
    _create(server, name, handle)
    assert _names(server, handle[:-3]) == [name]
    assert _names(server, handle.upper()) == [name]


def test_search_follows_a_new_name(server: ServerProcess) -> None:
    before, after, handle = unique("Before"), unique("After"), unique("h")
    _create(server, before, handle)
    answered(server.http.patch(f"/projects/{handle}", json={"name": after}), 200)
    assert _names(server, before) == []
    assert _names(server, after.lower()) == [after]


@pytest.mark.parametrize("wild", ["%", "_", "!", "\\", "'", "%%", "!%"])
def test_search_takes_every_character_literally(server: ServerProcess, wild: str) -> None:
    mark = unique("wild")
    _create(server, f"{mark}{wild}x")
    _create(server, f"{mark}yx")
    assert _names(server, f"{mark}{wild}") == [f"{mark}{wild}x"]


def test_empty_search_is_no_filter(server: ServerProcess) -> None:
    _create(server, name := unique("any"))
    assert name in _names(server, "")


def test_pinned_key_sees_its_project_only(server: ServerProcess) -> None:
    handle = server.new_project()
    with pinned_client(server, handle) as pinned:
        assert [item["handle"] for item in answered(pinned.get("/projects"), 200)["items"]] == [handle]
        other = server.new_project()
        assert answered(pinned.get("/projects", params={"search": other}), 200)["items"] == []


def test_needs_the_permission_to_read_projects(server: ServerProcess) -> None:
    with pinned_client(server, server.new_project(), ["mobius.run.read"]) as pinned:
        refused(pinned.get("/projects"), 403, "permission_denied")
