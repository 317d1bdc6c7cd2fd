"""The one way to move a run: read it, ask the engine, write its decision; again when it moved meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, assert_never

from mobius.api.errors import Unavailable
from mobius.clock import to_micros
from mobius.engine.advance import advance
from mobius.engine.effects import (
    AwaitSignal,
    ClearTimer,
    CreateFanOut,
    CreateJob,
    Effect,
    OpenInteraction,
    SetTimer,
    StopWork,
)
from mobius.engine.events import Event, SignalReceived, StepFailed
from mobius.engine.expressions import Allowance
from mobius.engine.measure import MAX_STATE, STATE_TOO_LARGE, state_too_large
from mobius.engine.state import RunState
from mobius.execution import queries
from mobius.execution.large_values import Known, full_size
from mobius.execution.loaded import ENDED, LoadedRun
from mobius.execution.new_jobs import group_row, item_rows, task_row
from mobius.execution.questions import CANNOT_ASK, CannotAsk, entries_asking
from mobius.execution.records import encode, job_shape, run_shape
from mobius.execution.room import Execution
from mobius.execution.run_values import RunValues
from mobius.execution.shapes import WorkflowRun
from mobius.execution.transition import ClosedGroup, Transition, commit
from mobius.execution.waiting import job_hint
from mobius.store import GuardMissed, Write

TRIES = 50
MANY_ROWS = 500
"""What becomes of more rows is noted beside the loop."""
POSTPONED_FOR = timedelta(seconds=5)
POSTPONE_JOBS = """
UPDATE jobs SET scheduled_at = $3
WHERE project_id = $1 AND id @in($2) AND status = 'pending' AND scheduled_at < $3"""


class RunBusy(Unavailable):
    """The run kept moving while the request tried to change it; the same request may well succeed."""

    def __init__(self, what: str) -> None:
        super().__init__("run_busy", f"{what} is being changed by too many others at once; try again")


async def until_it_holds(what: str, attempt: Callable[[], Awaitable[Any]]) -> Any:
    """Return what `attempt` returns, tried again from its reads on when what it read had moved.

    Raises RunBusy after `TRIES` tries.
    """
    for tries in range(TRIES):
        try:
            return await attempt()
        except GuardMissed:
            await asyncio.sleep(random.uniform(0, 0.001) * tries)  # noqa: S311  spreads competitors, no secret
    raise RunBusy(what)


class Change:
    """One transition of a run under construction: feed events, then write."""

    def __init__(self, room: Execution, run: LoadedRun) -> None:
        self.room = room
        self.run = run
        self.now: datetime = room.clock.now()
        self.state: RunState = run.state
        self.row = run.row
        self.shown: WorkflowRun | None = None
        """The run as its event shows it, once this change has announced it."""
        self.values = RunValues(room.store, run)
        self.transition = Transition(
            project_id=run.project_id,
            run_id=run.id,
            now=to_micros(self.now),
            version=run.version,
            large_values=self.values.new,
        )
        self.wake: list[str] = []
        self.answered: str | None = None
        """The interaction whose response is part of this change."""
        self._opened: list[Write] = []
        self._open_jobs: list[Any] | None = None
        self._handled: set[str] = set()
        self._size = run.state_size
        self._allowance = Allowance()
        self._stopped = False
        self._run_changed = False
        self._moves_on = False
        self._item_events: list[dict[str, Any]] = []

    async def feed(self, event: Event) -> None:
        """Let the engine decide about `event` and note what its decision writes."""
        pending = deque([event])
        context = self.run.context(self.room.settings.max_steps)
        while pending:
            decide = partial(
                advance, self.run.spec, context, self.state, pending.popleft(), self.now, self._allowance
            )
            # A fan-out may take hundreds of milliseconds, which others shall not wait for.
            decision = await asyncio.to_thread(decide) if self.run.spec.fans_out else decide()
            self.state = decision.state
            for effect in decision.effects:
                follow_up = await self._note(effect)
                if follow_up is not None:
                    pending.append(follow_up)

    def request_cancel(self) -> None:
        """Mark the run so that workers are told to stop."""
        self.row = {**self.row, "cancel_requested": 1}
        self._run_changed = True

    def withdraw_cancel(self) -> None:
        """Forget a cancellation, because the run begins again."""
        self.row = {**self.row, "cancel_requested": 0}
        self._run_changed = True

    def announce_run(self) -> None:
        """Append `run_updated` even when this change leaves the run's own row as it is."""
        self._run_changed = True

    def move_on(self) -> None:
        """Swap the version although the state stays, so that decisions taken on the old one are taken again.

        Whatever makes a job claimable again does so: who stops a run must know all its open jobs.
        """
        self._moves_on = True

    def asks(self, writes: Sequence[Write]) -> None:
        """Open an interaction of the run: note the writes of its domain, and that the run has any."""
        self._opened += writes
        if not self.row["has_interactions"]:
            self.row = {**self.row, "has_interactions": 1}
            self._run_changed = True

    async def open_jobs(self) -> list[Any]:
        """Return the run's open jobs, read once for the whole change."""
        if self._open_jobs is None:
            run = self.run
            self._open_jobs = await queries.open_jobs(self.room.store, run.project_id, run.id)
        return self._open_jobs

    def append_event(self, kind: str, data: str) -> None:
        """Append to the event log, in the transaction of this change."""
        self.transition.events.append(event_row(self.run, kind, data, self.transition.now))

    def job_updated(self, row: dict[str, Any]) -> None:
        """Append the `job_updated` event of a job as it is after this change."""
        self.append_event("job_updated", encode(job_shape(row)))

    def add_job(self, row: dict[str, Any]) -> None:
        """Create a job, with its event; whoever waits for one is woken after the commit."""
        self.transition.new_jobs.append(row)

    async def write(self) -> None:
        """Write the transition; raise GuardMissed when what it was decided on has moved."""
        if self._stopped:
            await self._stop_open_jobs()
        await self._settle_interactions()
        await self._settle_run()
        large = self._refer()
        for row in self.transition.new_jobs:
            self.job_updated(row)
        self.transition.events += self._item_events
        self._hint()
        try:
            await commit(self.room.store, self.transition, self.wake)
        except GuardMissed:
            if self.transition.dropped_jobs:
                await self._postpone(self.transition.dropped_jobs)
            raise
        self._remember(large)

    async def _postpone(self, jobs: list[str]) -> None:
        """Keep jobs that are to be dropped from the workers, against whom the next try would never win.

        Should there be no next try, they are only claimed a little later.
        """
        until = to_micros(self.room.clock.now() + POSTPONED_FOR)
        await self.room.store.write(Write(POSTPONE_JOBS, (self.run.project_id, jobs, until)))

    def _refer(self) -> Known:
        """Write down the state if it is to be swapped; return the large values that are still of use."""
        run = self.run
        if not self._moves_on and self.state is run.state:
            return run.large
        self.transition.state, large = self.values.text_of_state(self.state)
        return large

    def _remember(self, large: Known) -> None:
        transition, run = self.transition, self.run
        if transition.version is None and transition.new_run is None:
            return
        for value in large.values():
            value.text = None  # it is stored
        text = transition.state
        written = LoadedRun(
            run.project_id,
            run.id,
            self.row,
            run.version + (text is not None),
            run.spec,
            self.state,
            run.inputs,
            run.metadata,
            run.state_size if text is None else full_size(text),
            large,
        )
        recent = self.room.recent
        remember = recent.remember if transition.new_run is None else recent.started
        remember(written, self.room.specs.size_to_hold(self.row["spec_hash"]))

    async def _note(self, effect: Effect) -> Event | None:
        """Note what an effect writes; return the event that follows at once, if any."""
        match effect:
            case CreateJob():
                return await self._note_job(effect)
            case CreateFanOut():
                return await self._note_fan_out(effect)
            case SetTimer():
                self._note_timer(effect)
            case ClearTimer(entry=entry):
                self.transition.new_timers = [
                    row for row in self.transition.new_timers if row["entry"] != entry
                ]
                self.transition.cleared_timers.append(entry)
            case AwaitSignal(entry=entry, topic=topic):
                return await self._stored_signal(entry, topic)
            case OpenInteraction():
                return await self._note_interaction(effect)
            case StopWork():
                self._note_stop()
            case _:
                assert_never(effect)
        return None

    async def _note_job(self, effect: CreateJob) -> Event | None:
        if effect.action_kind == "server":
            return _unsupported(effect.entry, "server actions")
        parameters = await self.values.taken_in(effect.parameters)
        self.add_job(task_row(self.run, effect, parameters, self.transition.now))
        return None

    async def _note_fan_out(self, effect: CreateFanOut) -> Event | None:
        if effect.action_kind == "server":
            return _unsupported(effect.entry, "server actions")
        group = group_row(self.run, effect, self.transition.now)
        self.add_job(group)
        await asyncio.to_thread(self._add_items, group, effect.items)
        return None

    def _add_items(self, group: dict[str, Any], items: Sequence[dict[str, Any]]) -> None:
        rows = item_rows(group, [self.values.taken_in_at_once(item) for item in items])
        self.transition.new_items.append(rows)
        for own in rows.own:
            shown = encode(job_shape(rows.common | own))
            self._item_events.append(event_row(self.run, "job_updated", shown, self.transition.now))

    def _note_timer(self, effect: SetTimer) -> None:
        self.transition.new_timers.append(
            {
                "project_id": self.run.project_id,
                "run_id": self.run.id,
                "entry": effect.entry,
                "due_at": to_micros(effect.due),
                "leased_until": 0,
            }
        )

    async def _note_interaction(self, effect: OpenInteraction) -> Event | None:
        run, now = self.run, self.transition.now
        try:
            self.asks(await self.room.interactions.open(run.project_id, run.id, effect, now))
        except CannotAsk as error:
            return _failed(effect.entry, CANNOT_ASK, str(error))
        return None

    async def _settle_interactions(self) -> None:
        """Write what was opened; end what nobody waits for any more."""
        self.transition.of_domains += self._opened
        if not self.run.row["has_interactions"]:
            return
        over = self._stopped or self.state.status in ENDED
        ended = entries_asking(self.run.state) - entries_asking(self.state)
        if over or ended:
            run, entries = self.run, None if over else ended
            self.transition.of_domains += await self.room.interactions.expire(
                run.project_id, run.id, entries, self.answered, self.transition.now
            )

    def _note_stop(self) -> None:
        self._stopped = True
        self._opened.clear()
        self.transition.new_jobs.clear()
        self.transition.new_items.clear()
        self._item_events.clear()
        self.transition.new_timers.clear()
        self.transition.clear_all_timers = True

    async def _stored_signal(self, entry: int, topic: str) -> Event | None:
        taken = self.transition.consumed_signals
        signal = await queries.first_waiting_signal(
            self.room.store, self.run.project_id, self.run.id, topic, taken
        )
        if signal is None:
            return None
        size = full_size(signal["payload"])
        [payload] = await self.values.read([signal["payload"]])
        fact = self.received(entry, payload, size)
        if isinstance(fact, SignalReceived):
            taken.append(signal["id"])
        return fact

    def received(self, entry: int, payload: Any, size: int) -> SignalReceived | StepFailed:
        """Return the fact that a signal reached an entry, or that the run cannot take in what it carries.

        `size` is how many characters of JSON that takes.
        """
        return self.overflow(entry, size) or SignalReceived(entry=entry, payload=payload)

    def overflow(self, entry: int, size: int) -> StepFailed | None:
        """Count `size` characters of JSON that come in; return the fact that they are too many, if so."""
        self._size += size
        return _failed(entry, STATE_TOO_LARGE, state_too_large()) if self._size > MAX_STATE else None

    async def _stop_open_jobs(self) -> None:
        """Drop pending jobs and tell claimed ones to cancel, apart from the one that just ended."""
        transition = self.transition
        over = {group.id for group in transition.closed_groups}
        over.update(job.id for job in (transition.finished, transition.returned) if job is not None)
        rows = await self.open_jobs()
        await self.drop([row for row in rows if row["id"] not in over], "the run was stopped")

    async def drop(self, rows: list[Any], reason: str) -> None:
        """Drop the pending ones of `rows` and tell the claimed ones to cancel.

        A group stays open while an item of it is claimed and the run is being cancelled, so that the run ends
        with its last claimed job; otherwise it ends here.
        """
        if len(rows) > MANY_ROWS:
            await asyncio.to_thread(self._drop, rows, reason)
        else:
            self._drop(rows, reason)

    def _drop(self, rows: list[Any], reason: str) -> None:
        transition = self.transition
        transition.drop_reason = transition.drop_reason or reason
        rows = [row for row in rows if row["id"] not in self._handled]
        self._handled.update(row["id"] for row in rows)
        claimed_in: dict[str, int] = {}
        for row in rows:
            if row["status"] == "claimed":
                transition.cancelled_jobs.append(row["id"])
                if row["parent_job_id"]:
                    claimed_in[row["parent_job_id"]] = claimed_in.get(row["parent_job_id"], 0) + 1
        for row in rows:
            if row["status"] != "pending":
                continue
            if row["kind"] == "group":
                self._drop_group(row, claimed_in.get(row["id"], 0), reason)
            else:
                transition.dropped_jobs.append(row["id"])
                self._dropped(row, reason)

    def _drop_group(self, row: Any, claimed: int, reason: str) -> None:
        if claimed and self.state.status not in ENDED:
            if row["remaining"] > claimed:
                self.transition.shrunk_groups[row["id"]] = row["remaining"] - claimed
            return
        self.transition.closed_groups.append(ClosedGroup(row["id"], "failed", reason, row["remaining"]))
        self._dropped(row, reason)

    def _dropped(self, row: Any, reason: str) -> None:
        changes = {"status": "failed", "last_error": reason, "updated_at": self.transition.now}
        self.job_updated(dict(row) | changes)

    async def _settle_run(self) -> None:
        """Bring the run's own row in line with the engine's state; append `run_updated` when it changed."""
        state, transition = self.state, self.transition
        if transition.version is None and transition.new_run is None:
            return  # nothing holds the run still, so its row is left to those who do
        status = self._status()
        if not self._run_changed and status == self.row["status"] and state.attempt == self.row["attempt"]:
            return
        started_at = self.row["started_at"]
        self.row = {
            **self.row,
            "status": status,
            "attempt": state.attempt,
            "updated_at": transition.now,
            "error_message": error_text(state),
            "result": await self.values.taken_in(state.result) if status == "completed" else None,
            "started_at": transition.now if started_at is None and status != "queued" else started_at,
            "completed_at": transition.now if status in ENDED else None,
        }
        if transition.new_run is None:
            transition.run_changes = self.row
        else:
            transition.new_run.row = self.row
        self.shown = run_shape(self.row)
        self.append_event("run_updated", encode(self.shown))

    def _status(self) -> str:
        before, engine = self.row["status"], self.state.status
        if engine != "active":
            return engine
        claimed = any(job["status"] == "claimed" for job in self._open_jobs or ())  # the run learns it later
        if before == "queued" and (claimed or self.transition.finished or self.transition.returned):
            return "running"
        return before if before in ("queued", "running") else "queued"

    def _hint(self) -> None:
        transition = self.transition
        items = [rows.common for rows in transition.new_items]
        self.wake += job_wakes([*transition.new_jobs, *items], transition.now)
        if transition.new_timers:
            self.wake.append("timers:")
        if transition.events or transition.of_domains:
            self.wake.append("events:")


def event_row(run: LoadedRun, kind: str, data: str, now: int) -> dict[str, Any]:
    """Return the row of the event log for an event of `run`."""
    return {"project_id": run.project_id, "run_id": run.id, "type": kind, "data": data, "created_at": now}


def job_wakes(rows: list[dict[str, Any]], now: int) -> list[str]:
    """Return the hints for jobs that become claimable: now, or later (the recheck looks for their time)."""
    hints: dict[str, None] = {}
    for row in rows:
        if row["kind"] == "group":
            continue
        if row["scheduled_at"] <= now:
            hints[job_hint(row["project_id"], row["queue"], row["action"])] = None
        else:
            hints["delayed:" + row["project_id"]] = None
    return list(hints)


def error_text(state: RunState) -> str | None:
    """Return what the API shows as the error of a run."""
    error = state.error
    if error is None:
        return None
    if error.type == "cancelled":
        return f"cancelled: {error.message}" if error.message else "cancelled"
    step = f'step "{error.step}" failed: ' if error.step else ""
    return f"{step}{error.type}: {error.message}"


def _unsupported(entry: int, what: str) -> StepFailed:
    return _failed(entry, "unsupported_step", f"this server does not execute {what} yet")


def _failed(entry: int, error_type: str, message: str) -> StepFailed:
    details = {"action": "", "attempt": 1, "job_id": ""}
    return StepFailed(entry=entry, error_type=error_type, message=message, details=details)
