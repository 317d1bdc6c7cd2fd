"""A large value is stored once for its run, and shown in full wherever it stands."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobius.execution import large_values
from mobius.execution.large_values import (
    MARK,
    MAX_LEVELS,
    Restoring,
    full_size,
    in_full,
    referred_to,
    shortened,
    text_of,
)
from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.harness.contents import rows_of
from tests.harness.server import ServerProcess

KIB = 1024
LARGE_TEXT = "0123456789abcdef" * (32 * KIB)
RECORDS = [{"id": number, "name": f"record {number}"} for number in range(2_000)]

# Strings that hold the mark, and those that look like references, also to what is stored.
_REFERENCES = st.from_regex(r'\x01["\[{][0-9a-f]{64}:[0-9]{1,4}\x01', fullmatch=True)
_TEXTS = st.text(max_size=60) | _REFERENCES | st.text(alphabet=MARK + '\\u0"{[', max_size=30)
_NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(_TEXTS, inner, max_size=6),
    max_leaves=40,
)


def passing(steps: int, parameters: dict[str, Any], store: str | None = None) -> dict[str, Any]:
    """Return a workflow of steps in sequence that have the same parameters."""
    made: list[dict[str, Any]] = []
    for number in range(steps):
        step: dict[str, Any] = {"name": f"s{number}", "action": "work", "parameters": parameters}
        if store:
            step["store"] = store
        if number < steps - 1:
            step["next"] = [{"step": f"s{number + 1}"}]
        made.append(step)
    return {"name": "passing", "steps": made}


@given(value=_VALUES, large=st.integers(1, 200))
def test_any_value_comes_back_as_it_was(value: Any, large: int) -> None:
    text = msgspec.json.encode(value).decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_values, "LARGE", large)
        short, new = shortened(value, "run_1", {})
        stored = {one.hash: one.text or "" for one in new}
        assert referred_to(short) <= stored.keys()
        assert in_full(short, stored) == text
        assert full_size(short) == len(text)

        restoring = Restoring(stored)
        again = restoring.value(short)
        assert msgspec.json.encode(again).decode() == text
        assert in_full(text_of(again, restoring.known), stored) == text
        assert shortened(again, "run_1", restoring.known) == (short, [])


@given(value=_VALUES)
def test_a_text_without_large_values_is_plain_json(value: Any) -> None:
    text, new = shortened(value, "run_1", {})
    assert (text, new) == (msgspec.json.encode(value).decode(), [])
    assert MARK not in text


def test_a_string_that_looks_like_a_reference_is_a_string() -> None:
    _, [first] = shortened(LARGE_TEXT, "run_1", {})
    forged = bytes(first.reference).decode()
    value = {"forged": forged, "padded": [forged] * 100}
    short, new = shortened(value, "run_1", {})
    stored = {one.hash: one.text or "" for one in [first, *new]}
    assert first.hash not in referred_to(short)
    assert msgspec.json.decode(in_full(short, stored)) == value
    assert Restoring(stored).value(short) == value


def test_a_large_value_is_found_again_within_its_run_only() -> None:
    [here] = shortened({"a": RECORDS}, "run_1", {})[1]
    [again] = shortened({"b": list(RECORDS)}, "run_1", {})[1]
    [elsewhere] = shortened({"a": RECORDS}, "run_2", {})[1]
    assert here.hash == again.hash != elsewhere.hash


def test_levels_of_references_are_bounded() -> None:
    value: Any = None
    for _ in range(5 * MAX_LEVELS):
        value = [value, "x" * 3_000, "y" * 3_000]
    short, new = shortened(value, "run_1", {})
    stored = {one.hash: one.text or "" for one in new}
    assert max(one.levels for one in new) == MAX_LEVELS
    assert in_full(short, stored) == msgspec.json.encode(value).decode()


def test_a_large_input_that_passes_through_twenty_steps_is_stored_once(
    start_server: StartServer, database_url: str | None
) -> None:
    server = start_server()
    talk = Conversation(server)
    run = talk.start(passing(20, {"document": "${inputs.document}"}), inputs={"document": LARGE_TEXT})
    assert run["inputs"] == {"document": LARGE_TEXT}
    for number in range(20):
        if number == 10:
            server.restart()
        job = talk.claim()
        assert job["parameters"] == {"document": LARGE_TEXT}
        talk.complete(job, {"step": number})
    shown = talk.run(run["id"])
    assert shown["status"] == "completed"
    assert shown["inputs"] == {"document": LARGE_TEXT}
    assert [job["parameters"]["document"] for job in shown["jobs"]] == [LARGE_TEXT] * 16  # 8 MiB
    pages = list(pages_of(talk, f"/runs/{run['id']}/action-log"))
    assert [len(page) for page in pages] == [16, 4]  # of 8 MiB at most
    assert [entry["parameters"]["document"] for page in pages for entry in page] == [LARGE_TEXT] * 20
    assert [len(page) for page in pages_of(talk, f"/runs/{run['id']}/jobs")] == [16, 4]
    assert talk.get("/runs")["items"][0]["inputs"] == {"document": LARGE_TEXT}
    events = talk.events(run["id"])
    assert len(events) > 60
    for event in events:
        data = event["data"]
        assert data.get("inputs", data.get("parameters")) == {"document": LARGE_TEXT}
    server.stop()
    assert len(LARGE_TEXT) < bytes_in(database_url, server) < 1.2 * len(LARGE_TEXT)


def test_a_large_result_is_stored_once_wherever_it_goes(
    start_server: StartServer, database_url: str | None
) -> None:
    server = start_server()
    talk = Conversation(server)
    spec = passing(
        3, {"all": "${state}", "two": ["${state?.found?.records}", "${state?.found?.text}"]}, "found"
    )
    run = talk.start(spec | {"state": {"found": None}})
    result = {"records": RECORDS, "text": LARGE_TEXT[: 64 * KIB], "count": len(RECORDS)}
    talk.complete(talk.claim(), result)
    for _ in range(2):
        server.restart()
        job = talk.claim()
        assert job["parameters"] == {"all": {"found": result}, "two": [RECORDS, result["text"]]}
        talk.complete(job, job["parameters"]["all"]["found"])
    shown = talk.run(run["id"])
    assert talk.result(shown) == {"found": result}
    log = talk.get(f"/runs/{run['id']}/action-log")["items"]
    assert [entry["result"] for entry in log] == [result] * 3
    appended = [event["data"] for event in talk.events(run["id"]) if event["type"] == "action_appended"]
    assert appended == log
    server.stop()
    once = len(msgspec.json.encode(result))
    assert once < bytes_in(database_url, server) < once + 32 * KIB


def test_a_large_result_that_is_no_object_is_shown_as_a_value(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(passing(2, {}))
    talk.complete(talk.claim(), LARGE_TEXT)
    many = {f"field {number}": "x" * 100 for number in range(100)}
    talk.complete(talk.claim(), many)
    log = talk.get(f"/runs/{run['id']}/action-log")["items"]
    assert [entry["result"] for entry in log] == [{"value": LARGE_TEXT}, many]


def test_items_and_their_results_are_parts_of_the_lists_they_are_in(
    start_server: StartServer, database_url: str | None
) -> None:
    server = start_server()
    talk = Conversation(server)
    items = [f"ab{number:02}" * 5_000 for number in range(20)]
    spec = {
        "name": "fan",
        "steps": [
            {
                "name": "map",
                "action": "map",
                "each": {"items": "inputs.items", "as": "item"},
                "parameters": {"item": "${item}"},
                "store": "mapped",
                "next": [{"step": "reduce"}],
            },
            {"name": "reduce", "action": "reduce", "parameters": {"all": "${state.mapped}"}},
        ],
    }
    run = talk.start(spec, inputs={"items": items})
    for item in items:
        job = talk.claim(actions=["map"])
        assert job["parameters"] == {"item": item}
        talk.complete(job, {"was": item, "is": item.swapcase()})
    results = [{"was": item, "is": item.swapcase()} for item in items]
    server.restart()
    job = talk.claim(actions=["reduce"])
    assert job["parameters"] == {"all": results}
    talk.complete(job)
    assert talk.result(talk.run(run["id"])) == {"mapped": results}
    server.stop()
    once = 2 * sum(map(len, items))
    assert once < bytes_in(database_url, server) < 1.2 * once


def test_large_signals_reach_who_waits_and_who_comes_later(
    start_server: StartServer, database_url: str | None
) -> None:
    server = start_server()
    talk = Conversation(server)
    wait = {"topic": "news", "timeout": "60s", "store": "news"}
    spec = {
        "name": "listens",
        "steps": [
            {"name": "before", "action": "work", "next": [{"step": "stored"}]},
            {"name": "stored", "wait_signal": wait, "next": [{"step": "direct"}]},
            {"name": "direct", "wait_signal": wait | {"store": "more"}, "next": [{"step": "after"}]},
            {"name": "after", "action": "work", "parameters": {"more": "${state.more}"}},
        ],
    }
    run = talk.start(spec)
    talk.signal(run["id"], "news", {"text": LARGE_TEXT})
    talk.complete(talk.claim())
    talk.wait_for(run["id"], "suspended")
    server.restart()
    talk.signal(run["id"], "news", {"text": LARGE_TEXT, "again": True})
    job = talk.claim()
    more = {"text": LARGE_TEXT, "again": True}
    assert job["parameters"] == {"more": more}
    talk.complete(job)
    assert talk.result(talk.run(run["id"])) == {"news": {"text": LARGE_TEXT}, "more": more}
    server.stop()
    assert len(LARGE_TEXT) < bytes_in(database_url, server) < 1.2 * len(LARGE_TEXT)


def test_a_variable_that_changes_in_every_step_leaves_nothing_behind_but_the_results(
    start_server: StartServer, database_url: str | None
) -> None:
    server = start_server()
    talk = Conversation(server)
    spec = passing(20, {})
    for number, step in enumerate(spec["steps"]):
        step["store"] = f"all.of{number}"
    run = talk.start(spec)
    results = [f"{number:02}" * KIB for number in range(20)]
    for result in results:
        talk.complete(talk.claim(), result)
    expected = {"all": {f"of{number}": result for number, result in enumerate(results)}}
    assert talk.result(talk.run(run["id"])) == expected
    server.stop()
    contents = asyncio.run(rows_of(database_url, server.data_dir))
    assert len(contents["large_values"]) == 1  # what the run resulted in


def test_a_failed_run_with_large_values_is_retried(start_server: StartServer) -> None:
    server = start_server()
    talk = Conversation(server)
    run = talk.start(
        passing(2, {"records": "${inputs.records}", "before": "${state.found}"}, "found")
        | {"state": {"found": RECORDS}},
        inputs={"records": RECORDS},
        metadata={"note": LARGE_TEXT},
    )
    talk.complete(talk.claim(), {"records": RECORDS})
    talk.fail(talk.claim())
    assert talk.run(run["id"])["status"] == "failed"
    server.restart()
    talk.post("/runs/retries", {"run_ids": [run["id"]]}, 200)
    job = talk.claim()
    assert job["parameters"] == {"records": RECORDS, "before": {"records": RECORDS}}
    talk.complete(job, 1)
    shown = talk.run(run["id"])
    assert (talk.result(shown), shown["metadata"]) == ({"found": 1}, {"note": LARGE_TEXT})


def test_two_servers_take_turns_at_a_run_with_large_values(fresh_postgres_url: str, tmp_path: Path) -> None:
    with closing(ServerProcess(tmp_path, fresh_postgres_url)) as server:
        server.start()
        here = Conversation(server)
        turns = [here, Conversation(server.sibling(), here.project)]
        spec = passing(6, {"found": "${state.found}"}, "found") | {"state": {"found": RECORDS}}
        run = here.start(spec)
        found: Any = RECORDS
        for number in range(6):
            job = turns[number % 2].claim()
            assert job["parameters"] == {"found": found}
            found = [*found, number]
            turns[number // 2 % 2].complete(job, found)
        assert here.result(here.run(run["id"])) == {"found": found}


def test_a_repeated_start_shows_its_large_inputs(server: ServerProcess) -> None:
    talk = Conversation(server)
    fields = {"inputs": {"text": LARGE_TEXT}, "metadata": {"note": LARGE_TEXT}, "external_id": "once"}
    first = talk.start(passing(1, {}), **fields)
    assert (first["inputs"], first["metadata"]) == (fields["inputs"], fields["metadata"])
    assert talk.start(passing(1, {}), **fields) == first


def test_large_values_go_with_their_project(start_server: StartServer, database_url: str | None) -> None:
    server = start_server()
    talk = Conversation(server)
    talk.start(passing(1, {}), inputs={"text": LARGE_TEXT})
    assert server.http.delete(f"/projects/{talk.project}").status_code == 204
    give_up = time.monotonic() + 10
    while asyncio.run(rows_of(database_url, server.data_dir))["large_values"]:
        assert time.monotonic() < give_up
        time.sleep(0.05)


def pages_of(talk: Conversation, path: str) -> Iterator[list[Any]]:
    """Yield the items of a list page by page."""
    cursor = ""
    while True:
        page = talk.get(path + cursor)
        yield page["items"]
        if not page["has_more"]:
            return
        cursor = f"?cursor={page['next_cursor']}"


def bytes_in(database_url: str | None, server: ServerProcess) -> int:
    """Return how many bytes all values of all rows of all tables take."""
    contents = asyncio.run(rows_of(database_url, server.data_dir))
    return sum(len(str(value)) for rows in contents.values() for row in rows for value in row.values())
