"""Agents talk in channels."""

from __future__ import annotations

import pytest

from tests.domains.agents.team import AgentOfTest, Team
from tests.domains.channels.talk import Talk
from tests.domains.conversation import answered, refused, unique
from tests.domains.people import new_member, new_service_account
from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess


@pytest.fixture
def team(server: ServerProcess) -> Team:
    return Team(server)


@pytest.fixture
def owner(team: Team) -> Talk:
    return Talk(team.http, team.project)


def test_an_agent_posts_under_its_own_name_and_edits_what_it_said(team: Team, owner: Talk) -> None:
    agent, other = team.agent(), team.agent()
    channel = owner.create()
    said = owner.by(agent.http).post(channel, "done")
    assert (said["sender_type"], said["sender_id"], said["sender_session_id"]) == ("agent", agent.id, None)
    assert owner.messages(channel, sender_id=agent.id) == [said]
    assert answered(owner.by(agent.http).change(said, content="done!"), 200)["content"] == "done!"
    refused(owner.by(other.http).change(said, content="undone"), 403, "not_the_sender")
    assert answered(owner.change(said, content="done by hand"), 200)["sender_id"] == agent.id
    refused(owner.by(agent.http).change(owner.post(channel), content="x"), 403, "not_the_sender")


def test_an_agent_posts_in_a_session_that_is_connected(team: Team, owner: Talk) -> None:
    agent, other = team.agent(), team.agent()
    session = agent.open()
    channel, who = owner.create(), owner.by(agent.http)
    fields = {"sender_agent_id": agent.name, "sender_session_id": session}
    assert who.post(channel, **fields)["sender_session_id"] == session
    path = f"/{channel['id']}/messages"
    for body, code in (
        ({"sender_agent_id": agent.id, "sender_session_id": "ses_unknown"}, "session_not_connected"),
        ({"sender_agent_id": agent.id, "sender_session_id": other.open()}, "session_not_connected"),
        ({"sender_agent_id": other.id}, "not_this_agent"),
    ):
        refused(who.call("POST", path, {"content": "x"} | body), 403, code)
    answered(agent.session(session, "disconnect"), 200)
    refused(who.call("POST", path, {"content": "x"} | fields), 403, "session_not_connected")
    refused(who.call("POST", path, {"content": "x", "sender_agent_id": "nobody"}), 404, "not_found")


def test_an_agent_sees_the_private_channels_in_which_it_is_a_member(team: Team, owner: Talk) -> None:
    agent, other = team.agent(), team.agent()
    channel = owner.create(private=True, member_ids=[agent.name])
    assert owner.roles(channel)[agent.id] == "member"
    who = owner.by(agent.http)
    assert who.post(channel)["sender_id"] == agent.id
    assert [one["id"] for one in answered(who.call("GET"), 200)["items"]] == [channel["id"]]
    refused(owner.by(other.http).call("GET", f"/{channel['id']}"), 404, "not_found")
    body = {"content": "x"}
    refused(owner.by(other.http).call("POST", f"/{channel['id']}/messages", body), 404, "not_found")
    membership = answered(who.call("GET", f"/{channel['id']}/membership"), 200)
    assert (membership["user_id"], membership["unread_count"]) == (agent.id, 0)


def test_a_user_posts_as_an_agent_only_if_allowed_and_where_the_agent_is(team: Team, owner: Talk) -> None:
    agent, stranger, member = team.agent(), team.agent(), new_member(team.server)
    channel = owner.create(private=True, member_ids=[agent.id, member.id])
    path = f"/{channel['id']}/messages"
    assert owner.post(channel, sender_agent_id=agent.id)["sender_id"] == agent.id
    body = {"content": "x", "sender_agent_id": stranger.id}
    refused(owner.call("POST", path, body), 404, "not_found")
    body = {"content": "x", "sender_agent_id": agent.id}
    refused(owner.by(member.http).call("POST", path, body), 403, "not_this_agent")


def test_an_account_with_several_agents_says_as_which_it_speaks(team: Team, owner: Talk) -> None:
    agent = team.agent()
    second = {"name": unique("agent"), "service_account_id": agent.record["service_account_id"]}
    twin = answered(team.http.post(f"{team.root}/agents", json=second), 201)
    channel, who = owner.create(private=True, member_ids=[twin["id"]]), owner.by(agent.http)
    assert who.messages(channel) == []
    error = refused(who.call("POST", f"/{channel['id']}/messages", {"content": "x"}), 403, "agent_required")
    assert "2 agents" in error["message"]
    assert who.post(channel, sender_agent_id=twin["id"])["sender_id"] == twin["id"]


def test_an_account_without_agents_reads_what_is_public_and_says_nothing(team: Team, owner: Talk) -> None:
    account = new_service_account(team.server, team.project, "operator")
    public, private, who = owner.create(), owner.create(private=True), owner.by(account.http)
    assert who.messages(public) == []
    refused(who.call("GET", f"/{private['id']}"), 404, "not_found")
    refused(who.call("POST", f"/{public['id']}/messages", {"content": "x"}), 403, "agent_required")


def test_an_agent_joins_leaves_and_follows(team: Team, owner: Talk) -> None:
    agent = team.agent()
    channel, who = owner.create(), owner.by(agent.http)
    assert who.add(channel, agent.id)["user_id"] == agent.id
    with who.following(channel) as following:
        posted = owner.post(channel, "hello")
        assert following.next()["data"] == posted
    answered(who.call("DELETE", f"/{channel['id']}/members/{agent.id}"), 204)
    assert agent.id not in owner.roles(channel)


@pytest.mark.anyio
async def test_a_deleted_agent_leaves_its_channels_and_what_it_said_stays(team: Team, owner: Talk) -> None:
    agent: AgentOfTest = team.agent()
    user = channel_owner(owner)
    alone = owner.create(private=True, member_ids=[agent.id])
    shared = owner.create(member_ids=[agent.id])
    said = owner.by(agent.http).post(shared, "farewell")
    answered(owner.call("DELETE", f"/{alone['id']}/members/{user}"), 204)
    assert owner.by(agent.http).roles(alone) == {agent.id: "admin"}

    answered(team.http.delete(f"{team.root}/agents/{agent.id}"), 204)

    assert owner.messages(shared) == [said]
    assert answered(owner.call("GET", f"/{shared['id']}"), 200)["member_count"] == 1
    assert owner.roles(alone) == {}
    rows = await rows_of(team.server.database_url, team.server.data_dir)
    assert not [row for row in rows["channel_members"] if row["user_id"] == agent.id]
    refused(owner.call("POST", f"/{shared['id']}/members", {"user_id": agent.id}), 400, "validation_failed")


def channel_owner(owner: Talk) -> str:
    """Return the id of the user who owns the server."""
    return str(owner.create()["created_by"])
