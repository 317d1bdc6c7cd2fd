"""What several do to a channel at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.domains.channels.remains import until_only_its_deletion_is_told
from tests.domains.channels.talk import Talk
from tests.domains.conversation import answered, unique
from tests.domains.locking import holding, until_waiting
from tests.domains.people import new_member
from tests.harness.server import ServerProcess


@pytest.mark.anyio
async def test_who_posts_or_joins_while_the_channel_is_deleted_leaves_nothing_behind(
    server: ServerProcess,
) -> None:
    owner, member = Talk.of_owner(server), new_member(server)
    channels = [owner.create() for _ in range(5)]
    joining = owner.by(member.http)
    with ThreadPoolExecutor(8) as threads:
        for channel in channels:
            message = owner.post(channel)
            path, join = f"/{channel['id']}/messages", {"user_id": member.id}
            others = [
                *(threads.submit(owner.call, "POST", path, {"content": "x"}) for _ in range(8)),
                threads.submit(joining.call, "POST", f"/{channel['id']}/members", join),
                threads.submit(owner.change, message, pinned=True),
            ]
            gone = threads.submit(owner.call, "DELETE", f"/{channel['id']}")
            assert {one.result().status_code for one in others} <= {200, 201, 404}
            answered(gone.result(), 204)
    for channel in channels:
        await until_only_its_deletion_is_told(server, channel["id"])


def test_admins_who_leave_at_once_leave_an_admin_behind(server: ServerProcess) -> None:
    owner, people = Talk.of_owner(server), [new_member(server) for _ in range(2)]
    for _ in range(5):
        first = owner.by(people[0].http)
        channel = first.create(member_ids=[owner.http.get("/auth/me").json()["user_id"]])
        first.add(channel, people[1].id, "admin")
        with ThreadPoolExecutor(2) as threads:
            leaving = [
                threads.submit(owner.by(one.http).call, "DELETE", f"/{channel['id']}/members/{one.id}")
                for one in people
            ]
            for one in leaving:
                answered(one.result(), 204)
        assert list(owner.roles(channel).values()) == ["admin"]
        assert answered(owner.call("GET", f"/{channel['id']}"), 200)["member_count"] == 1


def test_of_two_with_the_same_name_one_is_created(server: ServerProcess) -> None:
    owner, name = Talk.of_owner(server), unique("channel")
    body = {"name": name, "display_name": "x", "kind": "channel"}
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: owner.call("POST", "", body).status_code, range(4)))
    assert sorted(answers) == [201, 409, 409, 409]


def test_every_change_of_a_channel_counts(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    changes = [{"topic": "new"}, {"display_name": "New"}, {"private": True}]
    with ThreadPoolExecutor(3) as threads:
        for answer in threads.map(lambda body: owner.call("PATCH", f"/{channel['id']}", body), changes):
            answered(answer, 200)
    now = answered(owner.call("GET", f"/{channel['id']}"), 200)
    assert (now["topic"], now["display_name"], now["private"]) == ("new", "New", True)


@pytest.mark.anyio
@pytest.mark.parametrize("database_kind", ["postgres"])
async def test_who_is_taken_out_of_a_channel_and_of_the_org_at_once_is_counted_out_once(
    server: ServerProcess,
) -> None:
    owner, leaver, outsider = Talk.of_owner(server), new_member(server), new_member(server, "admin")
    channel = owner.create(private=True, member_ids=[leaver.id])
    with ThreadPoolExecutor(2) as threads:
        async with holding(server, "channels", channel["id"]) as connection:
            path = f"/{channel['id']}/members/{leaver.id}"
            removal = threads.submit(owner.call, "DELETE", path)
            await until_waiting(connection, removal)
            org = f"/orgs/{leaver.org_id}/members/{leaver.id}"
            leaving = threads.submit(server.http.delete, org)
            await until_waiting(connection, removal, leaving)
        answered(removal.result(), 204)
        answered(leaving.result(), 204)
    assert answered(owner.call("GET", f"/{channel['id']}"), 200)["member_count"] == 1
    answered(owner.by(outsider.http).call("GET", f"/{channel['id']}"), 404)
