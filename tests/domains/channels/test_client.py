"""The client library talks to channels."""

from __future__ import annotations

import asyncio

import pytest

from mobius.client import AsyncClient, ChannelEvent, Client, Conflict, NotFound, RetryPolicy
from tests.domains.people import new_member
from tests.harness.server import ServerProcess


def test_the_client_does_everything_that_a_channel_offers(server: ServerProcess) -> None:
    other = new_member(server).id
    with Client(server.base_url, server.key, server.new_project(), retry=RetryPolicy(attempts=1)) as client:
        channel = client.create_channel("general", topic="All", member_ids=[other])
        with pytest.raises(Conflict):
            client.create_channel("general")
        private = client.create_channel("secret", private=True)
        direct = client.create_channel("you-and-me", kind="dm", member_ids=[other])
        assert [one.id for one in client.iter_channels(limit=1)] == [direct.id, private.id, channel.id]
        assert [one.id for one in client.list_channels(kind="dm").rows] == [direct.id]
        assert client.get_channel("general") == channel
        assert client.update_channel("general", topic=None, display_name="General").topic is None

        first = client.send_channel_message("general", "one", metadata={"a": 1})
        second = client.send_channel_message("general", "two", reply_to=first.id, type="user.note")
        assert [one.content for one in client.iter_channel_messages("general", limit=1)] == ["two", "one"]
        assert client.list_channel_messages("general", reply_to=first.id).rows == [second]
        edited = client.update_channel_message("general", first.id, content="1", pinned=True)
        assert client.list_channel_messages("general", pinned=True).rows == [edited]
        assert client.get_channel_message("general", first.id) == edited

        client.remove_channel_member("general", other)
        assert client.add_channel_member("general", other, role="admin").role == "admin"
        assert {one.user_id for one in client.iter_channel_members("general", limit=1)} == {
            other,
            channel.created_by,
        }
        marked = client.update_channel_membership("general", last_read_message_id=second.id, starred=True)
        assert marked.starred
        assert client.get_channel_membership("general") == marked
        client.delete_channel("general")
        with pytest.raises(NotFound):
            client.get_channel("general")


@pytest.mark.anyio
async def test_following_tells_messages_until_the_channel_is_deleted(server: ServerProcess) -> None:
    async with AsyncClient(server.base_url, server.key, server.new_project()) as client:
        await client.create_channel("general")
        told: list[ChannelEvent] = []
        follows = asyncio.Event()

        async def follow() -> None:
            async for event in client.follow_channel("general"):
                told.append(event)
                follows.set()

        following = asyncio.create_task(follow())
        await follows.wait()
        posted = await client.send_channel_message("general", "hello")
        while told[-1].message is None:
            follows.clear()
            await follows.wait()
        await client.delete_channel("general")
        with pytest.raises(NotFound):
            await following
    assert told[0].message is None
    assert posted in [event.message for event in told]
