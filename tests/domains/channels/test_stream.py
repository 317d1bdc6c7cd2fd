"""What is said in a channel reaches those who follow it, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import StartServer
from tests.domains.channels.talk import Talk
from tests.domains.conversation import answered, refused
from tests.domains.people import client_of, new_member
from tests.harness.server import ServerProcess


def test_tells_the_channel_and_then_everything_that_happens(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    other = owner.create()
    owner.post(channel, "before")
    with owner.following(channel) as following:
        assert following.first["type"] == "channel.updated"
        assert following.first["data"]["id"] == channel["id"]
        owner.post(other, "elsewhere")
        posted = owner.post(channel, "now")
        edited = answered(owner.change(posted, content="edited"), 200)
        changed = answered(owner.call("PATCH", f"/{channel['id']}", {"topic": "new"}), 200)
        told = [following.next() for _ in range(3)]
    assert [(event["type"], event["data"]) for event in told] == [
        ("channel.message.created", posted),
        ("channel.message.updated", edited),
        ("channel.updated", changed),
    ]
    assert {event["subject"] for event in told} == {channel["id"]}
    assert [event["seq"] for event in told] == sorted(event["seq"] for event in told)


def test_replays_from_the_beginning_and_from_where_a_reader_was(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    posted = [owner.post(channel, str(number)) for number in range(3)]
    with owner.following(channel, since=0) as following:
        created = following.next()
        told = [following.next() for _ in posted]
    assert created["type"] == "channel.created"
    assert [event["data"] for event in told] == posted
    with owner.following(channel, since=told[1]["seq"]) as following:
        assert following.first["seq"] == told[1]["seq"]
        assert following.next()["data"] == posted[2]


def test_what_is_listed_after_the_first_event_and_what_follows_is_all_there_is(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    before = owner.post(channel, "before")
    with owner.following(channel) as following:
        listed = owner.messages(channel)
        after = owner.post(channel, "after")
        event = following.next()
        while event["data"]["id"] != after["id"]:
            event = following.next()
    assert listed == [before]


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_what_is_posted_at_one_server_is_read_at_another(start_server: StartServer) -> None:
    here = start_server()
    there = here.sibling()
    owner = Talk.of_owner(here)
    channel = owner.create()
    with owner.by(there.http).following(channel) as following:
        posted = [owner.post(channel, str(number)) for number in range(5)]
        assert [following.next()["data"] for _ in posted] == posted
        answered(owner.call("DELETE", f"/{channel['id']}"), 204)
        following.ends()


def test_ends_when_the_channel_is_deleted(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    with owner.following(channel) as following:
        answered(owner.call("DELETE", f"/{channel['id']}"), 204)
        following.ends()
    refused(owner.call("GET", f"/{channel['id']}/events"), 404, "not_found")


def test_ends_for_who_is_removed_from_a_private_channel_and_for_nobody_else(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    leaver, stayer = new_member(server), new_member(server)
    channel = owner.create(private=True, member_ids=[leaver.id, stayer.id])
    with (
        owner.by(leaver.http).following(channel) as theirs,
        owner.by(stayer.http).following(channel) as others,
    ):
        before = owner.post(channel, "before")
        assert theirs.next()["data"] == before == others.next()["data"]
        answered(owner.call("DELETE", f"/{channel['id']}/members/{leaver.id}"), 204)
        after = owner.post(channel, "after")
        assert "channel.message.created" not in [event["type"] for event in theirs.ends()]
        assert others.next()["type"] == "channel.member.removed"
        assert others.next()["data"] == after


def test_ends_for_others_when_the_channel_becomes_private(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    member, outsider = new_member(server), new_member(server)
    channel = owner.create(member_ids=[member.id])
    with (
        owner.by(outsider.http).following(channel) as theirs,
        owner.by(member.http).following(channel) as others,
    ):
        answered(owner.call("PATCH", f"/{channel['id']}", {"private": True}), 200)
        said = owner.post(channel, "among us")
        assert "channel.message.created" not in [event["type"] for event in theirs.ends()]
        assert others.next()["type"] == "channel.updated"
        assert others.next()["data"] == said


def test_ends_by_the_clock_when_the_hint_of_a_removal_is_lost(
    server: ServerProcess, execute: Callable[[str], None]
) -> None:
    owner = Talk.of_owner(server)
    leaver = new_member(server)
    channel = owner.create(private=True, member_ids=[leaver.id])
    with owner.by(leaver.http).following(channel) as theirs:
        execute(f"DELETE FROM channel_members WHERE channel_id = '{channel['id']}'")
        assert theirs.ends() == []


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_ends_at_another_server_than_the_one_that_removed_the_member(start_server: StartServer) -> None:
    here = start_server()
    there = here.sibling()
    owner = Talk.of_owner(here)
    leaver = new_member(here)
    channel = owner.create(private=True, member_ids=[leaver.id])
    with (
        client_of(there, str(leaver.http.headers["authorization"]).partition(" ")[2]) as http,
        owner.by(http).following(channel) as theirs,
    ):
        answered(owner.call("DELETE", f"/{channel['id']}/members/{leaver.id}"), 204)
        owner.post(channel, "after")
        assert "channel.message.created" not in [event["type"] for event in theirs.ends()]


def test_a_large_message_comes_whole(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    with owner.following(channel) as following:
        posted = [owner.post(channel, "x" * 32_000, metadata={"y": "z" * 16_000}) for _ in range(4)]
        assert [following.next()["data"] for _ in posted] == posted
