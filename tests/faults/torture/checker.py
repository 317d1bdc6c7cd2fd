"""Compares what happened with what was promised. It looks at a history, so a forged one can be checked."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec

from mobius.engine.state import RunState
from mobius.execution.drive import error_text
from tests.faults.torture.history import History, Run
from tests.faults.torture.reference import Outcome, comparable, compiled, expected, outcome_of
from tests.faults.torture.replay import Replay
from tests.faults.torture.story import Stories, Story
from tests.faults.torture.violation import Violation

OVERDUE_MICROS = 30_000_000
"""A timer that is not due for so long is one that a run rightly waits for."""
ENDED = {"completed", "failed"}
ACCEPTED_REFUSALS = {409, 429, 503}
"""What a worker may be answered under faults: a stale fence, too much at once, no database."""

_decode = msgspec.json.Decoder().decode
_decode_state = msgspec.json.Decoder(RunState).decode


@dataclass
class Verdict:
    """What the checker found."""

    violations: list[Violation] = field(default_factory=list)
    transitions: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    compared: int = 0
    """Runs whose end was compared with the same run without faults."""


def check(history: History) -> Verdict:
    """Check every promise."""
    verdict = Verdict()
    stories = Stories(history.plan.seed)
    for run in history.runs.values():
        story = stories[run.story]
        replay = Replay(run, compiled(run.row["workflow_name"], story), history)
        verdict.violations += replay.violations()
        verdict.transitions += replay.transitions
        verdict.violations += _end(run, story, history.now)
        verdict.compared += story.settled
        verdict.outcomes[run.row["status"]] += 1
    for promise in PROMISES:
        verdict.violations += promise(history)
    return verdict


def _end(run: Run, story: Story, now: int) -> Iterator[Violation]:
    """A run is over or rightly waits, and a settled one ends as it does without faults."""
    state = _decode_state(run.state)
    outcome = outcome_of(state)
    promise = "every run ends or rightly waits"
    if outcome.status not in ENDED:
        for what in _wrong_waits(run, state, now):
            yield Violation(promise, run.id, what)
    yield from (Violation(promise, run.id, what) for what in _unlike_state(run, outcome, state))
    if story.settled and outcome != (wanted := expected(story)):
        yield Violation("results equal those without faults", run.id, f"{outcome} instead of {wanted}")


def _wrong_waits(run: Run, state: RunState, now: int) -> Iterator[str]:
    """Yield what a run waits for in vain, or what should have come long ago."""
    if open_jobs := [job["id"] for job in run.jobs.values() if job["status"] in {"pending", "claimed"}]:
        yield f"jobs {open_jobs} are still open"
    timers = {timer["entry"]: timer["due_at"] for timer in run.timers}
    if late := [entry for entry, due in timers.items() if due <= now + OVERDUE_MICROS]:
        yield f"timers {late} have not fired"
    waiting = {signal["topic"] for signal in run.signals if signal["consumed_at"] is None}
    for branch in state.branches.values():
        match msgspec.to_builtins(branch.waiting):
            case {"type": "signal", "topic": topic}:
                if topic in waiting:
                    yield f"branch {branch.name} waits for a signal on {topic}, which is there"
                if branch.entry not in timers:
                    yield f"branch {branch.name} waits for a signal without a limit"
            case {"type": "pause" | "join"}:
                pass
            case other:
                yield f"branch {branch.name} stays at step {branch.step} ({other})"


def _unlike_state(run: Run, outcome: Outcome, state: RunState) -> Iterator[str]:
    """Yield where the run's row tells something else than its state."""
    row = run.row
    status = row["status"] if row["status"] != "queued" else "running"
    if status != outcome.status:
        yield f"the run is shown as {row['status']}, but it is {outcome.status}"
    result = None if row["result"] is None else comparable(_decode(row["result"]))
    if result != outcome.result:
        yield f"the result is shown as {row['result']}, but it is {outcome.result}"
    if row["error_message"] != error_text(state):
        yield f"the error is shown as {row['error_message']}, but it is {error_text(state)}"


def _starts(history: History) -> Iterator[Violation]:
    promise = "every accepted start began one run"
    runs_of: dict[int, list[str]] = defaultdict(list)
    for run in history.runs.values():
        runs_of[run.story].append(run.id)
    for number, runs in runs_of.items():
        if len(runs) > 1:
            yield Violation(promise, runs[0], f"story {number} has the runs {runs}")
    for note in history.told:
        if note["what"] == "started" and note["run"] not in history.runs:
            yield Violation(promise, note["run"], f"the run of story {note['story']} is gone")


def _jobs(history: History) -> Iterator[Violation]:
    promise = "each step and item is completed once"
    for run in history.runs.values():
        completed = Counter(job["path_id"] for job in run.jobs.values() if job["status"] == "completed")
        for path, times in completed.items():
            if times > 1:
                yield Violation(promise, run.id, f"{path} was completed {times} times")
        ended = Counter(entry.subject for entry in run.journal if entry.kind == "job completed")
        for job, times in ended.items():
            if times > 1:
                yield Violation(promise, run.id, f"job {job} was completed {times} times")


def _fences(history: History) -> Iterator[Violation]:
    promise = "each fence is handed out once"
    given: dict[tuple[str, int], str] = {}
    for run in history.runs.values():
        for entry in run.journal:
            if entry.kind != "job claimed":
                continue
            attempt, worker = _decode(entry.data or "")
            if (entry.subject, attempt) in given:
                yield Violation(promise, run.id, f"job {entry.subject}, attempt {attempt}")
            given[entry.subject, attempt] = worker
    got: Counter[tuple[str, int]] = Counter()
    for claim in history.claims:
        fence = claim["job"], claim["attempt"]
        got[fence] += 1
        if given.get(fence) != claim["worker"]:
            what = f"{fence} was handed to {claim['worker']}, but {given.get(fence)} holds it"
            yield Violation(promise, "", what)
    for fence, times in got.items():
        if times > 1:
            yield Violation(promise, "", f"{fence} was handed out {times} times")
    for fence, begun in history.begun.items():
        if len(begun) > 1:
            yield Violation(promise, "", f"{fence} was executed {len(begun)} times")


def _reports(history: History) -> Iterator[Violation]:
    promise = "what was acknowledged is kept"
    jobs = {job_id: job for run in history.runs.values() for job_id, job in run.jobs.items()}
    for report in history.reports:
        if report["status"] != 204 or report["ended"] == "released":
            continue
        job = jobs.get(report["job"])
        if job is None or (job["status"], job["attempt"]) != (report["ended"], report["attempt"]):
            yield Violation(promise, "", f"{report} was acknowledged, but the job is {job}")


def _signals(history: History) -> Iterator[Violation]:
    promise = "every signal is there once and consumed at most once"
    stored: Counter[str] = Counter()
    for run in history.runs.values():
        stored.update(_decode(signal["payload"])["token"] for signal in run.signals)
        consumed = Counter(
            entry.subject
            for entry in run.journal
            if entry.kind == "signal consumed"
            or (entry.kind == "signal stored" and _decode(entry.data or "")[2])
        )
        marked = {signal["id"] for signal in run.signals if signal["consumed_at"] is not None}
        if set(consumed) != marked or set(consumed.values()) - {1}:
            yield Violation(promise, run.id, f"{consumed} were consumed, {marked} are marked so")
    accepted = {note["token"] for note in history.told if note["what"] == "signalled"}
    for token in sorted(accepted | set(stored)):
        if stored[token] != 1:
            yield Violation(promise, "", f"signal {token} is stored {stored[token]} times")


def _questions(history: History) -> Iterator[Violation]:
    promise = "every question ends once, and with its run at the latest"
    rows = {row["id"]: row for run in history.runs.values() for row in run.interactions}
    for run in history.runs.values():
        for row in run.interactions:
            kinds = [entry.kind for entry in run.journal if entry.subject == row["id"]]
            wanted = ["question pending"]
            if row["status"] != "pending":
                wanted.append(f"question {row['status']}")
            if kinds != wanted:
                yield Violation(promise, run.id, f"{row['id']} is {row['status']}, after {kinds}")
            told = [kind.removeprefix("interaction.") for kind in history.about_questions[row["id"]]]
            if told != [kind.removeprefix("question ").replace("pending", "created") for kind in wanted]:
                yield Violation(promise, run.id, f"{row['id']} is {row['status']}, the events tell {told}")
            if row["status"] == "pending" and run.row["status"] in ENDED:
                yield Violation(promise, run.id, f"{row['id']} is pending, and its run has ended")
    for note in history.told:
        if note["what"] == "answered" and rows.get(note["question"], {}).get("status") != "completed":
            yield Violation(promise, "", f"{note} was acknowledged, but it is not completed")


def _timers(history: History) -> Iterator[Violation]:
    promise = "every timer fires once"
    for run in history.runs.values():
        set_timers = Counter(entry.subject for entry in run.journal if entry.kind == "timer set")
        gone = Counter(entry.subject for entry in run.journal if entry.kind == "timer gone")
        left = Counter(str(timer["entry"]) for timer in run.timers)
        if set_timers != gone + left or set(set_timers.values()) - {1}:
            yield Violation(promise, run.id, f"{set_timers} were set, {gone} are gone, {left} are left")


def _log(history: History) -> Iterator[Violation]:
    promise = "the event log tells all that happened, in order"
    seqs = [event.seq for event in history.events]
    if any(later <= earlier for earlier, later in pairwise(seqs)):
        yield Violation(promise, "", "the numbers do not increase")
    if history.unsequenced:
        yield Violation(promise, "", f"{history.unsequenced} events never got a number")
    for run in history.runs.values():
        yield from (Violation(promise, run.id, what) for what in _untold(run))
    tokens = Counter(_decode(event.data)["token"] for event in history.events if event.type == "begun")
    for token, times in tokens.items():
        if times > 1 or token not in history.emitted:
            yield Violation(promise, "", f"the event {token} of a worker is there {times} times")


def _untold(run: Run) -> Iterator[str]:
    """Yield how the events of a run differ from what its journal tells."""
    told: dict[str, list[str]] = defaultdict(list)
    logged: list[str] = []
    shown: dict[str, Any] = {}
    for event in run.events:
        data = _decode(event.data)
        match event.type:
            case "job_updated":
                told[data["id"]].append(data["status"])
            case "action_appended":
                logged.append(data["id"])
            case "run_updated":
                shown = data
            case _:
                pass
    happened: dict[str, list[str]] = defaultdict(list)
    for entry in run.journal:
        if entry.kind == "job created":
            happened[entry.subject].append("pending")
        elif entry.kind.startswith("job ") and entry.kind != "job told to cancel":
            happened[entry.subject].append(entry.kind.removeprefix("job "))
    for job, statuses in happened.items():
        if told[job] != statuses:
            yield f"job {job} was {statuses}, but the events tell {told[job]}"
    if sorted(logged) != sorted(entry["id"] for entry in run.action_log):
        yield f"the events tell of the action log entries {sorted(logged)}"
    latest = (run.row["status"], run.row["attempt"])
    if (shown.get("status"), shown.get("attempt")) != latest:
        yield f"the run is {latest}, but the last event tells {shown}"
    yield from _unlogged(run)


def _unlogged(run: Run) -> Iterator[str]:
    """Yield where the action log is not one entry for each attempt that was claimed and ended."""
    ended: Counter[tuple[str, int]] = Counter()
    claimed: set[str] = set()
    for entry in run.journal:
        if entry.kind == "job claimed":
            claimed.add(entry.subject)
        elif entry.kind in {"job completed", "job failed", "job pending"} and entry.subject in claimed:
            claimed.discard(entry.subject)
            ended[entry.subject, _decode(entry.data or "")[0]] += 1
    logged = Counter((entry["job_id"], entry["attempt"]) for entry in run.action_log)
    if logged != ended:
        yield f"of the attempts that ended the action log lacks {ended - logged}, and adds {logged - ended}"


def _readers(history: History) -> Iterator[Violation]:
    promise = "every reader saw exactly the log"
    about_runs = [event for event in history.events if event.run_id in history.runs]
    log = [(event.seq, zlib.crc32(event.data.encode())) for event in about_runs]
    for number, seen in enumerate(history.readers):
        if seen == log:
            continue
        place = next(
            (n for n, (a, b) in enumerate(zip(seen, log, strict=False)) if a != b), min(len(seen), len(log))
        )
        what = f"reader {number} saw {seen[place : place + 3]} instead of {log[place : place + 3]}"
        yield Violation(promise, "", f"{what}, as event {place} of {len(log)}")


def _answers(history: History) -> Iterator[Violation]:
    promise = "nobody is answered what no fault explains"
    for note in history.told:
        if note["what"] == "odd":
            yield Violation(promise, "", str(note))
    for note in history.refused:
        if note["status"] not in ACCEPTED_REFUSALS:
            yield Violation(promise, "", str(note))
    for mishap in history.mishaps:
        yield Violation(promise, "", mishap)


PROMISES: tuple[Callable[[History], Iterator[Violation]], ...] = (
    _starts,
    _jobs,
    _fences,
    _reports,
    _signals,
    _questions,
    _timers,
    _log,
    _readers,
    _answers,
)
