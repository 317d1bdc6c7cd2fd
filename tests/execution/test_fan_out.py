"""The jobs of an `each` step."""

from __future__ import annotations

from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess

ITEMS = 19
OWN = ("id", "path_id", "parameters", "parent_job_id")


def test_every_item_is_a_job_of_its_own_and_is_told(server: ServerProcess) -> None:
    talk = Conversation(server)
    each = {"items": [f"page {n}" for n in range(ITEMS)], "as": "page"}
    step = {
        "name": "all",
        "action": "fetch",
        "each": each,
        "parameters": {"page": "${page}", "n": "${index}"},
    }
    run = talk.start({"name": "pages", "steps": [step]}, queue="pages")
    group, *items = talk.run(run["id"])["jobs"]
    assert group["path_id"] == "main/1"
    assert len({item["id"] for item in items}) == ITEMS
    assert {item["parent_job_id"] for item in items} == {group["id"]}
    assert [item["path_id"] for item in items] == [f"main/1[{n}]" for n in range(ITEMS)]
    assert [item["parameters"] for item in items] == [{"page": f"page {n}", "n": n} for n in range(ITEMS)]
    for item in items:
        common = {name: value for name, value in item.items() if name not in OWN}
        assert common == {name: value for name, value in group.items() if name not in OWN}
    told = [event["data"] for event in talk.events() if event["type"] == "job_updated"]
    assert told == [group, *items]
    assert [talk.claim(wait=0)["job_id"] for _ in range(ITEMS)] == [item["id"] for item in items]
    assert talk.try_claim() is None


def test_a_run_that_ends_while_it_fans_out_leaves_no_items(server: ServerProcess) -> None:
    """A branch fails in the very change in which the other one fans out."""
    talk = Conversation(server)
    steps = [
        {
            "name": "fork",
            "action": "fork",
            "next": [{"step": "all", "branch": "a"}, {"step": "bad", "branch": "b"}],
        },
        {"name": "all", "action": "fetch", "each": {"items": [1, 2, 3]}},
        {"name": "bad", "action": "never", "parameters": {"x": "${state.missing.field}"}},
    ]
    run = talk.start({"name": "stopped", "steps": steps})
    talk.complete(talk.claim())
    assert talk.run(run["id"])["status"] == "failed"
    assert talk.try_claim() is None
    assert [job["action"] for job in talk.run(run["id"])["jobs"]] == ["fork"]
    told = [event["data"] for event in talk.events() if event["type"] == "job_updated"]
    assert {job["action"] for job in told} == {"fork"}
