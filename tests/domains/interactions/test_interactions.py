"""Interactions on their own: who is asked, what is asked, which answers are taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.domains.behind import execute
from tests.domains.conversation import answered, pinned_client, refused
from tests.domains.interactions.asking import Asking, asking_step
from tests.harness.server import ServerProcess

OPTIONS = [{"value": "a", "label": "A"}, {"value": "b", "label": "B", "description": "the other one"}]
SELECT = {"mode": "select", "options": OPTIONS}


@pytest.fixture
def asking(server: ServerProcess) -> Asking:
    return Asking(server)


def test_a_member_is_asked_and_answers_once(asking: Asking) -> None:
    asked = asking.ask(context={"order": 17})
    assert asked["id"].startswith("int_")
    assert {
        "status": "pending",
        "type": "approval",
        "message": "Ship it?",
        "context": {"order": 17},
        "spec": {"mode": "confirm"},
        "target_actor": asking.to(asking.owner),
        "run_id": None,
        "response": None,
        "require_all": False,
    }.items() <= asked.items()
    done = asking.respond(asked["id"], True, comment="sure")
    assert done["status"] == "completed"
    assert done["responder_actor"] == asking.to(asking.owner)
    assert {"value": True, "comment": "sure", "at": done["completed_at"]} == done["response"]
    assert asking.interaction(asked["id"]) == done
    again = asking.act(asking.server.http, "respond", asked["id"], {"value": False})
    refused(again, 409, "interaction_closed")
    assert asking.interaction(asked["id"]) == done


@pytest.mark.parametrize(
    ("kind", "spec", "right", "wrong"),
    [
        ("approval", None, True, ["yes", 1, None, []]),
        ("approval", {"mode": "confirm", "default_confirmed": True}, False, ["false"]),
        ("review", None, "acknowledged", ["other", True]),
        ("review", SELECT, "b", ["c", ["a"], 0]),
        ("input", None, "some text", [True, 1, {"a": 1}]),
        ("input", {"mode": "input", "placeholder": "here", "multiline": True}, "", [["a"]]),
        ("input", SELECT, "a", ["A"]),
        ("input", {"mode": "multi_select", "options": OPTIONS}, ["b", "a"], ["a", ["a", "a"], ["c"], [1]]),
        ("input", {"mode": "multi_select", "options": OPTIONS}, [], [{}]),
    ],
)
def test_an_answer_is_what_the_spec_asks_for(
    asking: Asking, kind: str, spec: Any, right: Any, wrong: list[Any]
) -> None:
    asked = asking.ask(type=kind, **({"spec": spec} if spec else {}))
    for value in wrong:
        answer = asking.act(asking.server.http, "respond", asked["id"], {"value": value})
        assert "expected" in refused(answer, 400, "validation_failed")["message"]
    refused(asking.act(asking.server.http, "respond", asked["id"], {}), 400, "validation_failed")
    assert asking.interaction(asked["id"]) == asked
    assert asking.respond(asked["id"], right)["response"]["value"] == right


@pytest.mark.parametrize(
    "change",
    [
        {"type": "approval", "spec": SELECT},
        {"type": "review", "spec": {"mode": "confirm"}},
        {"type": "input", "spec": {"mode": "confirm"}},
        {"type": "review", "spec": {"mode": "select"}},
        {"type": "review", "spec": {"mode": "select", "options": []}},
        {"type": "review", "spec": {**SELECT, "default_value": "c"}},
        {"type": "input", "spec": {"mode": "multi_select", "options": OPTIONS, "default_values": ["c"]}},
        {"type": "review", "spec": {"mode": "select", "options": [OPTIONS[0], OPTIONS[0]]}},
        {"spec": {"mode": "confirm", "colour": "red"}},
        {"type": "input", "spec": {"mode": "input", "placeholder": "x" * 70_000}},
        {"message": " "},
        {"message": "m" * 10_001},
        {"context": {"much": "x" * 70_000}},
        {"context": {"much": "\N{EURO SIGN}" * 30_000}},
        {"type": "question"},
        {"target_actor": {"type": "member", "id": "usr_nobody"}},
        {"target_actor": {"type": "group", "id": "no-such-group"}},
        {"target_actor": {"type": "user", "id": "x"}},
        {"target_actor": {"type": "agent", "id": ""}},
        {"target_actor": {"type": "agent", "id": "no-such-agent"}},
        {"topic": "without-a-run"},
        {"run_id": "run_without_a_topic"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "soon"},
    ],
)
def test_a_question_that_breaks_a_rule_is_refused(asking: Asking, change: dict[str, Any]) -> None:
    body = {"target_actor": asking.to(asking.owner), "type": "approval", "message": "Ship it?"} | change
    refused(asking.request("POST", "/interactions", body), 400, "validation_failed")
    assert asking.get("/interactions")["items"] == []


def test_a_run_asks_only_so_many_people_at_once(asking: Asking) -> None:
    run = asking.start(asking_step({"type": "user", "id": asking.owner}))
    [asked] = asking.get(f"/interactions?run_id={run['id']}")["items"]
    execute(asking.server, f"UPDATE interactions SET remaining = 10000 WHERE id = '{asked['id']}'")
    body = {"target_actor": asking.to(asking.owner), "type": "approval", "message": "Ship it?"}
    body |= {"run_id": run["id"], "topic": "answer"}
    refused(asking.request("POST", "/interactions", body), 429, "rate_limited")
    execute(asking.server, f"UPDATE interactions SET remaining = 9999 WHERE id = '{asked['id']}'")
    answered(asking.request("POST", "/interactions", body), 201)


def test_an_answer_that_is_too_large_is_refused(asking: Asking) -> None:
    asked = asking.ask(type="input")
    body = {"value": "x" * 20_000}
    refused(asking.act(asking.server.http, "respond", asked["id"], body), 400, "validation_failed")
    asking.respond(asked["id"], "x" * 15_000)


def test_a_group_without_members_cannot_be_asked(asking: Asking) -> None:
    body = {"target_actor": asking.group(), "type": "approval", "message": "Anybody?"}
    error = refused(asking.request("POST", "/interactions", body), 400, "validation_failed")
    assert "no members" in error["message"]


def test_a_group_is_kept_while_it_is_asked(asking: Asking) -> None:
    group = asking.group(asking.owner)
    asked = asking.ask(group)
    refused(asking.request("DELETE", f"/groups/{group['id']}"), 400, "group_in_use")
    asking.respond(asked["id"], True)
    answered(asking.request("DELETE", f"/groups/{group['id']}"), 204)
    assert asking.interaction(asked["id"])["target_member_snapshot"] == [asking.owner]


def test_the_members_and_the_policy_of_a_group_are_kept_as_they_were(asking: Asking) -> None:
    group = asking.group(asking.owner)
    asked = asking.ask(group)
    answered(asking.request("PATCH", f"/groups/{group['id']}", {"routing_policy": "all_members"}), 200)
    answered(asking.request("DELETE", f"/groups/{group['id']}/members/{asking.owner}"), 204)
    kept = asking.interaction(asked["id"])
    assert kept["target_member_snapshot"] == [asking.owner]
    assert kept["routing_policy_snapshot"] == "first_responder"
    assert kept["target_group_id"].startswith("grp_")
    assert kept["partial_responses"] is None
    asking.respond(asked["id"], True)


def test_it_expires_when_nobody_answers_in_time(asking: Asking) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    asked = asking.ask(expires_at=soon)
    later = asking.ask(expires_at=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    asking.until(lambda: asking.interaction(asked["id"])["status"] == "expired")
    expired = asking.interaction(asked["id"])
    assert (expired["response"], expired["completed_at"]) == (None, None)
    refused(
        asking.act(asking.server.http, "respond", asked["id"], {"value": True}), 409, "interaction_closed"
    )
    assert asking.inbox(status="pending") == [later["id"]]
    assert asking.inbox(status="expired") == [asked["id"]]


def test_it_expires_also_when_the_server_died_before(own_server: ServerProcess) -> None:
    asking = Asking(own_server)
    asked = asking.ask(expires_at=(datetime.now(UTC) + timedelta(seconds=1)).isoformat())
    own_server.kill()
    own_server.start()
    asking.until(lambda: asking.interaction(asked["id"])["status"] == "expired")


def test_only_claims_of_first_responder_groups_are_possible(asking: Asking) -> None:
    to_member = asking.ask()
    to_all = asking.ask(asking.group(asking.owner, policy="all_members"))
    required = asking.ask(asking.group(asking.owner), require_all=True)
    for one in (to_member, to_all, required):
        for verb in ("claim", "release"):
            refused(asking.act(asking.server.http, verb, one["id"]), 400, "not_claimable")
    one = asking.ask(asking.group(asking.owner))
    refused(asking.act(asking.server.http, "release", one["id"]), 400, "not_claimed")
    held = answered(asking.act(asking.server.http, "claim", one["id"]), 200)
    assert held["claimed_by"] == asking.owner
    assert held["claimed_at"]
    assert answered(asking.act(asking.server.http, "claim", one["id"]), 200) == held
    free = answered(asking.act(asking.server.http, "release", one["id"]), 200)
    assert (free["claimed_by"], free["claimed_at"]) == (None, None)
    asking.respond(one["id"], True)
    refused(asking.act(asking.server.http, "claim", one["id"]), 409, "interaction_closed")


def test_a_list_is_filtered_and_read_in_pages_newest_first(asking: Asking) -> None:
    group = asking.group(asking.owner)
    asking.agent("bot")
    made = [asking.ask(target)["id"] for target in (None, group, {"type": "agent", "id": "bot"}, group)]
    asking.respond(made[1], True)

    def listed(**query: Any) -> list[str]:
        answer = asking.server.http.get(f"/projects/{asking.project}/interactions", params=query)
        return [one["id"] for one in answered(answer, 200)["items"]]

    assert listed() == made[::-1]
    assert listed(status="pending") == [made[3], made[2], made[0]]
    assert listed(target_actor_type="agent") == [made[2]]
    group_id = asking.interaction(made[1])["target_group_id"]
    assert listed(target_actor_id=group["id"]) == listed(target_actor_id=group_id) == [made[3], made[1]]
    assert listed(target_actor_id=asking.owner) == [made[0]]
    assert listed(inbox="true") == [made[3], made[1], made[0]]
    assert listed(inbox="true", status="pending", target_actor_type="group") == [made[3]]
    assert listed(run_id="run_other") == []
    path = f"/projects/{asking.project}/interactions"
    first = answered(asking.server.http.get(path, params={"limit": 3}), 200)
    assert first["has_more"] is True
    asking.ask()
    rest = answered(asking.server.http.get(path, params={"limit": 3, "cursor": first["next_cursor"]}), 200)
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    wrong = asking.server.http.get(path, params={"inbox": "true", "cursor": first["next_cursor"]})
    refused(wrong, 400, "bad_cursor")


def test_those_of_other_projects_are_not_found(server: ServerProcess, asking: Asking) -> None:
    asked = asking.ask()
    with pinned_client(server, server.new_project()) as stranger:
        refused(asking.act(stranger, "respond", asked["id"], {"value": True}), 404, "not_found")
    other = Asking(server)
    refused(other.act(server.http, "respond", asked["id"], {"value": True}), 404, "not_found")
    assert other.inbox() == []


def test_a_repeated_request_asks_once(asking: Asking) -> None:
    body = {"target_actor": asking.to(asking.owner), "type": "approval", "message": "Once?"}
    headers = {"Idempotency-Key": "ask-once"}
    first, again = (asking.request("POST", "/interactions", body, headers=headers) for _ in range(2))
    assert answered(first, 201) == answered(again, 201)
    assert len(asking.get("/interactions")["items"]) == 1
