"""Who may do what in a channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.conftest import DatabaseKind
from tests.domains.channels.talk import Talk
from tests.domains.conversation import answered, refused, unique
from tests.domains.people import Somebody, new_member, new_org
from tests.harness.server import ServerProcess

ROLES = ("admin", "member", "outsider", "owner")
"""Of the channel; the owner is the org's, and not in the channel."""
GONE = dict.fromkeys(ROLES, 404)
EVERYBODY = dict.fromkeys(ROLES, 200)
MANAGERS = {"admin": 200, "member": 403, "outsider": 403, "owner": 200}
SENDER = {"admin": 200, "member": 403, "outsider": 403, "owner": 403}
MEMBERS = {"admin": 200, "member": 200, "outsider": 403, "owner": 403}
IN_PUBLIC: dict[str, tuple[str, str, Any, dict[str, int]]] = {
    "get": ("GET", "", None, EVERYBODY),
    "update": ("PATCH", "", {"topic": "new"}, MANAGERS),
    "delete": ("DELETE", "", None, MANAGERS),
    "list members": ("GET", "/members", None, EVERYBODY),
    "add": ("POST", "/members", {"user_id": "{spare}"}, MANAGERS),
    "add admin": ("POST", "/members", {"user_id": "{spare}", "role": "admin"}, MANAGERS),
    "remove": ("DELETE", "/members/{member2}", None, MANAGERS),
    "list messages": ("GET", "/messages", None, EVERYBODY),
    "post": ("POST", "/messages", {"content": "hello"}, EVERYBODY),
    "get message": ("GET", "/messages/{message}", None, EVERYBODY),
    "edit": ("PATCH", "/messages/{message}", {"content": "changed"}, SENDER),
    "edit metadata": ("PATCH", "/messages/{message}", {"metadata": {}}, SENDER),
    "pin": ("PATCH", "/messages/{message}", {"pinned": True}, MEMBERS | {"owner": 200}),
    "membership": ("GET", "/membership", None, MEMBERS),
    "mark": ("PATCH", "/membership", {"last_read_message_id": "{message}"}, MEMBERS),
    "follow": ("GET", "/events", None, EVERYBODY),
}


class Cast:
    """People of an org, and channels in which each has a role."""

    def __init__(self, server: ServerProcess) -> None:
        self.owner = Talk.of_owner(server)
        self.people = {
            name: new_member(server) for name in ("admin", "member", "outsider", "member2", "spare")
        }

    def talk(self, name: str) -> Talk:
        return self.owner if name == "owner" else self.owner.by(self.people[name].http)

    def channel(self, **fields: Any) -> dict[str, Any]:
        members = [self.people[name].id for name in ("member", "member2")]
        return self.talk("admin").create(member_ids=members, **fields)


@pytest.fixture(scope="module")
def casts() -> dict[str, Cast]:
    return {}


@pytest.fixture
def cast(casts: dict[str, Cast], server: ServerProcess, database_kind: DatabaseKind) -> Cast:
    if database_kind not in casts:
        casts[database_kind] = Cast(server)
    return casts[database_kind]


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
@pytest.mark.parametrize("operation", IN_PUBLIC)
def test_each_role_may_what_the_table_says(cast: Cast, operation: str, private: bool) -> None:
    method, path, body, expected = IN_PUBLIC[operation]
    if private:
        expected = expected | {"outsider": 404, "owner": 404}
    for role in ROLES:
        channel = cast.channel(private=private)
        message = cast.talk("admin").post(channel)
        values = {name: somebody.id for name, somebody in cast.people.items()} | {"message": message["id"]}
        given = body and {
            key: value.format(**values) if isinstance(value, str) else value for key, value in body.items()
        }
        who = cast.talk(role)
        status = _status(who, method, f"/{channel['id']}{path.format(**values)}", given)
        assert min(status, 200 if status < 300 else status) == expected[role], (role, status)
        if status == 404:
            assert channel["id"] not in _listed(who)


def _status(who: Talk, method: str, path: str, body: Any) -> int:
    if not path.endswith("/events"):
        return who.call(method, path, body).status_code
    with who.http.stream("GET", f"/projects/{who.project}/channels{path}") as answer:
        return answer.status_code


def _listed(who: Talk, **params: Any) -> list[str]:
    return [one["id"] for one in answered(who.call("GET", limit=200, **params), 200)["items"]]


def test_lists_show_what_is_public_and_where_one_is_a_member(cast: Cast) -> None:
    public, private = cast.channel()["id"], cast.channel(private=True)["id"]
    for role, expected in {"member": {public, private}, "outsider": {public}, "owner": {public}}.items():
        who = cast.talk(role)
        assert {public, private} & set(_listed(who)) == expected
        assert private not in _listed(who, private="false")
        assert (private in _listed(who, private="true")) is (private in expected)
        assert public not in _listed(who, private="true")


def test_everybody_joins_and_leaves_a_public_channel_alone(cast: Cast) -> None:
    channel, outsider = cast.channel(), cast.people["outsider"].id
    who, path = cast.talk("outsider"), f"/{channel['id']}/members"
    refused(who.call("POST", path, {"user_id": outsider, "role": "admin"}), 403, "not_channel_admin")
    assert who.add(channel, outsider)["role"] == "member"
    refused(who.call("POST", path, {"user_id": outsider}), 409, "already_member")
    assert answered(who.call("GET", f"/{channel['id']}"), 200)["member_count"] == 4
    answered(who.call("DELETE", f"{path}/{outsider}"), 204)
    refused(who.call("DELETE", f"{path}/{outsider}"), 404, "not_found")
    assert answered(who.call("GET", f"/{channel['id']}"), 200)["member_count"] == 3


def test_who_is_removed_from_a_private_channel_sees_it_no_more(cast: Cast) -> None:
    channel = cast.channel(private=True)
    member = cast.people["member"].id
    answered(cast.talk("admin").call("DELETE", f"/{channel['id']}/members/{member}"), 204)
    refused(cast.talk("member").call("GET", f"/{channel['id']}"), 404, "not_found")
    body = {"content": "hello"}
    refused(cast.talk("member").call("POST", f"/{channel['id']}/messages", body), 404, "not_found")


def test_when_the_last_admin_leaves_the_first_to_join_becomes_one(cast: Cast) -> None:
    channel = cast.channel(private=True)
    admin, spare = cast.people["admin"].id, cast.people["spare"].id
    cast.talk("admin").add(channel, spare)
    answered(cast.talk("admin").call("DELETE", f"/{channel['id']}/members/{admin}"), 204)
    roles = cast.talk("spare").roles(channel)
    assert sorted(roles.values()) == ["admin", "member", "member"]
    assert roles[spare] == "member"


def test_as_long_as_there_is_an_admin_nobody_becomes_one(cast: Cast) -> None:
    channel = cast.channel()
    admin, spare = cast.people["admin"].id, cast.people["spare"].id
    cast.talk("admin").add(channel, spare, "admin")
    answered(cast.talk("admin").call("DELETE", f"/{channel['id']}/members/{admin}"), 204)
    assert cast.owner.roles(channel) == {
        spare: "admin",
        cast.people["member"].id: "member",
        cast.people["member2"].id: "member",
    }


def test_a_private_channel_without_members_falls_to_the_owners(cast: Cast) -> None:
    channel = cast.talk("admin").create(private=True)
    admin = cast.people["admin"].id
    assert channel["id"] not in _listed(cast.owner)
    answered(cast.talk("admin").call("DELETE", f"/{channel['id']}/members/{admin}"), 204)
    refused(cast.talk("admin").call("GET", f"/{channel['id']}"), 404, "not_found")
    assert channel["id"] in _listed(cast.owner)
    cast.owner.add(channel, cast.people["member"].id, "admin")
    refused(cast.owner.call("GET", f"/{channel['id']}"), 404, "not_found")
    assert channel["id"] in _listed(cast.talk("member"))


def test_only_an_admin_who_still_is_one_manages(cast: Cast) -> None:
    channel = cast.channel()
    spare = cast.people["spare"].id
    cast.talk("admin").add(channel, spare, "admin")
    answered(cast.talk("spare").call("DELETE", f"/{channel['id']}/members/{cast.people['admin'].id}"), 204)
    refused(cast.talk("admin").call("PATCH", f"/{channel['id']}", {"topic": "x"}), 403, "not_channel_admin")


def test_a_direct_message_is_private_and_keeps_its_members(cast: Cast) -> None:
    other, spare = cast.people["member"].id, cast.people["spare"].id
    message = cast.talk("admin").create(kind="dm", private=False, member_ids=[other])
    assert (message["kind"], message["private"], message["member_count"]) == ("dm", True, 2)
    for who in (cast.owner, cast.talk("outsider")):
        refused(who.call("GET", f"/{message['id']}"), 404, "not_found")
    path = f"/{message['id']}/members"
    for who in (cast.talk("admin"), cast.talk("member")):
        refused(who.call("POST", path, {"user_id": spare}), 409, "fixed_members")
    refused(cast.talk("member").call("DELETE", f"{path}/{other}"), 409, "fixed_members")
    refused(
        cast.talk("admin").call("PATCH", f"/{message['id']}", {"private": False}), 400, "validation_failed"
    )
    assert message["id"] in _listed(cast.talk("member"), kind="dm")
    again: dict[str, Any] = {
        "name": unique("dm"),
        "display_name": "x",
        "kind": "dm",
        "member_ids": [cast.people["admin"].id],
    }
    error = refused(cast.talk("member").call("POST", "", again), 409, "direct_message_exists")
    assert message["id"] in error["message"]
    answered(cast.talk("admin").call("DELETE", f"/{message['id']}"), 204)
    assert cast.talk("member").create(**again)["created_by"] == other


def test_a_channel_is_full_at_a_thousand_members(cast: Cast, fill: Callable[[str, int], None]) -> None:
    channel = cast.channel()
    fill(channel["id"], 996)
    cast.talk("outsider").add(channel, cast.people["outsider"].id)
    body = {"user_id": cast.people["spare"].id}
    refused(cast.talk("spare").call("POST", f"/{channel['id']}/members", body), 409, "channel_full")


def test_a_name_that_is_no_member_is_refused(cast: Cast) -> None:
    channel = cast.channel()
    body = {"user_id": "usr_unknown"}
    error = refused(
        cast.talk("admin").call("POST", f"/{channel['id']}/members", body), 400, "validation_failed"
    )
    assert "usr_unknown" in error["message"]


def test_what_others_said_is_unread_until_it_is_read(cast: Cast) -> None:
    channel = cast.channel()
    posted = [cast.talk("admin").post(channel)["id"] for _ in range(3)]
    cast.talk("member").post(channel)
    path = f"/{channel['id']}/membership"
    assert answered(cast.talk("member").call("GET", path), 200)["unread_count"] == 3
    assert answered(cast.talk("admin").call("GET", path), 200)["unread_count"] == 1
    marked = answered(cast.talk("member").call("PATCH", path, {"last_read_message_id": posted[1]}), 200)
    assert marked["unread_count"] == 1
    cast.talk("outsider").add(channel, cast.people["outsider"].id)
    joined = answered(cast.talk("outsider").call("GET", path), 200)
    assert (joined["unread_count"], joined["last_read_message_id"]) == (
        0,
        cast.talk("member").messages(channel)[0]["id"],
    )


def test_who_leaves_the_org_leaves_its_channels_and_what_was_said_stays(
    cast: Cast, server: ServerProcess
) -> None:
    leaver = new_member(server)
    who = cast.owner.by(leaver.http)
    alone = who.create(private=True)
    shared = who.create(private=True, member_ids=[cast.people["member"].id, cast.people["spare"].id])
    public = cast.channel()
    who.add(public, leaver.id)
    said = who.post(shared, "farewell")

    answered(server.http.delete(f"/orgs/{leaver.org_id}/members/{leaver.id}"), 204)

    assert who.call("GET").status_code == 401
    assert leaver.id not in cast.owner.roles(public)
    assert answered(cast.owner.call("GET", f"/{public['id']}"), 200)["member_count"] == 3
    roles = cast.talk("member").roles(shared)
    assert sorted(roles.values()) == ["admin", "member"]
    assert cast.talk("member").messages(shared) == [said]
    assert cast.owner.roles(alone) == {}
    answered(cast.owner.call("DELETE", f"/{alone['id']}"), 204)


def test_who_comes_back_to_the_org_can_have_another_direct_message(cast: Cast, server: ServerProcess) -> None:
    leaver = new_member(server)
    member, members = cast.talk("member"), f"/orgs/{leaver.org_id}/members"
    left = member.create(kind="dm", member_ids=[leaver.id])
    keeper = new_org(server)
    answered(
        keeper.http.post(f"/orgs/{keeper.id}/members", json={"user_id": leaver.id, "role": "member"}), 201
    )
    answered(server.http.delete(f"{members}/{leaver.id}"), 204)
    answered(server.http.post(members, json={"user_id": leaver.id, "role": "member"}), 201)
    again = member.create(kind="dm", member_ids=[leaver.id])
    assert set(member.roles(again)) == {cast.people["member"].id, leaver.id}
    assert set(member.roles(left)) == {cast.people["member"].id}


def test_who_left_the_org_cannot_be_added(cast: Cast, server: ServerProcess) -> None:
    leaver: Somebody = new_member(server)
    answered(server.http.delete(f"/orgs/{leaver.org_id}/members/{leaver.id}"), 204)
    channel = cast.channel()
    body = {"user_id": leaver.id}
    refused(cast.talk("admin").call("POST", f"/{channel['id']}/members", body), 400, "validation_failed")


def test_a_key_that_may_only_read_posts_nothing(cast: Cast, server: ServerProcess) -> None:
    key = {"name": unique("key"), "permissions": ["mobius.channel.read"]}
    made = answered(server.http.post(f"/projects/{cast.owner.project}/api-keys", json=key), 201)
    channel = cast.channel()
    with server.client(made["key"]) as reader:
        who: Talk = cast.owner.by(reader)
        assert who.messages(channel) == []
        body = {"content": "hello"}
        answer: httpx.Response = who.call("POST", f"/{channel['id']}/messages", body)
        refused(answer, 403, "permission_denied")
