"""Agents over HTTP: what can be said about them, and what they are refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.domains.agents.team import Team
from tests.domains.conversation import answered, refused, unique
from tests.domains.people import new_service_account
from tests.harness.server import ServerProcess


@pytest.fixture
def team(server: ServerProcess) -> Team:
    return Team(server)


def test_an_agent_is_shown_as_it_was_created(team: Team) -> None:
    account = new_service_account(team.server, team.project)
    said = {
        "name": "drafter",
        "service_account_id": account.id,
        "display_name": "The Drafter",
        "description": "drafts replies",
        "kind": "llm",
        "capabilities": {"languages": ["en", "de"]},
        "config": {"model": {"name": "m", "temperature": 0.5}},
    }
    made = answered(team.http.post(f"{team.root}/agents", json=said), 201)
    assert made["id"].startswith("agt_")
    assert made["org_id"] == account.org_id
    assert {key: made[key] for key in said} == said
    assert (made["status"], made["presence"]) == ("active", "offline")
    assert made["created_at"] == made["updated_at"]
    for reference in (made["id"], "drafter"):
        assert answered(team.http.get(f"{team.root}/agents/{reference}"), 200) == made
    assert answered(team.http.get(f"{team.root}/agents"), 200) == {"items": [made]}


def test_what_is_left_out_is_left_out(team: Team) -> None:
    shown = team.agent("plain").record
    assert shown["display_name"] == "plain"
    assert not {"description", "kind", "capabilities", "config"} & shown.keys()


def test_a_name_belongs_to_one_agent_of_a_project(team: Team) -> None:
    agent = team.agent("twin")
    again = {"name": "twin", "service_account_id": agent.record["service_account_id"]}
    refused(team.http.post(f"{team.root}/agents", json=again), 409, "name_taken")
    assert Team(team.server).agent("twin").name == "twin"
    with ThreadPoolExecutor(6) as threads:
        body = {**again, "name": "race"}
        codes = list(
            threads.map(
                lambda _: team.http.post(f"{team.root}/agents", json=body).status_code,
                range(6),
            )
        )
    assert sorted(codes) == [201, 409, 409, 409, 409, 409]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 129}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "tab\there"}, "name"),
        ({"name": "default"}, "queue of everybody"),
        ({"name": "agt_1"}, "ids"),
        ({"name": ".."}, "name"),
        ({"display_name": " "}, "display_name"),
        ({"display_name": "x" * 201}, "display_name"),
        ({"description": "x" * 2001}, "description"),
        ({"kind": "x" * 65}, "kind"),
        ({"capabilities": []}, "capabilities"),
        ({"service_account_id": "sa_unknown"}, "sa_unknown"),
    ],
)
def test_what_an_agent_cannot_be_is_refused(team: Team, change: dict[str, Any], says: str) -> None:
    account = new_service_account(team.server, team.project)
    body = {"name": "fine", "service_account_id": account.id, **change}
    error = refused(team.http.post(f"{team.root}/agents", json=body), 400, "validation_failed")
    assert says in error["message"]
    assert answered(team.http.get(f"{team.root}/agents"), 200) == {"items": []}


def test_too_large_an_object_is_refused(team: Team) -> None:
    agent = team.agent()
    large = {"text": "x" * 64 * 1024}
    path = f"{team.root}/agents/{agent.id}"
    refused(team.http.patch(path, json={"config": large}), 413, "too_large")
    sessions = {"transport": "polling", "metadata": {"text": "x" * 16 * 1024}}
    refused(agent.http.post(f"{path}/sessions", json=sessions), 413, "too_large")


def test_the_service_account_must_be_of_the_project(team: Team) -> None:
    elsewhere = new_service_account(team.server, team.server.new_project())
    body = {"name": "stray", "service_account_id": elsewhere.id}
    refused(team.http.post(f"{team.root}/agents", json=body), 400, "validation_failed")


def test_a_service_account_in_use_cannot_be_deleted(team: Team) -> None:
    account = answered(team.http.post(f"{team.root}/service-accounts", json={"name": "keyless"}), 201)
    body = {"name": "tenant", "service_account_id": account["id"]}
    answered(team.http.post(f"{team.root}/agents", json=body), 201)
    path = f"{team.root}/service-accounts/{account['id']}"
    error = answered(team.http.delete(path), 409)["error"]
    assert "agent" in error["message"]
    answered(team.http.delete(f"{team.root}/agents/tenant"), 204)
    answered(team.http.delete(path), 204)


def test_of_an_agent_and_the_deletion_of_its_account_one_fails(team: Team) -> None:
    for _ in range(6):
        accounts = f"{team.root}/service-accounts"
        account = answered(team.http.post(accounts, json={"name": unique("account")}), 201)["id"]
        new = {"name": unique("agent"), "service_account_id": account}
        with ThreadPoolExecutor(2) as threads:
            made = threads.submit(team.http.post, f"{team.root}/agents", json=new)
            gone = threads.submit(team.http.delete, f"{accounts}/{account}")
        outcome = (made.result().status_code, gone.result().status_code)
        assert outcome in {(201, 409), (400, 204), (409, 204)}, outcome


def test_a_change_leaves_what_it_does_not_name(team: Team) -> None:
    agent = team.agent("steady", description="d", kind="k", capabilities={"a": 1}, config={"b": 2})
    path = f"{team.root}/agents/steady"
    changed = answered(team.http.patch(path, json={"display_name": "New", "kind": None}), 200)
    assert changed["display_name"] == "New"
    assert "kind" not in changed
    assert changed["updated_at"] > agent.record["updated_at"]
    kept = ("description", "capabilities", "config", "status", "name", "created_at")
    assert {key: changed[key] for key in kept} == {key: agent.record[key] for key in kept}
    cleared = dict.fromkeys(("description", "capabilities", "config"))
    assert not cleared.keys() & answered(team.http.patch(path, json=cleared), 200).keys()
    for wrong in ({"name": "other"}, {"status": "asleep"}, {"status": None}, {"service_account_id": "sa"}):
        refused(team.http.patch(path, json=wrong), 400, "validation_failed")
    refused(team.http.patch(f"{team.root}/agents/nobody", json={}), 404, "not_found")


def test_the_list_is_newest_first_and_can_be_narrowed(team: Team) -> None:
    agents = [team.agent() for _ in range(3)]

    def names(**query: Any) -> list[str]:
        found = answered(team.http.get(f"{team.root}/agents", params=query), 200)
        return [item["name"] for item in found["items"]]

    assert names() == [agent.name for agent in reversed(agents)]
    assert names(limit=2) == [agents[2].name, agents[1].name]
    assert names(service_account_id=agents[0].record["service_account_id"]) == [agents[0].name]
    answered(team.http.patch(f"{team.root}/agents/{agents[1].id}", json={"status": "inactive"}), 200)
    assert names(status="inactive") == [agents[1].name]
    assert names(status="active", limit=1) == [agents[2].name]
    for query in ({"status": "asleep"}, {"limit": 0}, {"limit": 201}):
        refused(team.http.get(f"{team.root}/agents", params=query), 400, "validation_failed")


def test_sessions_come_and_go(team: Team) -> None:
    agent = team.agent()
    path = f"{team.root}/agents/{agent.name}/sessions"
    metadata = {"hostname": "host", "pid": 7}
    session = answered(agent.http.post(path, json={"transport": "sse", "metadata": metadata}), 201)
    assert session["id"].startswith("ses_")
    assert session["agent_id"] == agent.id
    assert (session["transport"], session["metadata"], session["status"]) == ("sse", metadata, "connected")
    assert session["disconnected_at"] is None
    assert team.presence(agent.name) == "online"

    beaten = answered(agent.session(session["id"], "heartbeat"), 200)
    assert beaten["last_seen_at"] > session["last_seen_at"]
    assert answered(team.http.get(f"{team.root}/agents/sessions/{session['id']}"), 200) == beaten

    other = agent.open()
    listed = answered(team.http.get(path), 200)["items"]
    assert [item["id"] for item in listed] == [other, session["id"]]

    closed = answered(agent.session(session["id"], "disconnect"), 200)
    assert closed["status"] == "disconnected"
    assert closed["disconnected_at"] is not None
    assert answered(agent.session(session["id"], "disconnect"), 200) == closed
    refused(agent.session(session["id"], "heartbeat"), 409, "session_disconnected")

    def ids(**query: str) -> list[str]:
        return [item["id"] for item in answered(team.http.get(path, params=query), 200)["items"]]

    assert ids(limit="1") == [other]
    assert ids(status="connected") == [other]
    assert ids(status="disconnected") == [session["id"]]
    assert ids(status="stale") == []
    assert ids(transport="sse") == [session["id"]]
    assert ids(transport="sse", status="connected") == []


def test_only_the_agents_own_account_and_users_speak_for_it(team: Team) -> None:
    agent, other = team.agent(), team.agent()
    session = agent.open()
    path = f"{team.root}/agents/{agent.name}/sessions"
    refused(other.http.post(path, json={"transport": "polling"}), 403, "not_this_agent")
    for verb in ("heartbeat", "disconnect"):
        refused(other.session(session, verb), 403, "not_this_agent")
    answered(team.http.post(f"{team.root}/agents/sessions/{session}/heartbeat"), 200)
    watcher = new_service_account(team.server, team.project, "viewer")
    refused(watcher.http.post(path, json={"transport": "polling"}), 403, "permission_denied")
    answered(watcher.http.get(path), 200)


@pytest.mark.parametrize("transport", ["", "x" * 65])
def test_a_transport_is_a_word(team: Team, transport: str) -> None:
    agent = team.agent()
    path = f"{team.root}/agents/{agent.name}/sessions"
    refused(agent.http.post(path, json={"transport": transport}), 400, "validation_failed")


def test_a_deleted_agent_takes_its_sessions_along_and_leaves_its_jobs(team: Team) -> None:
    agent = team.agent()
    session = agent.open()
    team.start(agent.name)
    job = answered(team.claim(agent.http, agent_id=agent.id, agent_session_id=session), 200)
    answered(team.http.delete(f"{team.root}/agents/{agent.name}"), 204)
    refused(team.http.get(f"{team.root}/agents/{agent.id}"), 404, "not_found")
    refused(team.http.get(f"{team.root}/agents/sessions/{session}"), 404, "not_found")
    refused(team.http.delete(f"{team.root}/agents/{agent.name}"), 404, "not_found")
    done = {"worker_id": "w", "attempt": job["attempt"], "status": "completed"}
    answered(agent.http.post(f"{team.root}/jobs/{job['job_id']}/complete", json=done), 204)
    assert team.agent(agent.name).id != agent.id


def test_a_deleted_project_takes_its_agents_along(team: Team) -> None:
    agent = team.agent()
    agent.open()
    answered(team.http.delete(team.root), 204)
    answered(team.http.post("/projects", json={"name": team.project, "handle": team.project}), 201)
    assert answered(team.http.get(f"{team.root}/agents"), 200) == {"items": []}
