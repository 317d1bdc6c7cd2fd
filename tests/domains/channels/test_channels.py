from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.domains.channels.remains import until_only_its_deletion_is_told
from tests.domains.channels.talk import Talk
from tests.domains.conversation import answered, refused, unique
from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess


def test_is_shown_as_it_was_created_by_id_and_by_name(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    made = owner.create("general", display_name="General", topic="All and nothing")
    assert made["name"] == "general"
    assert made["display_name"] == "General"
    assert made["topic"] == "All and nothing"
    assert made["kind"] == "channel"
    assert made["private"] is False
    assert made["archived_at"] is None
    assert made["member_count"] == 1
    assert owner.roles(made) == {made["created_by"]: "admin"}
    for reference in (made["id"], "general"):
        assert answered(owner.call("GET", f"/{reference}"), 200) == made


def test_a_name_is_unique_in_its_project_only(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    owner.create("general")
    error = refused(
        owner.call("POST", "", {"name": "general", "display_name": "x", "kind": "channel"}), 409, "name_taken"
    )
    assert "'general'" in error["message"]
    Talk.of_owner(server).create("general")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Not A Name"),
        ("name", "x" * 65),
        ("name", ""),
        ("display_name", "  "),
        ("display_name", "x" * 201),
        ("topic", "x" * 1_001),
        ("kind", "group"),
        ("member_ids", ["usr_unknown"]),
        ("member_ids", ["x"] * 101),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_created(
    server: ServerProcess, field: str, value: object
) -> None:
    owner = Talk.of_owner(server)
    body = {"name": "general", "display_name": "General", "kind": "channel", field: value}
    assert field in refused(owner.call("POST", "", body), 400, "validation_failed")["message"]
    assert answered(owner.call("GET"), 200)["items"] == []


def test_lists_are_newest_first_in_pages_and_filtered(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    made = [owner.create(private=number % 2 == 1)["id"] for number in range(5)]
    assert [one["id"] for one in answered(owner.call("GET"), 200)["items"]] == made[::-1]
    first = answered(owner.call("GET", limit=2), 200)
    owner.create()
    second = answered(owner.call("GET", limit=2, cursor=first["next_cursor"]), 200)
    assert [one["id"] for one in first["items"] + second["items"]] == made[:0:-1]
    for private, expected in (("true", made[3::-2]), ("false", made[4::-2])):
        page = answered(owner.call("GET", private=private, kind="channel"), 200)
        assert [one["id"] for one in page["items"] if one["id"] in made] == expected
    assert answered(owner.call("GET", kind="dm"), 200)["items"] == []
    refused(owner.call("GET", limit=2, private="true", cursor=first["next_cursor"]), 400, "bad_cursor")


def test_what_an_update_leaves_out_stays_and_null_clears_the_topic(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    made = owner.create(topic="before")
    changed = answered(owner.call("PATCH", f"/{made['id']}", {"display_name": "After"}), 200)
    assert (changed["display_name"], changed["topic"]) == ("After", "before")
    assert changed["updated_at"] > made["updated_at"]
    assert "topic" not in answered(owner.call("PATCH", f"/{made['id']}", {"topic": None}), 200)
    assert answered(owner.call("PATCH", f"/{made['id']}", {"private": True}), 200)["private"] is True


@pytest.mark.parametrize("field", ["name", "kind", "archived_at"])
def test_an_update_refuses_what_it_cannot_change(server: ServerProcess, field: str) -> None:
    owner = Talk.of_owner(server)
    made = owner.create()
    error = refused(owner.call("PATCH", f"/{made['id']}", {field: "x"}), 400, "validation_failed")
    assert field in error["message"]


@pytest.mark.anyio
async def test_a_deleted_channel_leaves_nothing_but_the_event_that_says_so(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    kept, made = owner.create(), owner.create()
    first = owner.post(made)
    owner.post(made, reply_to=first["id"])
    owner.post(kept, "stays")
    answered(owner.change(first, pinned=True), 200)

    answered(owner.call("DELETE", f"/{made['id']}"), 204)

    refused(owner.call("GET", f"/{made['name']}"), 404, "not_found")
    refused(owner.call("GET", f"/{made['id']}/messages"), 404, "not_found")
    refused(owner.call("DELETE", f"/{made['id']}"), 404, "not_found")
    assert [one["content"] for one in owner.messages(kept)] == ["stays"]
    await until_only_its_deletion_is_told(server, made["id"])
    owner.create(made["name"])


@pytest.mark.anyio
async def test_a_deleted_project_takes_its_channels_along(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    made = owner.create()
    owner.post(made)
    answered(owner.http.delete(f"/projects/{owner.project}"), 204)
    left = await _rows_about(server, made["id"])
    for _ in range(200):  # it is done in the background
        if left:
            await asyncio.sleep(0.1)
            left = await _rows_about(server, made["id"])
    assert not left


async def _rows_about(server: ServerProcess, channel_id: str) -> list[dict[str, Any]]:
    rows = await rows_of(server.database_url, server.data_dir)
    return [row for found in rows.values() for row in found if channel_id in map(str, row.values())]


def test_a_direct_message_needs_somebody_else(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    body = {"name": unique("dm"), "display_name": "x", "kind": "dm"}
    assert "member_ids" in refused(owner.call("POST", "", body), 400, "validation_failed")["message"]
