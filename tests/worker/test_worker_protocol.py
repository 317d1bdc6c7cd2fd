"""What a worker tells a server, and what it does about faults: against a scripted server."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from mobius.client import ConfigurationError, NotAuthenticated
from mobius.worker import ActionContext, ActionError, Actions, EventBufferFull, FatalError, Worker
from tests.worker.scripted_server import ScriptedServer, problem


@asynccontextmanager
async def serving(worker: Worker, *, now: bool = False) -> AsyncIterator[None]:
    """Let a worker serve while the block runs, and stop it."""
    task = asyncio.create_task(worker.serve())
    try:
        yield
    finally:
        worker.stop(now=now)
        await asyncio.wait_for(task, 15)


async def outcome_of(server: ScriptedServer, worker: Worker) -> dict[str, Any]:
    """The first report of a worker."""
    async with serving(worker):
        await server.until(lambda: bool(server.reports))
    return server.reports[0]


async def test_parameters_become_keyword_arguments_and_the_result_is_json() -> None:
    server = ScriptedServer()
    worker = server.worker()

    @worker.action("add")
    def add(a: int, b: int = 10) -> dict[str, int]:
        return {"sum": a + b}

    server.add("add", a=1)
    report = await outcome_of(server, worker)
    assert (report["worker_id"], report["attempt"], report["status"]) == ("w1", 1, "completed")
    assert server.result() == {"sum": 11}


async def test_an_asynchronous_action_may_take_its_parameters_whole_and_the_context() -> None:
    server = ScriptedServer()
    worker = server.worker()

    @worker.action("whole")
    async def whole(parameters: dict[str, Any], context: ActionContext) -> list[Any]:
        return [parameters, context.job_id, context.run_id, context.attempt, context.step_name]

    server.add("whole", x=1, y=2)
    await outcome_of(server, worker)
    assert server.result() == [{"x": 1, "y": 2}, "job_1", "run_1", 1, "whole"]


async def test_the_claim_names_queues_actions_name_and_version() -> None:
    server = ScriptedServer()
    worker = server.worker(queues=["a", "b"], name="mill", version="7", poll_seconds=3)
    worker.actions.add(lambda: None, "one")
    async with serving(worker):
        await server.until(lambda: bool(server.claims))
    assert server.claims[0] == {
        "worker_id": "w1",
        "queues": ["a", "b"],
        "actions": ["one"],
        "wait_seconds": 3,
        "worker_name": "mill",
        "worker_version": "7",
    }


@pytest.mark.parametrize(
    ("error", "error_type", "message"),
    [
        (ActionError("declined", "no money"), "declined", "no money"),
        (FatalError("broken for good"), "fatal_error", "broken for good"),
        (KeyError("order"), "KeyError", "'order'"),
        (TimeoutError(), "TimeoutError", "TimeoutError"),
        (SystemExit(3), "SystemExit", "3"),
    ],
)
@pytest.mark.parametrize("asynchronous", [False, True])
async def test_what_an_action_raises_is_its_failure(
    error: BaseException, error_type: str, message: str, asynchronous: bool
) -> None:
    server = ScriptedServer()
    worker = server.worker()

    def sync() -> None:
        raise error

    async def coroutine() -> None:
        raise error

    worker.actions.add(coroutine if asynchronous else sync, "raise")
    server.add("raise")
    report = await outcome_of(server, worker)
    assert (report["status"], report["error_type"], report["error_message"]) == (
        "failed",
        error_type,
        message,
    )


@pytest.mark.parametrize(
    ("parameters", "says"),
    [({"b": 1}, "missing a required argument: 'a'"), ({"a": 1, "c": 2}, "unexpected keyword argument 'c'")],
)
async def test_parameters_that_do_not_fit_are_fatal(parameters: dict[str, Any], says: str) -> None:
    server = ScriptedServer()
    worker = server.worker()
    worker.actions.add(lambda a, b=0: a + b, "add")
    server.add("add", **parameters)
    report = await outcome_of(server, worker)
    assert report["error_type"] == "fatal_error"
    assert says in report["error_message"]


async def test_a_result_that_is_no_json_is_fatal() -> None:
    server = ScriptedServer()
    worker = server.worker()

    @worker.action
    def odd() -> object:
        return object()

    server.add("odd")
    report = await outcome_of(server, worker)
    assert report["error_type"] == "fatal_error"
    assert "cannot be written as JSON" in report["error_message"]


async def test_a_result_that_the_server_refuses_is_fatal() -> None:
    server = ScriptedServer(answers={"complete": [problem(413, "too_large")]})
    worker = server.worker()
    worker.actions.add(lambda: "x", "big")
    server.add("big")
    report = await outcome_of(server, worker)
    assert (report["status"], report["error_type"]) == ("failed", "fatal_error")


async def test_it_claims_only_for_free_slots() -> None:
    server = ScriptedServer()
    worker = server.worker(concurrency=2)
    release = threading.Event()
    running: list[int] = []

    @worker.action("hold")
    def hold(number: int) -> None:
        running.append(number)
        release.wait(10)

    for number in range(5):
        server.add("hold", number=number)
    async with serving(worker):
        await server.until(lambda: len(server.claims) == 2)
        await asyncio.sleep(0.1)
        assert (len(server.claims), sorted(running)) == (2, [0, 1])
        release.set()
        await server.until(lambda: len(server.reports) == 5)


async def test_synchronous_actions_run_side_by_side() -> None:
    server = ScriptedServer()
    worker = server.worker(concurrency=3)
    together = threading.Barrier(3, timeout=10)
    worker.actions.add(lambda: together.wait() >= 0, "meet")
    for _ in range(3):
        server.add("meet")
    async with serving(worker):
        await server.until(lambda: len(server.reports) == 3)
    assert [report["status"] for report in server.reports] == ["completed"] * 3


async def test_a_report_is_repeated_until_the_server_is_back() -> None:
    faults: list[httpx.Response | Exception] = [
        httpx.ReadError("reset"),
        problem(503, "away"),
        problem(500, "oops"),
    ]
    server = ScriptedServer(answers={"complete": faults})
    worker = server.worker()
    worker.actions.add(lambda: 1, "one")
    server.add("one")
    report = await outcome_of(server, worker)
    assert report["status"] == "completed"


async def test_claims_go_on_after_faults() -> None:
    faults: list[httpx.Response | Exception] = [
        httpx.ConnectError("refused"),
        problem(503, "away"),
        problem(429, "rate_limited"),
    ]
    server = ScriptedServer(answers={"claim": faults})
    worker = server.worker()
    worker.actions.add(lambda: 1, "one")
    server.add("one")
    assert (await outcome_of(server, worker))["status"] == "completed"


async def test_a_server_that_is_about_to_stop_is_not_asked_without_a_pause() -> None:
    server = ScriptedServer(answers={"claim": [httpx.Response(204) for _ in range(5)]})
    worker = server.worker(poll_seconds=20)
    worker.actions.add(lambda: 1, "one")
    server.add("one")
    begun = time.monotonic()
    await outcome_of(server, worker)
    assert time.monotonic() - begun > 5 * 0.125


async def test_a_refused_worker_says_why() -> None:
    server = ScriptedServer(answers={"claim": [problem(401, "not_authenticated")]})
    worker = server.worker()
    worker.actions.add(lambda: 1, "one")
    with pytest.raises(NotAuthenticated):
        await worker.serve()


async def test_cancellation_reaches_an_asynchronous_action() -> None:
    server = ScriptedServer(cancelling=True)
    worker = server.worker()
    cleaned = []

    @worker.action("long")
    async def long() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(1.5)  # a second heartbeat asks again, and must not disturb the cleanup
            cleaned.append(True)

    server.add("long")
    report = await outcome_of(server, worker)
    assert (report["status"], report["error_type"]) == ("failed", "Cancelled")
    assert cleaned


async def test_cancellation_reaches_a_synchronous_action() -> None:
    server = ScriptedServer(cancelling=True)
    worker = server.worker()

    @worker.action("long")
    def long(context: ActionContext) -> None:
        context.cancelled.wait(30)
        context.raise_if_cancelled()

    server.add("long")
    report = await outcome_of(server, worker)
    assert (report["status"], report["error_type"]) == ("failed", "Cancelled")


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_a_lost_lease_stops_the_action_and_reports_nothing(asynchronous: bool) -> None:
    server = ScriptedServer(fenced=True)
    worker = server.worker()
    stopped = threading.Event()

    def sync(context: ActionContext) -> None:
        context.cancelled.wait(30)
        stopped.set()

    async def coroutine() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            stopped.set()

    worker.actions.add(coroutine if asynchronous else sync, "long")
    server.add("long")
    async with serving(worker):
        await server.until(lambda: server.heartbeats > 0)
        assert await asyncio.to_thread(stopped.wait, 5)
    assert "complete" not in server.order
    assert "release" not in server.order


async def test_events_are_batched_and_precede_the_report() -> None:
    server = ScriptedServer()
    worker = server.worker()

    @worker.action("talk")
    def talk(context: ActionContext) -> None:
        for number in range(250):
            context.emit("said", {"number": number})

    server.add("talk")
    await outcome_of(server, worker)
    assert [event["payload"]["number"] for batch in server.events for event in batch] == list(range(250))
    assert max(len(batch) for batch in server.events) <= 100
    assert server.order.index("complete") > max(i for i, verb in enumerate(server.order) if verb == "events")


async def test_events_are_sent_while_the_action_runs() -> None:
    server = ScriptedServer()
    worker = server.worker()
    seen = threading.Event()

    @worker.action("talk")
    def talk(context: ActionContext) -> bool:
        context.emit("early")
        return seen.wait(10)

    server.add("talk")
    async with serving(worker):
        await server.until(lambda: bool(server.events))
        assert not server.reports
        seen.set()
        await server.until(lambda: bool(server.reports))


async def test_more_events_than_fit_hold_up_a_thread_and_fail_a_coroutine() -> None:
    server = ScriptedServer()
    worker = server.worker()

    @worker.action("thread")
    def in_thread(context: ActionContext) -> None:
        for _ in range(3000):
            context.emit("tick")

    @worker.action("coroutine")
    async def in_coroutine(context: ActionContext) -> None:
        for _ in range(3000):
            context.emit("tick")

    server.add("thread")
    server.add("coroutine")
    async with serving(worker):
        await server.until(lambda: len(server.reports) == 2)
    outcomes = {report.get("error_type") for report in server.reports}
    assert outcomes == {None, EventBufferFull.__name__}
    assert sum(map(len, server.events)) == 4000


@pytest.mark.parametrize(
    ("type", "payload"),
    [
        ("mobius.run", {}),
        ("with space", {}),
        ("x" * 65, {}),
        ("", {}),
        ("big", {"x": "y" * 17_000}),
        ("odd", {"x": object()}),
    ],
)
async def test_an_event_that_the_server_would_refuse_fails_where_it_is_made(
    type: str, payload: dict[str, Any]
) -> None:
    server = ScriptedServer()
    worker = server.worker()

    @worker.action("talk")
    async def talk(context: ActionContext) -> None:
        context.emit(type, payload)

    server.add("talk")
    report = await outcome_of(server, worker)
    assert report["error_type"] == "ValueError"
    assert not server.events


async def test_a_stopping_worker_lets_its_jobs_end() -> None:
    server = ScriptedServer()
    worker = server.worker(grace_seconds=10)
    go = asyncio.Event()

    @worker.action("hold")
    async def hold() -> str:
        await go.wait()
        return "done"

    server.add("hold")
    task = asyncio.create_task(worker.serve())
    await server.until(lambda: len(server.claims) == 2)
    worker.stop()
    await asyncio.sleep(0.05)
    server.add("hold")
    go.set()
    await asyncio.wait_for(task, 5)
    assert [report["status"] for report in server.reports] == ["completed"]
    assert len(server.jobs) == 1
    assert not server.released


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_a_job_that_does_not_end_in_time_is_handed_back(asynchronous: bool) -> None:
    server = ScriptedServer()
    worker = server.worker(grace_seconds=0.1)

    async def coroutine() -> None:
        await asyncio.sleep(60)

    def sync(context: ActionContext) -> None:
        context.cancelled.wait(60)
        context.raise_if_cancelled()

    worker.actions.add(coroutine if asynchronous else sync, "hold")
    server.add("hold")
    async with serving(worker):
        await server.until(lambda: len(server.claims) == 2)
    assert server.released == ["job_1"]
    assert not server.reports


async def test_a_function_that_does_not_listen_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mobius.worker.execution.ABANDON_AFTER", 0.2)
    server = ScriptedServer()
    worker = server.worker(grace_seconds=0.1)
    end = threading.Event()
    worker.actions.add(lambda: end.wait(30), "deaf")
    server.add("deaf")
    started = time.monotonic()
    async with serving(worker):
        await server.until(lambda: len(server.claims) == 2)
    end.set()
    assert server.released == ["job_1"]
    assert time.monotonic() - started < 5


async def test_without_a_release_call_the_job_is_left_to_its_lease() -> None:
    server = ScriptedServer(can_release=False)
    worker = server.worker()

    @worker.action("hold")
    async def hold() -> None:
        await asyncio.sleep(60)

    server.add("hold")
    async with serving(worker, now=True):
        await server.until(lambda: len(server.claims) == 2)
    assert "release" in server.order
    assert not server.reports


async def test_actions_of_a_collection_can_be_included() -> None:
    actions = Actions()

    @actions.action
    def named_like_this() -> int:
        return 5

    server = ScriptedServer()
    worker = server.worker()
    worker.include(actions)
    server.add("named_like_this")
    await outcome_of(server, worker)
    assert server.result() == 5


async def test_a_worker_without_actions_does_not_start() -> None:
    with pytest.raises(ConfigurationError, match="no actions"):
        await ScriptedServer().worker().serve()


async def test_two_actions_of_one_name_are_a_mistake() -> None:
    worker = ScriptedServer().worker()
    worker.actions.add(lambda: 1, "one")
    with pytest.raises(ConfigurationError, match="two actions"):
        worker.actions.add(lambda: 2, "one")


async def test_stop_before_start_ends_at_once() -> None:
    worker = ScriptedServer().worker()
    worker.actions.add(lambda: 1, "one")
    worker.stop()
    await asyncio.wait_for(worker.serve(), 5)
