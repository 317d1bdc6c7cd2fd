"""Whoever or whatever is deleted leaves nothing behind but history, and nothing that waits for them."""

from __future__ import annotations

import time

import pytest

from tests.domains.conversation import answered, unique
from tests.domains.people import Somebody, new_member, new_service_account, org_of
from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess
from tests.matrix.tenants import Tenant, tenant

pytestmark = pytest.mark.anyio

TOLD = {"events.data", "event_outbox.data", "events.run_id", "event_outbox.run_id"}
"""What the event log says of the past, and to whose inbox it said it."""


async def test_a_member_who_leaves_leaves_history_only(own_server: ServerProcess) -> None:
    own = tenant(own_server.http)
    leaver, stays = new_member(own_server), new_member(own_server)
    alone, together = _works_with(own, leaver, stays)

    answered(own.http.delete(f"/orgs/{org_of(own.http)}/members/{leaver.id}"), 204)

    assert await _places_naming(own_server, leaver.id) - TOLD <= {
        "users.id",
        "api_keys.created_by",
        "channels.created_by",
        "channel_messages.sender_id",
        "channel_messages.pinned_by",
        "api_keys.name",
        "channels.participants",
        "interactions.resolved_id",
        "interactions.target_id",
        "interactions.snapshot",
        "runs.actor_id",
    }
    live = [
        key
        for key in (await rows_of(own_server.database_url, own_server.data_dir))["api_keys"]
        if key["created_by"] == leaver.id and key["revoked_at"] is None
    ]
    assert not live
    _becomes(own, alone, "expired")
    _becomes(own, together, "completed")


async def test_a_deleted_agent_leaves_history_only(own_server: ServerProcess) -> None:
    own = tenant(own_server.http)
    account = new_service_account(own_server, own.project, "agent")
    agent = own.post("/agents", {"name": unique("agent"), "service_account_id": account.id})
    session = answered(
        account.http.post(
            f"/projects/{own.project}/agents/{agent['id']}/sessions", json={"transport": "sse"}
        ),
        201,
    )
    own.post(f"/channels/{own.held['channels']}/members", {"user_id": agent["id"]})
    said = {"content": "done", "sender_agent_id": agent["id"], "sender_session_id": session["id"]}
    answered(
        account.http.post(f"/projects/{own.project}/channels/{own.held['channels']}/messages", json=said), 201
    )
    asked = _ask(own, {"type": "agent", "id": agent["name"]})

    answered(own.http.delete(f"/projects/{own.project}/agents/{agent['id']}"), 204)

    places = await _places_naming(own_server, agent["id"])
    assert places - TOLD <= {"channel_messages.sender_id", "interactions.resolved_id"}
    assert await _places_naming(own_server, session["id"]) - TOLD <= {"channel_messages.sender_session_id"}
    _becomes(own, asked, "expired")


async def test_a_deleted_group_and_a_deleted_service_account_leave_history_only(
    own_server: ServerProcess,
) -> None:
    own = tenant(own_server.http)
    group = own.post("/groups", {"name": unique("group")})
    member = new_member(own_server)
    own.post(f"/groups/{group['id']}/members", {"user_id": member.id})
    asked = _ask(own, {"type": "group", "id": group["handle"]})
    answered(
        member.http.post(f"/projects/{own.project}/interactions/{asked}/respond", json={"value": True}), 200
    )
    account = new_service_account(own_server, own.project, "agent")
    keys = answered(own.http.get(f"/projects/{own.project}/api-keys"), 200)["items"]
    for key in keys:
        if key.get("service_account_id") == account.id:
            answered(own.http.delete(f"/projects/{own.project}/api-keys/{key['id']}"), 204)

    answered(own.http.delete(f"/projects/{own.project}/groups/{group['id']}"), 204)
    answered(own.http.delete(f"/projects/{own.project}/service-accounts/{account.id}"), 204)

    assert await _places_naming(own_server, group["id"]) - TOLD <= {"interactions.resolved_id"}
    assert await _places_naming(own_server, account.id) - TOLD <= {"api_keys.service_account_id"}


def _works_with(own: Tenant, leaver: Somebody, stays: Somebody) -> tuple[str, str]:
    """Let somebody take part in everything that there is to take part in.

    Return the ids of an interaction that only they can answer, and of one that everybody else has answered.
    """
    everybody = own.post("/groups", {"name": unique("group"), "routing_policy": "all_members"})
    for one in (leaver, stays):
        own.post(f"/groups/{everybody['id']}/members", {"user_id": one.id})
    private = own.post(
        "/channels",
        {
            "name": unique("channel"),
            "display_name": "x",
            "kind": "channel",
            "private": True,
            "member_ids": [leaver.id],
        },
    )
    at = f"/projects/{own.project}"
    channel = f"{at}/channels/{private['id']}"
    message = answered(leaver.http.post(f"{channel}/messages", json={"content": "hello"}), 201)
    answered(leaver.http.patch(f"{channel}/messages/{message['id']}", json={"pinned": True}), 200)
    answered(leaver.http.patch(f"{channel}/membership", json={"last_read_message_id": message["id"]}), 200)
    own.post(
        "/channels",
        {"name": unique("dm"), "display_name": "x", "kind": "dm", "member_ids": [leaver.id]},
    )
    own.post("/service-accounts", {"name": unique("account"), "owner_user_id": leaver.id})
    alone = _ask(own, {"type": "member", "id": leaver.id})
    both = _ask(own, {"type": "group", "id": everybody["id"]})
    answered(stays.http.post(f"{at}/interactions/{both}/respond", json={"value": True}), 200)
    return alone, both


def _becomes(own: Tenant, interaction_id: str, status: str) -> None:
    give_up = time.monotonic() + 10
    while True:
        found = answered(own.http.get(f"/projects/{own.project}/interactions/{interaction_id}"), 200)
        if found["status"] == status:
            return
        assert time.monotonic() < give_up, found
        time.sleep(0.05)


def _ask(own: Tenant, target: dict[str, str]) -> str:
    body = {"target_actor": target, "type": "approval", "message": "May they?"}
    interaction_id: str = own.post("/interactions", body)["id"]
    return interaction_id


async def _places_naming(server: ServerProcess, name: str) -> set[str]:
    """Return the columns, as `table.column`, in which an id is found."""
    contents = await rows_of(server.database_url, server.data_dir)
    return {
        f"{table}.{column}"
        for table, rows in contents.items()
        for row in rows
        for column, value in row.items()
        if isinstance(value, str) and name in value
    }
