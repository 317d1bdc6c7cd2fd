"""Drives the pure engine through the history of a run and compares every state and every effect with it.

What goes in is what workers, senders and clocks did: results as the workers noted them, signals, timers. What
comes out must be, transition by transition, what the database holds. Nothing may happen without an event.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from mobius.api.schema import timestamp
from mobius.clock import from_micros, to_micros
from mobius.engine.advance import initial_state, waiting_entry
from mobius.engine.events import (
    CancelRequested,
    Event,
    InteractionCompleted,
    Resumed,
    RetryRequested,
    SignalReceived,
    Started,
    StepCompleted,
    StepFailed,
    TimerFired,
)
from mobius.engine.retry import next_attempt
from mobius.engine.spec import ActionStep, WorkflowSpec
from mobius.engine.state import RunContext, RunState
from mobius.execution.questions import entries_asking
from tests.faults.torture.history import Entry, History, Row, Run
from tests.faults.torture.prediction import Impossible, Prediction, made
from tests.faults.torture.transitions import Transition, units
from tests.faults.torture.violation import Violation

TOLERANCE_MICROS = 500_000
"""How far the clocks of the servers may be from the database's."""
_decode_state = msgspec.json.Decoder(RunState).decode
_decode = msgspec.json.Decoder().decode


@dataclass
class Job:
    """A job as the journal has told of it so far."""

    row: Row
    status: str = "pending"
    told_to_cancel: bool = False

    @property
    def entry(self) -> int:
        """The execution of the step that it belongs to."""
        return int(self.row["entry"])


class Replay:
    """The run as far as it has been replayed."""

    def __init__(self, run: Run, spec: WorkflowSpec, history: History) -> None:
        self.transitions = 0
        self.state = initial_state(spec)
        self.jobs: dict[str, Job] = {}
        self.timers: dict[int, int] = {}
        self.signals: dict[str, tuple[str, Any]] = {}
        """Those that wait: topic and payload, oldest first."""
        self.questions: dict[str, int] = {}
        """Those that wait for an answer: the entries that ask."""
        self._run = run
        self._spec = spec
        self._ends = history.ends
        self._attempt = 1
        self._cancelled = False
        row = run.row
        self._context = RunContext(
            row["id"],
            row["workflow_name"],
            _decode(row["metadata"]),
            row["external_id"],
            _decode(row["inputs"]),
        )

    def violations(self) -> Iterator[Violation]:
        """Replay the run; yield the first thing that the engine does not allow, and what is left wrong."""
        for unit in units(self._run.journal):
            try:
                if isinstance(unit, Transition):
                    self._replay(unit)
                    self.transitions += 1
                else:
                    self._note_alone(unit)
            except Impossible as error:
                where = f"version {unit.version}" if isinstance(unit, Transition) else f"entry {unit.id}"
                yield Violation("the engine allows the history", self._run.id, f"{where}: {error}")
                return
        for what in self._differences():
            yield Violation("the tables are what the history led to", self._run.id, what)

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self.state.status in {"completed", "failed"}

    # What happens outside of transitions.

    def _note_alone(self, entry: Entry) -> None:
        match entry.kind:
            case "job claimed":
                self._change(entry, "pending", "claimed")
            case "job completed" | "job failed":
                job = self._job(entry)
                if job.row["kind"] != "item" and not self.over and not job.told_to_cancel:
                    raise Impossible(f"job {entry.subject} ended, and the run did not move")
                self._checked_end(job, entry)
                self._change(entry, "claimed", entry.kind.removeprefix("job "))
            case "run":
                pass
            case _:
                raise Impossible(f"{entry.kind} {entry.subject}, and the run did not move")

    # Transitions.

    def _replay(self, transition: Transition) -> None:
        if transition.version != self.transitions + 1:
            raise Impossible(f"the version before was {self.transitions}")
        told = _decode_state(transition.state)
        problems: list[str] = []
        for event in self._events(transition):
            prediction = self._predict(event, transition)
            problem = self._difference(prediction, told, transition)
            if problem is None:
                self._apply(transition, prediction, event)
                return
            problems.append(f"{type(event).__name__}: {problem}")
        raise Impossible("; ".join(problems) or "nothing that the run knows can have led to it")

    def _events(self, transition: Transition) -> list[Event | None]:
        """Return the events that may have caused a transition; None stands for one that moves no branch."""
        if transition.version == 1:
            return [Started()]
        for kind in ("job completed", "job failed"):
            for entry in transition.of(kind):
                job = self._job(entry)
                if job.status == "claimed":
                    return [self._ended(job, entry, transition)]
        if transition.of("job pending"):
            return [None]
        for entry in transition.of("signal stored"):
            topic, payload, _ = _decode(entry.data or "")
            waiting = waiting_entry(self.state, topic)
            return [None if waiting is None else SignalReceived(waiting, payload)]
        for entry in transition.of("question completed"):
            return [InteractionCompleted(int(entry.data or 0), self._response(entry.subject))]
        for entry in transition.of("run"):
            _, attempt, cancelled = _decode(entry.data or "")
            if cancelled and not self._cancelled:
                claimed = {job.entry for job in self.jobs.values() if job.status == "claimed"}
                return [CancelRequested(running=frozenset(claimed))]
            if attempt == self._attempt + 1:
                return [RetryRequested()]
        fired = [TimerFired(int(entry.subject)) for entry in transition.of("timer gone")]
        return [*fired, Resumed()]

    def _ended(self, job: Job, entry: Entry, transition: Transition) -> Event | None:
        """Return what the end of a claimed attempt means for the run."""
        attempt, _ = _decode(entry.data or "")
        result, error, message = self._checked_end(job, entry)
        row = job.row
        details = {"action": row["action"], "attempt": attempt, "job_id": row["id"]}
        if row["kind"] == "item":
            closed = self._closing(job, transition)
            if closed == "job completed":
                return StepCompleted(job.entry, self._results(job, result))
            if not error:
                return StepFailed(job.entry, "cancelled", "", details)
        elif not error:
            return StepCompleted(job.entry, result)
        if not (job.told_to_cancel or self.over) and self._retry(job, error) is not None:
            return None
        return StepFailed(job.entry, error, message, details)

    def _response(self, interaction_id: str) -> dict[str, Any]:
        """Return what a run learns of the answer to a question."""
        row = next(row for row in self._run.interactions if row["id"] == interaction_id)
        return {
            "interaction_id": row["id"],
            "type": row["type"],
            "value": _decode(row["value"]),
            "comment": row["comment"],
            "responder": {"type": row["responder_type"], "id": row["responder_id"]},
            "at": timestamp(row["completed_at"]),
            "approved": _decode(row["value"]),
        }

    def _closing(self, job: Job, transition: Transition) -> str | None:
        parent = job.row["parent_job_id"]
        return next((entry.kind for entry in transition.entries if entry.subject == parent), None)

    def _results(self, last: Job, result: Any) -> list[Any]:
        """Return the results of all items, as their workers noted them, in the order of the items."""
        results = {last.row["item_index"]: result}
        for job in self.jobs.values():
            if job.row["parent_job_id"] == last.row["parent_job_id"] and job.status == "completed":
                if job.row["item_index"] in results:
                    raise Impossible(f"item {job.row['path_id']} was completed twice")
                results[job.row["item_index"]] = self._noted_result(job.row["id"], job.row["attempt"])
        return [results[index] for index in sorted(results)]

    def _checked_end(self, job: Job, entry: Entry) -> tuple[Any, str, str]:
        """Return the result of an attempt, or error and message, as its worker noted them before."""
        attempt, _ = _decode(entry.data or "")
        if entry.kind == "job completed":
            return self._noted_result(entry.subject, attempt), "", ""
        error, _, message = str(job.row["last_error"]).partition(": ")
        noted = {(end.get("error_type"), end.get("message")) for end in self._ends[entry.subject, attempt]}
        if (error, message) not in noted and not self._may_end_without_worker(job, error):
            raise Impossible(f"job {entry.subject} failed with {error!r}, which no worker has noted")
        return None, error, message

    def _may_end_without_worker(self, job: Job, error: str) -> bool:
        if job.told_to_cancel or self.over:
            return error in {"Cancelled", "cancelled", "lease_expired", "timeout"}
        return error == "timeout" and job.row["timeout_us"] is not None

    def _noted_result(self, job_id: str, attempt: int) -> Any:
        noted = [end["result"] for end in self._ends[job_id, attempt] if end["what"] == "result"]
        if not noted:
            raise Impossible(f"job {job_id} was completed in attempt {attempt}, which nobody has executed")
        return noted[0]

    def _retry(self, job: Job, error: str) -> Any:
        step = self._spec.steps[job.row["step_name"]]
        assert isinstance(step, ActionStep)
        return next_attempt(step.retry, job.row["retry_policy"], error, job.row["retries"] + 1, 0.0)

    def _predict(self, event: Event | None, transition: Transition) -> Prediction:
        prediction = Prediction(self.state, self.signals, self.timers)
        if isinstance(event, SignalReceived):
            prediction.consumed += [entry.subject for entry in transition.of("signal stored")]
        if event is not None:
            prediction.decide(self._spec, self._context, event, from_micros(transition.at))
        return prediction

    def _difference(self, prediction: Prediction, told: RunState, transition: Transition) -> str | None:
        """Say where a transition is not what the engine decided."""
        if prediction.state != told:
            return f"the state is not the engine's: {told} instead of {prediction.state}"
        created = transition.of("job created")
        jobs = [made(self._row(entry), int(entry.data or 0)) for entry in created]
        wanted = prediction.jobs or self._repetition(transition)
        if sorted(jobs, key=repr) != sorted(wanted, key=repr):
            return f"jobs {jobs} instead of {wanted}"
        set_timers = {int(entry.subject): int(entry.data or 0) for entry in transition.of("timer set")}
        if set(set_timers) != set(prediction.timers):
            return f"timers {set_timers} instead of {prediction.timers}"
        late = [
            n for n, due in prediction.timers.items() if set_timers[n] > to_micros(due) + TOLERANCE_MICROS
        ]
        if late:
            return f"timers {late} are set too late"
        gone = {int(entry.subject): int(entry.data or 0) for entry in transition.of("timer gone")}
        if set(gone) != prediction.cleared & set(self.timers):
            return f"timers {sorted(gone)} are gone instead of {sorted(prediction.cleared)}"
        if wrong := self._wrong_questions(prediction, transition):
            return wrong
        consumed = [entry.subject for entry in transition.of("signal consumed")]
        consumed += [e.subject for e in transition.of("signal stored") if _decode(e.data or "")[2]]
        if sorted(consumed) != sorted(prediction.consumed):
            return f"signals {consumed} are consumed instead of {prediction.consumed}"
        return self._stopped_too_much(prediction, transition)

    def _wrong_questions(self, prediction: Prediction, transition: Transition) -> str | None:
        """Say which question was not opened or ended as the engine decided: none outlasts its step."""
        opened = {int(entry.data or 0) for entry in transition.of("question pending")}
        if opened != prediction.questions:
            return f"questions {opened} are opened instead of {prediction.questions}"
        over = prediction.stops or prediction.state.status in {"completed", "failed"}
        asking = frozenset() if over else entries_asking(prediction.state)
        wanted = sorted(subject for subject, entry in self.questions.items() if entry not in asking)
        ended = [*transition.of("question completed"), *transition.of("question expired")]
        if sorted(entry.subject for entry in ended) != wanted:
            return f"questions {[entry.subject for entry in ended]} ended instead of {wanted}"
        return None

    def _repetition(self, transition: Transition) -> list[tuple[Any, ...]]:
        """Return the job that must try again what failed in this transition, if any."""
        for entry in transition.of("job failed"):
            job = self._job(entry)
            if job.status != "claimed" or job.told_to_cancel or self.over:
                continue
            retry = self._retry(job, str(job.row["last_error"]).partition(": ")[0])
            if retry is not None:
                attempt, _ = _decode(entry.data or "")
                again = {
                    "max_attempts": retry.max_attempts,
                    "retries": job.row["retries"] + 1,
                    "retry_policy": retry.governing,
                }
                return [made(job.row | again, attempt + 1)]
        return []

    def _stopped_too_much(self, prediction: Prediction, transition: Transition) -> str | None:
        """Say which job was dropped without a reason."""
        failed = [self._job(entry) for entry in transition.of("job failed")]
        ended = failed
        if self._cancelled:  # then its last item ends the group, even when that was completed all the same
            ended = [*failed, *(self._job(entry) for entry in transition.of("job completed"))]
        groups = {job.row["parent_job_id"] for job in ended if job.status == "claimed"} - {None}
        for job in failed:
            own = job.row["id"] in groups or job.row["parent_job_id"] in groups
            if job.status == "pending" and not prediction.stops and not own:
                return f"job {job.row['id']} was dropped"
        return None

    def _apply(self, transition: Transition, prediction: Prediction, event: Event | None) -> None:
        """Take over what a transition did."""
        if isinstance(event, TimerFired) and self.timers[event.entry] > transition.at + TOLERANCE_MICROS:
            raise Impossible(f"timer {event.entry} fired early")
        for entry in transition.entries:
            self._take(entry)
        self.state = prediction.state
        failed = {entry.subject for entry in transition.of("job failed")}
        for job in self.jobs.values():
            if job.status != "pending":
                continue
            if (prediction.stops and not self._is_awaited(job)) or job.row["parent_job_id"] in failed:
                raise Impossible(f"job {job.row['id']} should have been dropped")

    def _is_awaited(self, group: Job) -> bool:
        """Tell whether a pending job is the group of a claimed item while the run is being cancelled."""
        items = (job for job in self.jobs.values() if job.row["parent_job_id"] == group.row["id"])
        return not self.over and any(item.status == "claimed" for item in items)

    def _take(self, entry: Entry) -> None:
        match entry.kind:
            case "job created":
                self.jobs[entry.subject] = Job(self._row(entry))
            case "job completed" | "job failed":
                self._job(entry).status = entry.kind.removeprefix("job ")
            case "job pending":
                self._change(entry, "claimed", "pending")
            case "job told to cancel":
                self._job(entry).told_to_cancel = True
            case "timer set":
                self.timers[int(entry.subject)] = int(entry.data or 0)
            case "timer gone":
                del self.timers[int(entry.subject)]
            case "signal stored":
                topic, payload, consumed = _decode(entry.data or "")
                if not consumed:
                    self.signals[entry.subject] = (topic, payload)
            case "question pending":
                self.questions[entry.subject] = int(entry.data or 0)
            case "question completed" | "question expired":
                del self.questions[entry.subject]
            case "signal consumed":
                del self.signals[entry.subject]
            case "run":
                _, self._attempt, cancelled = _decode(entry.data or "")
                self._cancelled = bool(cancelled)
            case "state":
                pass
            case _:
                raise Impossible(f"{entry.kind} {entry.subject} is no part of a transition")

    def _change(self, entry: Entry, before: str, after: str) -> None:
        job = self._job(entry)
        if job.status != before:
            raise Impossible(f"job {entry.subject} became {after}, but it was {job.status}")
        job.status = after

    def _row(self, entry: Entry) -> Row:
        if entry.subject not in self._run.jobs:
            raise Impossible(f"job {entry.subject} is gone")
        return self._run.jobs[entry.subject]

    def _job(self, entry: Entry) -> Job:
        if entry.subject not in self.jobs:
            raise Impossible(f"{entry.kind} {entry.subject}, which was never created")
        return self.jobs[entry.subject]

    def _differences(self) -> Iterator[str]:
        """Yield where the tables are not what the journal has told."""
        if _decode_state(self._run.state) != self.state:
            yield f"the state is {self._run.state}"
        statuses = {job_id: job.status for job_id, job in self.jobs.items()}
        if statuses != {job_id: row["status"] for job_id, row in self._run.jobs.items()}:
            yield "jobs have other statuses than they were given"
        if self.timers != {row["entry"]: row["due_at"] for row in self._run.timers}:
            yield "timers are others than were set"
        if set(self.signals) != {row["id"] for row in self._run.signals if row["consumed_at"] is None}:
            yield "other signals wait than were stored"
        if set(self.questions) != {row["id"] for row in self._run.interactions if row["status"] == "pending"}:
            yield "other questions wait for an answer than were asked"
