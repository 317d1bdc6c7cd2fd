"""Commands in random order and at the same moment, on both databases and a virtual clock.

Whatever happens: a job is held by one worker, an entry is answered once, and a run whose jobs are all done,
whose timers have fired and whose signals have come is over.
"""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from mobius.api.errors import ApiError
from mobius.api.settings import Settings
from mobius.clock import VirtualClock
from mobius.daemons.leases import expire_leases
from mobius.daemons.sequencer import sequence_events
from mobius.daemons.timers import fire_due_timers
from mobius.execution.cancel import cancel_run
from mobius.execution.claim import claim_job
from mobius.execution.complete import complete_job
from mobius.execution.heartbeat import heartbeat_job
from mobius.execution.lose_lease import release_job
from mobius.execution.resume import resume_run
from mobius.execution.retry import retry_run
from mobius.execution.room import Execution
from mobius.execution.shapes import (
    JobClaim,
    JobClaimRequest,
    JobCompleteRequest,
    JobFenceRequest,
    SendRunSignalRequest,
    StartRunRequest,
)
from mobius.execution.signal import send_signal
from mobius.execution.start import start_run
from mobius.store import new_id, open_database
from tests.execution.rooms import CALLER, execution_on

LEASE_SECONDS = 10.0
RETRY = [{"error_equals": ["all"], "max_retries": 1, "base_delay": "1s"}]
SPECS: list[dict[str, Any]] = [
    {
        "name": "retried sequence",
        "steps": [
            {"name": "a", "action": "a", "retry": RETRY, "next": [{"step": "b"}]},
            {
                "name": "b",
                "action": "b",
                "catch": [{"error_equals": ["all"], "next": "c"}],
                "next": [{"step": "c"}],
            },
            {"name": "c", "action": "c"},
        ],
    },
    {
        "name": "fork and join",
        "steps": [
            {
                "name": "a",
                "action": "a",
                "next": [
                    {"step": "l", "branch": "l"},
                    {"step": "r", "branch": "r"},
                    {"step": "j", "branch": "j"},
                ],
            },
            {"name": "l", "action": "l", "store": "x"},
            {"name": "r", "action": "r", "retry": RETRY, "store": "x", "next": [{"step": "nap"}]},
            {"name": "nap", "sleep": {"duration": "2s"}},
            {"name": "j", "join": {"branches": ["l", "r"]}, "next": [{"step": "end"}]},
            {"name": "end", "action": "end"},
        ],
    },
    {
        "name": "fan-out",
        "state": {"items": [1, 2, 3, 4]},
        "steps": [
            {
                "name": "all",
                "action": "item",
                "each": {"items": "state.items"},
                "retry": RETRY,
                "store": "results",
                "catch": [{"error_equals": ["Boom"], "next": "after"}],
                "next": [{"step": "after"}],
            },
            {"name": "after", "action": "after"},
        ],
    },
    {
        "name": "waits",
        "steps": [
            {
                "name": "w1",
                "wait_signal": {"topic": "t", "timeout": "30s", "store": "s1"},
                "next": [{"step": "p"}],
            },
            {"name": "p", "pause": {}, "next": [{"step": "a"}]},
            {"name": "a", "action": "a", "next": [{"step": "w2"}]},
            {
                "name": "w2",
                "wait_signal": {"topic": "t", "timeout": "30s", "on_timeout": "a2", "store": "s2"},
                "next": [{"step": "a2"}],
            },
            {"name": "a2", "action": "a"},
        ],
    },
]
WORKERS = st.sampled_from(["w1", "w2", "w3"])
PICKS = st.lists(st.integers(0, 9), min_size=1, max_size=3)


class Commands(RuleBasedStateMachine):
    """Commands on the runs of one project."""

    room: Execution
    clock: VirtualClock
    call: Callable[[Awaitable[Any]], Any]

    def __init__(self) -> None:
        super().__init__()
        self.project = new_id("prj")
        self.runs: list[str] = []
        self.held: list[tuple[str, JobClaim]] = []
        self.sent = 0

    def one(self, choice: int) -> str | None:
        return self.runs[choice % len(self.runs)] if self.runs else None

    def together(self, *commands: Awaitable[Any]) -> list[Any]:
        """Run commands at the same moment; errors that the API explains are answers."""

        async def gathered() -> list[Any]:
            return await asyncio.gather(*commands, return_exceptions=True)

        answers: list[Any] = self.call(gathered())
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, ApiError):
                raise answer
        return answers

    @rule(spec=st.sampled_from(SPECS))
    def start(self, spec: dict[str, Any]) -> None:
        if len(self.runs) < 4:
            request = StartRunRequest(spec=msgspec.Raw(msgspec.json.encode(spec)))
            run = self.call(start_run(self.room, CALLER, self.project, request))
            self.runs.append(run.id)

    @rule(workers=st.lists(WORKERS, min_size=1, max_size=4))
    def claim(self, workers: list[str]) -> None:
        requests = [JobClaimRequest(worker_id=worker) for worker in workers]
        jobs = self.together(
            *(claim_job(self.room, CALLER, self.project, request, None) for request in requests)
        )
        fresh = [(worker, job) for worker, job in zip(workers, jobs, strict=True) if job is not None]
        assert len({(job.job_id, job.attempt) for _, job in fresh}) == len(fresh)
        self.held += fresh

    # What is drawn never depends on what happened before: interleavings are not repeatable to the letter.
    @rule(picks=PICKS, ok=st.booleans(), cancel=st.booleans(), again=st.booleans())
    def complete(self, picks: list[int], ok: bool, cancel: bool, again: bool) -> None:
        """Complete or fail some jobs; a failure is caught or not by the workflow, depending on the pick."""
        chosen = sorted({pick % len(self.held) for pick in picks}) if self.held else []
        if not chosen:
            return
        commands = [self._complete(*self.held[n], ok=ok) for n in chosen]
        if again:
            commands.append(self._complete(*self.held[chosen[0]], ok=ok))
        if cancel and self.runs:
            commands.append(cancel_run(self.room, self.project, self.held[chosen[0]][1].run_id))
        self.together(*commands)
        self.held = [held for n, held in enumerate(self.held) if n not in chosen]

    def _complete(self, worker: str, job: JobClaim, *, ok: bool) -> Awaitable[None]:
        request = JobCompleteRequest(
            worker_id=worker, attempt=job.attempt, status="completed" if ok else "failed"
        )
        if ok:
            request.result_b64 = base64.b64encode(msgspec.json.encode(job.step_name)).decode()
        else:
            request.error_type = "Boom" if job.attempt % 2 else "Other"
        return complete_job(self.room, self.project, job.job_id, request)

    @rule(pick=st.integers(0, 9))
    def release_and_expire(self, pick: int) -> None:
        if self.held:
            worker, job = self.held.pop(pick % len(self.held))
            fence = JobFenceRequest(worker_id=worker, attempt=job.attempt)
            self.together(release_job(self.room, self.project, job.job_id, fence), expire_leases(self.room))

    @rule()
    def heartbeat_all(self) -> None:
        fences = [
            (job.job_id, JobFenceRequest(worker_id=worker, attempt=job.attempt)) for worker, job in self.held
        ]
        self.together(*(heartbeat_job(self.room, self.project, job, fence) for job, fence in fences))

    @rule(choice=st.integers(0, 9), twice=st.booleans())
    def signal(self, choice: int, twice: bool) -> None:
        if run := self.one(choice):
            request = SendRunSignalRequest(name="t", payload={"n": self.sent})
            self.sent += 1
            commands = [send_signal(self.room, self.project, run, request) for _ in range(1 + twice)]
            self.together(*commands, resume_run(self.room, self.project, run))

    @rule(choice=st.integers(0, 9))
    def cancel_or_retry(self, choice: int) -> None:
        if run := self.one(choice):
            self.together(cancel_run(self.room, self.project, run), retry_run(self.room, self.project, run))

    @rule(seconds=st.sampled_from([0.5, 3, LEASE_SECONDS + 1, 40]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        self.together(fire_due_timers(self.room), expire_leases(self.room), fire_due_timers(self.room))

    def teardown(self) -> None:
        for _ in range(60):
            if self.runs and all(self._status(run) in {"completed", "failed"} for run in self.runs):
                break
            self._go_on()
        for run in self.runs:
            self._check(run)
        self._check_events()

    def _go_on(self) -> None:
        for worker, job in self.held:
            with suppress(ApiError):
                self.call(self._complete(worker, job, ok=True))
        self.held = []
        self.time_passes(41)
        self.claim(["w1"] * 8)
        for run in self.runs:
            self.together(resume_run(self.room, self.project, run))

    def _rows(self, sql: str, *params: Any) -> list[Any]:
        rows: list[Any] = self.call(self.room.store.all(sql, *params))
        return rows

    def _status(self, run: str) -> str:
        [row] = self._rows("SELECT status FROM runs WHERE project_id = $1 AND id = $2", self.project, run)
        return str(row["status"])

    def _check(self, run: str) -> None:
        assert self._status(run) in {"completed", "failed"}
        jobs = self._rows("SELECT * FROM jobs WHERE project_id = $1 AND run_id = $2", self.project, run)
        assert not [job["id"] for job in jobs if job["status"] == "pending"]
        answered = Counter(job["path_id"] for job in jobs if job["status"] == "completed")
        assert set(answered.values()) <= {1}
        timers = self._rows("SELECT * FROM timers WHERE project_id = $1 AND run_id = $2", self.project, run)
        assert timers == []

    def _check_events(self) -> None:
        if self.room.store.dialect == "postgres":
            while self.call(sequence_events(self.room.store)):
                pass
        events = self._rows("SELECT * FROM events WHERE project_id = $1 ORDER BY seq", self.project)
        told: dict[str, str] = {}
        for event in events:
            if event["type"] == "run_updated":
                status = msgspec.json.decode(event["data"])["status"]
                assert told.get(event["run_id"]) != "completed", "a completed run changed"
                told[event["run_id"]] = status
        assert told == {run: self._status(run) for run in self.runs}


@pytest.fixture
def machine(database_url: str | None, tmp_path: Path) -> Iterator[type[Commands]]:
    """The state machine on a database; each example has a project of its own."""
    with asyncio.Runner() as runner:
        clock = VirtualClock(datetime(2030, 1, 1, tzinfo=UTC))
        store = runner.run(open_database(database_url, tmp_path, clock))
        room = execution_on(store, clock, Settings(lease_seconds=LEASE_SECONDS, max_lost_leases=3))

        async def awaited(command: Awaitable[Any]) -> Any:
            return await command

        members = {
            "room": room,
            "clock": clock,
            "call": staticmethod(lambda command: runner.run(awaited(command))),
        }
        yield type("CommandsOnADatabase", (Commands,), members)
        runner.run(store.close())


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_no_order_of_commands_breaks_a_run(machine: type[Commands]) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=checks
        ),
    )
