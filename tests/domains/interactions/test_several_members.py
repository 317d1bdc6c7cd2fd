"""Who may answer, and what happens when several may, or have to."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.domains.behind import execute
from tests.domains.conversation import answered, refused
from tests.domains.interactions.asking import Asking, asking_step
from tests.domains.people import Somebody, new_member, new_service_account
from tests.harness.server import ServerProcess

SIGNALS = """
WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
INSERT INTO signals (project_id, run_id, id, topic, arrival, payload, created_at)
SELECT project_id, id, 'sig_' || n, 'other', 1, '{{}}', 1 FROM n CROSS JOIN runs WHERE id = '{}'"""


@pytest.fixture
def asking(server: ServerProcess) -> Asking:
    return Asking(server)


@pytest.fixture
def people(server: ServerProcess) -> list[Somebody]:
    return [new_member(server) for _ in range(3)]


def ids(people: list[Somebody]) -> list[str]:
    return [one.id for one in people]


def leave(asking: Asking, somebody: Somebody) -> None:
    """Take somebody out of the org."""
    answered(asking.server.http.delete(f"/orgs/{somebody.org_id}/members/{somebody.id}"), 204)


def test_only_who_is_asked_answers(asking: Asking, people: list[Somebody]) -> None:
    asked, other, _ = people
    to_member = asking.ask(asking.to(asked.id))
    to_group = asking.ask(asking.group(asked.id))
    account = new_service_account(asking.server, asking.project)
    for http in (other.http, asking.server.http, account.http):
        for one in (to_member, to_group):
            refused(asking.act(http, "respond", one["id"], {"value": True}), 403, "not_a_recipient")
        refused(asking.act(http, "claim", to_group["id"]), 403, "not_a_recipient")
    assert asking.inbox(other.http) == asking.inbox(account.http) == []
    assert asking.inbox(asked.http) == [to_group["id"], to_member["id"]]
    for one in (to_member, to_group):
        done = asking.respond(one["id"], True, asked.http)
        assert done["responder_actor"] == asking.to(asked.id)


def test_of_two_who_answer_at_once_one_does(asking: Asking, people: list[Somebody]) -> None:
    for _ in range(5):
        asked = asking.ask(asking.group(*ids(people)))

        def respond(one: Somebody, id: str = asked["id"]) -> httpx.Response:
            return asking.act(one.http, "respond", id, {"value": True, "comment": one.id})

        with ThreadPoolExecutor(3) as threads:
            answers = list(threads.map(respond, people))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        [winner] = [answer.json() for answer in answers if answer.status_code == 200]
        assert winner["response"]["comment"] == winner["responder_actor"]["id"]
        assert asking.interaction(asked["id"]) == winner


def test_while_one_has_claimed_it_others_neither_answer_nor_claim(
    asking: Asking, people: list[Somebody]
) -> None:
    holder, other, _ = people
    asked = asking.ask(asking.group(*ids(people)))
    assert answered(asking.act(holder.http, "claim", asked["id"]), 200)["claimed_by"] == holder.id
    for verb in ("respond", "claim"):
        refused(asking.act(other.http, verb, asked["id"], {"value": True}), 409, "claimed_by_another")
    refused(asking.act(other.http, "release", asked["id"]), 403, "not_the_holder")
    answered(asking.act(asking.server.http, "release", asked["id"]), 200)  # the owner of the org
    answered(asking.act(other.http, "claim", asked["id"]), 200)
    answered(asking.act(other.http, "release", asked["id"]), 200)
    assert asking.respond(asked["id"], False, holder.http)["response"]["value"] is False


def test_of_many_claims_at_once_one_holds(asking: Asking, people: list[Somebody]) -> None:
    asked = asking.ask(asking.group(*ids(people)))
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda one: asking.act(one.http, "claim", asked["id"]), people))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


@pytest.mark.parametrize("how", ["policy", "request"])
def test_when_all_have_to_answer_the_last_one_completes_it(
    asking: Asking, people: list[Somebody], how: str
) -> None:
    policy = "all_members" if how == "policy" else "first_responder"
    asked = asking.ask(asking.group(*ids(people), policy=policy), require_all=how == "request")
    assert (asked["require_all"], asked["partial_responses"]) == (True, [])
    assert asked["target_member_snapshot"] == ids(people)
    one, two, three = people
    partly = asking.respond(asked["id"], True, two.http, comment="yes")
    assert (partly["status"], partly["response"]) == ("pending", None)
    [given] = partly["partial_responses"]
    assert {"user_id": two.id, "value": True, "comment": "yes"}.items() <= given.items()
    refused(asking.act(two.http, "respond", asked["id"], {"value": False}), 409, "already_responded")
    asking.respond(asked["id"], False, three.http)
    done = asking.respond(asked["id"], True, one.http)
    assert done["status"] == "completed"
    assert done["response"]["value"] is False
    assert done["responder_actor"] == {"type": "group", "id": done["target_group_id"]}
    assert [(given["user_id"], given["value"]) for given in done["partial_responses"]] == [
        (one.id, True),
        (two.id, True),
        (three.id, False),
    ]
    [listed] = asking.get("/interactions?limit=1")["items"]
    assert listed == done


def test_answers_of_all_make_a_list_in_the_order_of_the_members(
    asking: Asking, people: list[Somebody]
) -> None:
    group = asking.group(*ids(people))
    run = asking.start(asking_step({"type": "group", "id": group["id"], "require_all": True}, type="input"))
    [asked] = asking.get("/interactions")["items"]
    for number, one in reversed(list(enumerate(people))):
        asking.respond(asked["id"], f"answer {number}", one.http)
    result = asking.result(asking.wait_for(run["id"], "completed"))["the_decision"]
    assert result["value"] == ["answer 0", "answer 1", "answer 2"]
    assert [response["user_id"] for response in result["responses"]] == ids(people)
    assert result["responder"]["type"] == "group"


def test_an_agent_answers_with_its_service_account(asking: Asking, people: list[Somebody]) -> None:
    account = asking.agent("drafts")
    asked = asking.ask({"type": "agent", "id": "drafts"}, type="input")
    refused(asking.act(people[0].http, "respond", asked["id"], {"value": "x"}), 403, "not_this_agent")
    done = asking.respond(asked["id"], "a draft", account.http)
    assert done["responder_actor"] == {"type": "agent", "id": "drafts"}
    assert done["target_member_snapshot"] is None


def test_who_leaves_the_org_is_asked_no_more(asking: Asking, people: list[Somebody]) -> None:
    one, two, three = people
    alone = asking.ask(asking.to(one.id))
    first = asking.ask(asking.group(*ids(people)))
    every = asking.ask(asking.group(*ids(people), policy="all_members"))
    step = asking_step({"type": "user", "id": one.id})
    asking.start(step)
    answered(asking.act(one.http, "claim", first["id"]), 200)
    asking.respond(every["id"], True, two.http)
    asking.respond(every["id"], True, three.http)
    leave(asking, one)
    asking.until(lambda: asking.interaction(alone["id"])["status"] == "expired")
    asking.until(lambda: asking.interaction(every["id"])["status"] == "completed")
    done = asking.interaction(every["id"])
    assert [given["user_id"] for given in done["partial_responses"]] == [two.id, three.id]
    assert done["response"]["value"] is True
    assert asking.claim()["parameters"]["problem"]["Error"] == "timeout"
    assert asking.interaction(first["id"])["claimed_by"] is None
    asking.respond(first["id"], True, two.http)
    assert one.id not in str(asking.get("/groups/group-0/members"))


def test_when_all_have_left_before_they_answered_it_expires(asking: Asking, people: list[Somebody]) -> None:
    asked = asking.ask(asking.group(*ids(people), policy="all_members"))
    for one in people:
        leave(asking, one)
    asking.until(lambda: asking.interaction(asked["id"])["status"] == "expired")


def test_who_leaves_has_answered_what_was_answered(asking: Asking, people: list[Somebody]) -> None:
    one, two, three = people
    asked = asking.ask(asking.group(*ids(people), policy="all_members"))
    asking.respond(asked["id"], False, one.http)
    leave(asking, one)
    asking.respond(asked["id"], True, two.http)
    done = asking.respond(asked["id"], True, three.http)
    assert (done["status"], done["response"]["value"]) == ("completed", False)
    assert len(done["partial_responses"]) == 3


def test_answers_wait_for_room_among_the_signals_of_their_run(asking: Asking, people: list[Somebody]) -> None:
    one, two, _ = people
    run = asking.start(
        {"name": "wait", "steps": [{"name": "go", "wait_signal": {"topic": "go", "timeout": "1h"}}]}
    )
    group = asking.group(one.id, two.id, policy="all_members")
    asked = asking.ask(group, run_id=run["id"], topic="answer")
    asking.respond(asked["id"], True, one.http)
    execute(asking.server, SIGNALS.format(run["id"]))
    leave(asking, two)
    soon = (datetime.now(UTC) + timedelta(seconds=0.5)).isoformat()
    other = asking.ask(expires_at=soon)
    asking.until(lambda: asking.interaction(other["id"])["status"] == "expired")
    assert asking.interaction(asked["id"])["status"] == "pending"
    execute(asking.server, f"DELETE FROM signals WHERE run_id = '{run['id']}'")
    asking.until(lambda: asking.interaction(asked["id"])["status"] == "completed")
    assert "signals wait to be consumed" not in asking.server.log_text()


def test_an_inbox_is_followed_live(asking: Asking, people: list[Somebody]) -> None:
    one, two, _ = people
    group = asking.group(*ids(people))
    before = asking.ask(group)
    with one.http.stream("GET", f"/projects/{asking.project}/inbox/events", params={"since": 0}) as stream:
        frames = (line for line in stream.iter_lines() if line.startswith("data:"))
        assert told(next(frames)) == (before["id"], "pending", None)
        asked = asking.ask(asking.to(two.id))
        answered(asking.act(two.http, "claim", before["id"]), 200)
        assert told(next(frames)) == (before["id"], "pending", two.id)
        asking.respond(before["id"], True, two.http)
        assert told(next(frames)) == (before["id"], "completed", two.id)
    asking.respond(asked["id"], True, two.http)
    account = new_service_account(asking.server, asking.project)
    refused(account.http.get(f"/projects/{asking.project}/inbox/events"), 403, "no_inbox")


def told(line: str) -> tuple[Any, Any, Any]:
    frame = json.loads(line.removeprefix("data:"))
    assert frame["type"] == "inbox_updated"
    data = frame["data"]
    return data["interaction_id"], data["status"], data["claimed_by"]
