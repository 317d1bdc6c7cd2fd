"""The checker of the torture finds out a history that was forged: what it looks for it can see."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.faults.torture.checker import check
from tests.faults.torture.conductor import torture
from tests.faults.torture.history import Entry, History, Run
from tests.faults.torture.plan import Plan
from tests.faults.torture.story import Stories

PEACE = Plan("peace 1354", "sqlite", 3.0, workers=5, starts_per_second=8.0, seconds_per_fault=1e9)
"""No fault at all, so that what is found afterwards was forged."""

Forgery = Callable[[History], None]
FORGERIES: list[tuple[str, Forgery]] = []


def breaks(promise: str) -> Callable[[Forgery], Forgery]:
    """Say which promise a forged history breaks."""

    def note(forgery: Forgery) -> Forgery:
        FORGERIES.append((promise, forgery))
        return forgery

    return note


def test_every_forged_history_is_found_out(tmp_path: Path, subtests: pytest.Subtests) -> None:
    with torture(PEACE, tmp_path / "peace") as done:
        genuine = done.history
    assert check(genuine).violations == []
    for promise, forge in FORGERIES:
        with subtests.test(forge.__name__):
            forged = copy.deepcopy(genuine)
            forge(forged)
            assert promise in {violation.promise for violation in check(forged).violations}


# Runs.


@breaks("every run ends or rightly waits")
def a_run_that_stands_still(history: History) -> None:
    run, _ = some_entry(history, "job completed", status="completed")
    states = [entry.data for entry in run.journal if entry.kind == "state"]
    run.state = states[0] or ""


@breaks("every run ends or rightly waits")
def a_job_that_nobody_ends(history: History) -> None:
    run = some_run(history, "suspended")
    next(iter(run.jobs.values()))["status"] = "claimed"


@breaks("every run ends or rightly waits")
def a_signal_that_is_waited_for_and_there(history: History) -> None:
    run, signal = some_signal(history, status="suspended")
    state = msgspec.json.decode(run.state)
    waits = [branch["waiting"] for branch in state["branches"].values()]
    topic = next(wait["topic"] for wait in waits if wait["type"] == "signal")
    signal.update(topic=topic, consumed_at=None)


@breaks("every run ends or rightly waits")
def a_run_shown_with_another_status(history: History) -> None:
    some_run(history, "completed").row["status"] = "running"


@breaks("results equal those without faults")
def another_result(history: History) -> None:
    run = some_run(history, "completed")
    state = msgspec.json.decode(run.state)
    state["result"] = {"other": 1}
    run.state = msgspec.json.encode(state).decode()
    run.row["result"] = '{"other": 1}'


@breaks("every accepted start began one run")
def a_run_that_is_gone(history: History) -> None:
    del history.runs[some_run(history, "completed").id]


@breaks("every accepted start began one run")
def a_start_that_began_two_runs(history: History) -> None:
    one, other = [run for run in history.runs.values() if run.row["status"] == "completed"][:2]
    one.row["metadata"] = other.row["metadata"]


@breaks("every question ends once, and with its run at the latest")
def a_question_that_outlasts_its_run(history: History) -> None:
    some_question(history)["status"] = "pending"


@breaks("every question ends once, and with its run at the latest")
def an_answer_that_is_forgotten(history: History) -> None:
    some_question(history)["status"] = "expired"


@breaks("the engine allows the history")
def an_answer_that_nobody_gave(history: History) -> None:
    some_question(history)["value"] = "false"


def some_question(history: History) -> dict[str, Any]:
    return next(
        row
        for run in history.runs.values()
        for row in run.interactions
        if row["status"] == "completed" and run.row["status"] in {"completed", "failed"}
    )


# What the engine allows.


@breaks("the engine allows the history")
def a_result_that_the_worker_never_had(history: History) -> None:
    run, entry = some_entry(history, "job completed", status="completed")
    for (job, _), ends in history.ends.items():
        if job == entry.subject:
            ends[:] = [end | {"result": "another"} for end in ends]
    assert run.jobs


@breaks("the engine allows the history")
def a_completion_that_nobody_executed(history: History) -> None:
    _, entry = some_entry(history, "job completed", status="completed")
    for fence in [fence for fence in history.ends if fence[0] == entry.subject]:
        del history.ends[fence]


@breaks("the engine allows the history")
def a_transition_that_is_missing(history: History) -> None:
    run = some_run(history, "completed")
    states = [entry for entry in run.journal if entry.kind == "state"]
    run.journal.remove(states[len(states) // 2])


@breaks("the engine allows the history")
def transitions_in_another_order(history: History) -> None:
    run = some_run(history, "completed")
    first, second = [n for n, entry in enumerate(run.journal) if entry.kind == "state"][1:3]
    run.journal[first], run.journal[second] = run.journal[second], run.journal[first]


@breaks("the engine allows the history")
def a_state_that_the_engine_never_had(history: History) -> None:
    run = some_run(history, "completed")
    place = next(n for n, entry in enumerate(run.journal) if entry.kind == "state")
    run.journal[place] = run.journal[place]._replace(data=run.state)


@breaks("the engine allows the history")
def a_job_that_is_gone(history: History) -> None:
    run, entry = some_entry(history, "job completed", status="completed")
    del run.jobs[entry.subject]


@breaks("the tables are what the history led to")
def a_job_with_another_status(history: History) -> None:
    run, entry = some_entry(history, "job completed", status="completed")
    run.jobs[entry.subject]["status"] = "failed"


# Jobs.


@breaks("each step and item is completed once")
def a_step_that_two_jobs_completed(history: History) -> None:
    run, entry = some_entry(history, "job completed", status="completed")
    run.jobs["job_again"] = {**run.jobs[entry.subject], "id": "job_again"}


@breaks("each step and item is completed once")
def a_job_that_two_attempts_completed(history: History) -> None:
    run, entry = some_entry(history, "job completed", status="completed")
    repeat(run, entry, data=msgspec.json.encode([2, "another"]).decode())


@breaks("each fence is handed out once")
def an_attempt_that_two_workers_got(history: History) -> None:
    history.claims.append(history.claims[0] | {"worker": "another"})


@breaks("each fence is handed out once")
def an_attempt_that_was_executed_twice(history: History) -> None:
    begun = next(iter(history.begun.values()))
    begun.append(begun[0])


@breaks("what was acknowledged is kept")
def an_acknowledged_completion_that_is_lost(history: History) -> None:
    report = next(report for report in history.reports if report["status"] == 204)
    job = next(run.jobs[report["job"]] for run in history.runs.values() if report["job"] in run.jobs)
    job.update(status="claimed", attempt=report["attempt"] + 1)


# Signals and timers.


@breaks("every signal is there once and consumed at most once")
def a_signal_that_was_consumed_twice(history: History) -> None:
    run, stored = some_entry(history, "signal stored", status="completed")
    repeat(run, stored, kind="signal consumed", data=None)


@breaks("every signal is there once and consumed at most once")
def a_signal_that_is_lost(history: History) -> None:
    run, signal = some_signal(history)
    run.signals.remove(signal)
    run.journal = [entry for entry in run.journal if entry.subject != signal["id"]]


@breaks("every signal is there once and consumed at most once")
def a_signal_that_is_there_twice(history: History) -> None:
    run, signal = some_signal(history)
    run.signals.append({**signal, "id": "sig_again", "consumed_at": None})


@breaks("every timer fires once")
def a_timer_that_fired_twice(history: History) -> None:
    repeat(*some_entry(history, "timer gone"))


@breaks("every timer fires once")
def a_timer_that_vanished(history: History) -> None:
    run, gone = some_entry(history, "timer gone")
    run.journal.remove(gone)


@breaks("every run ends or rightly waits")
def a_timer_that_never_fired(history: History) -> None:
    run = next(run for run in history.runs.values() if run.timers)
    run.timers[0]["due_at"] = history.now - 1


@breaks("the engine allows the history")
def a_timer_that_fired_early(history: History) -> None:
    run, gone = some_entry(history, "timer gone", status="completed")
    for n, entry in enumerate(run.journal):
        if entry.kind == "timer set" and entry.subject == gone.subject:
            run.journal[n] = entry._replace(data=str(int(entry.data or 0) + 60_000_000))


# Events and their readers.


@breaks("the event log tells all that happened, in order")
def an_event_that_is_missing(history: History) -> None:
    event = next(event for event in history.events if event.type == "job_updated")
    history.events.remove(event)
    history.runs[event.run_id].events.remove(event)


@breaks("the event log tells all that happened, in order")
def events_in_another_order(history: History) -> None:
    run, entry = some_entry(history, "job completed", status="completed")
    first, second = [
        n
        for n, event in enumerate(run.events)
        if event.type == "job_updated" and msgspec.json.decode(event.data)["id"] == entry.subject
    ][:2]
    run.events[first], run.events[second] = run.events[second], run.events[first]


@breaks("the event log tells all that happened, in order")
def numbers_that_do_not_increase(history: History) -> None:
    history.events[1] = history.events[1]._replace(seq=history.events[0].seq)


@breaks("the event log tells all that happened, in order")
def an_event_without_a_number(history: History) -> None:
    history.unsequenced = 1


@breaks("the event log tells all that happened, in order")
def an_attempt_that_is_not_in_the_action_log(history: History) -> None:
    run, _ = some_entry(history, "job completed", status="completed")
    run.action_log.pop()


@breaks("the event log tells all that happened, in order")
def an_event_of_a_worker_that_is_there_twice(history: History) -> None:
    history.events.append(next(event for event in history.events if event.type == "begun"))


@breaks("every reader saw exactly the log")
def a_gap_in_a_stream(history: History) -> None:
    del history.readers[0][len(history.events) // 2]


@breaks("every reader saw exactly the log")
def an_event_that_a_reader_saw_twice(history: History) -> None:
    history.readers[1].insert(1, history.readers[1][0])


@breaks("every reader saw exactly the log")
def a_stream_in_another_order(history: History) -> None:
    seen = history.readers[2]
    seen[3], seen[4] = seen[4], seen[3]


@breaks("every reader saw exactly the log")
def an_event_that_a_reader_saw_changed(history: History) -> None:
    history.readers[0][2] = (history.readers[0][2][0], 0)


@breaks("every reader saw exactly the log")
def a_reader_that_never_saw_the_end(history: History) -> None:
    history.readers[0].pop()


# Answers.


@breaks("nobody is answered what no fault explains")
def an_answer_that_no_fault_explains(history: History) -> None:
    history.refused.append({"path": "/jobs/claim", "status": 500})


@breaks("nobody is answered what no fault explains")
def a_worker_that_ended_by_itself(history: History) -> None:
    history.mishaps.append("a worker ended by itself, with status 1")


# Where to forge.


def some_run(history: History, status: str) -> Run:
    """Return a run that ended in a status, and that had to."""
    stories = Stories(history.plan.seed)
    return next(
        run
        for run in history.runs.values()
        if run.row["status"] == status and len(run.jobs) > 1 and stories[run.story].settled
    )


def some_entry(history: History, kind: str, status: str = "") -> tuple[Run, Entry]:
    """Return an entry of a kind in the journal of a run."""
    for run in history.runs.values():
        for entry in run.journal:
            if entry.kind == kind and run.row["status"].startswith(status):
                return run, entry
    raise AssertionError(f"the seed has no {kind}")


def some_signal(history: History, status: str = "") -> tuple[Run, dict[str, Any]]:
    """Return a signal of a run."""
    return next(
        (run, run.signals[0])
        for run in history.runs.values()
        if run.signals and run.row["status"].startswith(status)
    )


def repeat(run: Run, entry: Entry, **changes: Any) -> None:
    """Let something be in the journal a second time."""
    run.journal.append(entry._replace(id=run.journal[-1].id + 2, **changes))
