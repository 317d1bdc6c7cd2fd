"""Groups over HTTP, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.domains.conversation import answered, pinned_client, refused, unique
from tests.harness.server import ServerProcess


class Groups:
    """Requests about the groups of a project of the test's own."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.project = server.new_project()
        self.owner: str = answered(server.http.get(f"/projects/{self.project}"), 200)["created_by"]

    def request(self, method: str, path: str = "", body: Any = None) -> Any:
        return self.server.http.request(method, f"/projects/{self.project}/groups{path}", json=body)

    def create(self, name: str = "Reviewers", **more: Any) -> Any:
        return answered(self.request("POST", body={"name": name, **more}), 201)

    def join(self, group: str) -> Any:
        """Let the owner of the org join a group."""
        return answered(self.request("POST", f"/{group}/members", {"user_id": self.owner}), 201)


@pytest.fixture
def groups(server: ServerProcess) -> Groups:
    return Groups(server)


def test_a_group_is_created_read_changed_and_deleted(groups: Groups) -> None:
    created = groups.create("On Call!", description="who is awake")
    assert created["id"].startswith("grp_")
    assert created["org_id"].startswith("org_")
    assert {
        "handle": "on-call",
        "name": "On Call!",
        "description": "who is awake",
        "routing_policy": "first_responder",
    }.items() <= created.items()
    counted = {**created, "member_count": 0}
    assert answered(groups.request("GET", f"/{created['id']}"), 200) == counted
    assert answered(groups.request("GET", "/on-call"), 200) == counted
    changed = answered(groups.request("PATCH", "/on-call", {"routing_policy": "all_members"}), 200)
    assert changed["routing_policy"] == "all_members"
    assert changed["description"] == "who is awake"
    cleared = answered(groups.request("PATCH", "/on-call", {"name": "Night", "description": None}), 200)
    assert (cleared["name"], cleared["handle"], "description" in cleared) == ("Night", "on-call", False)
    answered(groups.request("DELETE", "/on-call"), 204)
    refused(groups.request("GET", "/on-call"), 404, "not_found")
    refused(groups.request("DELETE", f"/{created['id']}"), 404, "not_found")


def test_a_handle_is_unique_in_its_project_and_free_in_others(server: ServerProcess, groups: Groups) -> None:
    groups.create("Night Shift")
    refused(groups.request("POST", body={"name": "night shift"}), 409, "handle_taken")
    refused(groups.request("POST", body={"name": "x", "handle": "night-shift"}), 409, "handle_taken")
    assert len(answered(groups.request("GET"), 200)["items"]) == 1
    assert Groups(server).create("Night Shift")["handle"] == "night-shift"


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "n" * 65},
        {"name": None},
        {"name": "!!!"},
        {"handle": "No Handle"},
        {"routing_policy": "nobody"},
        {"description": 1},
        {"description": "d" * 2_001},
    ],
)
def test_a_group_that_breaks_a_rule_is_refused(groups: Groups, change: dict[str, Any]) -> None:
    refused(groups.request("POST", body={"name": "fine", **change}), 400, "validation_failed")
    assert answered(groups.request("GET"), 200)["items"] == []


def test_what_cannot_be_changed_is_refused(groups: Groups) -> None:
    group = groups.create()
    for change in (
        {"handle": "other"},
        {"name": ""},
        {"name": None},
        {"routing_policy": None},
        {"description": "d" * 2_001},
    ):
        refused(groups.request("PATCH", f"/{group['id']}", change), 400, "validation_failed")


def test_members_join_once_and_leave(groups: Groups) -> None:
    group = groups.create()
    joined = groups.join(group["handle"])
    assert {
        "group_id": group["id"],
        "org_id": group["org_id"],
        "user_id": groups.owner,
        "added_by": groups.owner,
    }.items() <= joined.items()
    body = {"user_id": groups.owner}
    refused(groups.request("POST", f"/{group['id']}/members", body), 409, "already_member")
    assert answered(groups.request("GET", f"/{group['id']}/members"), 200)["items"] == [joined]
    assert answered(groups.request("GET", f"/{group['id']}"), 200)["member_count"] == 1
    answered(groups.request("DELETE", f"/{group['id']}/members/{groups.owner}"), 204)
    refused(groups.request("DELETE", f"/{group['id']}/members/{groups.owner}"), 404, "not_found")
    assert answered(groups.request("GET", f"/{group['id']}"), 200)["member_count"] == 0


def test_of_many_joins_at_once_one_counts(groups: Groups) -> None:
    group = groups.create()

    def join(_: int) -> int:
        path = f"/{group['id']}/members"
        return int(groups.request("POST", path, {"user_id": groups.owner}).status_code)

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(join, range(8))) == [201] + [409] * 7
    assert answered(groups.request("GET", f"/{group['id']}"), 200)["member_count"] == 1


def test_only_members_of_the_org_join(groups: Groups) -> None:
    group = groups.create()
    body = {"user_id": "usr_somebody_else"}
    error = refused(groups.request("POST", f"/{group['id']}/members", body), 400, "validation_failed")
    assert "usr_somebody_else" in error["message"]
    refused(groups.request("POST", "/no-such-group/members", body), 404, "not_found")


def test_groups_are_listed_in_pages_newest_first_with_their_counts(groups: Groups) -> None:
    made = [groups.create(unique("g"))["id"] for _ in range(5)]
    groups.join(made[1])
    first = answered(groups.server.http.get(f"/projects/{groups.project}/groups?limit=3"), 200)
    assert [one["id"] for one in first["items"]] == made[:1:-1]
    assert first["has_more"] is True
    groups.create("in between")
    path = f"/projects/{groups.project}/groups?limit=3&cursor={first['next_cursor']}"
    second = answered(groups.server.http.get(path), 200)
    assert [(one["id"], one["member_count"]) for one in second["items"]] == [(made[1], 1), (made[0], 0)]
    assert second["has_more"] is False
    refused(groups.server.http.get(f"/projects/{groups.project}/groups?cursor=x"), 400, "bad_cursor")


def test_the_groups_of_a_member_are_listed(groups: Groups) -> None:
    made = [groups.create(unique("g"))["id"] for _ in range(3)]
    groups.join(made[0])
    groups.join(made[2])
    where = f"/projects/{groups.project}/members/{groups.owner}/groups"
    assert [one["id"] for one in answered(groups.server.http.get(where), 200)["items"]] == [made[2], made[0]]
    unknown = f"/projects/{groups.project}/members/usr_nobody/groups"
    refused(groups.server.http.get(unknown), 404, "not_found")


def test_groups_of_other_projects_are_not_found(server: ServerProcess, groups: Groups) -> None:
    group = groups.create()
    with pinned_client(server, server.new_project()) as stranger:
        refused(stranger.get(f"/projects/{groups.project}/groups/{group['id']}"), 404, "not_found")
    other = Groups(server)
    refused(other.request("GET", f"/{group['id']}"), 404, "not_found")
    refused(other.request("POST", f"/{group['id']}/members", {"user_id": other.owner}), 404, "not_found")


def test_permissions_are_asked_for(server: ServerProcess, groups: Groups) -> None:
    group = groups.create()
    with pinned_client(server, groups.project, ["mobius.group.read"]) as reader:
        answered(reader.get(f"/projects/{groups.project}/groups/{group['id']}"), 200)
        for method, path in (("PATCH", ""), ("DELETE", ""), ("DELETE", f"/members/{groups.owner}")):
            answer = reader.request(
                method,
                f"/projects/{groups.project}/groups/{group['id']}{path}",
                json={} if method == "PATCH" else None,
            )
            refused(answer, 403, "permission_denied")


def test_a_project_is_deleted_with_its_groups(groups: Groups) -> None:
    group = groups.create()
    groups.join(group["id"])
    answered(groups.server.http.delete(f"/projects/{groups.project}"), 204)
    refused(groups.request("GET", f"/{group['id']}"), 404, "not_found")
