"""What is said in a channel reaches those who follow it, and nobody else."""

from __future__ import annotations

import pytest

from tests.conftest import StartServer
from tests.domains.channels.talk import Talk
from tests.domains.conversation import answered, refused
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
