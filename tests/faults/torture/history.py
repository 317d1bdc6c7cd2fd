"""What truly happened: all tables, the journal of the database, and the records of everybody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mobius.execution.large_values import in_full
from tests.faults.torture import record
from tests.faults.torture.cast import Cast
from tests.faults.torture.ground import Ground
from tests.faults.torture.plan import Plan

Row = dict[str, Any]
Fence = tuple[str, int]
"""A job and an attempt of it."""


class Entry(NamedTuple):
    """A line of the journal: something that a transaction did to a run. Times are microseconds."""

    id: int
    at: int
    xact: int | None
    kind: str
    subject: str
    stamp: int | None
    data: str | None


class LoggedEvent(NamedTuple):
    """A row of the event log; `data` is JSON text."""

    seq: int
    run_id: str
    type: str
    data: str


@dataclass
class Run:
    """All that is known of one run."""

    row: Row
    state: str = ""
    jobs: dict[str, Row] = field(default_factory=dict)
    action_log: list[Row] = field(default_factory=list)
    signals: list[Row] = field(default_factory=list)
    timers: list[Row] = field(default_factory=list)
    interactions: list[Row] = field(default_factory=list)
    journal: list[Entry] = field(default_factory=list)
    events: list[LoggedEvent] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.row["id"])

    @property
    def story(self) -> int:
        """The number of the story that it belongs to."""
        return int(msgspec.json.decode(self.row["metadata"])["story"])


@dataclass
class History:
    """What the checker looks at."""

    plan: Plan
    now: int
    runs: dict[str, Run]
    events: list[LoggedEvent]
    about_questions: dict[str, list[str]]
    """The types of events about interactions, and of those in inboxes."""
    readers: list[list[tuple[int, int]]]
    unsequenced: int
    """Events that have no number yet."""
    claims: list[Row]
    """Jobs as workers got them: `job`, `attempt`, `worker`."""
    begun: dict[Fence, list[Row]]
    ends: dict[Fence, list[Row]]
    """Results and failures of attempts, as the workers noted them before they reported."""
    reports: list[Row]
    """How reports of workers were answered: `job`, `attempt`, `ended`, `status`."""
    emitted: set[str]
    refused: list[Row]
    told: list[Row]
    """What the load was told: `started`, `signalled`, `answered`, `retried`, `odd`."""
    mishaps: list[str]
    """What went wrong although no fault was injected."""


def gather(cast: Cast) -> History:
    """Read everything, once nothing moves any more."""
    rows = _rows_in_full(cast.ground)
    runs = {row["id"]: Run(row) for row in rows("SELECT * FROM runs")}
    for row in rows("SELECT run_id, state FROM run_states"):
        runs[row["run_id"]].state = row["state"]
    for row in rows("SELECT * FROM jobs ORDER BY id"):
        runs[row["run_id"]].jobs[row["id"]] = row
    for table in ("action_log", "signals", "timers", "interactions"):
        for row in rows(f"SELECT * FROM {table}"):
            getattr(runs[row["run_id"]], table).append(row)
    for row in rows("SELECT * FROM torture_journal ORDER BY id"):
        entry = Entry(*(row[name] for name in Entry._fields))
        runs[row["run_id"]].journal.append(entry)
    events = [
        LoggedEvent(*(row[name] for name in LoggedEvent._fields))
        for row in rows("SELECT seq, run_id, type, data FROM events ORDER BY seq")
    ]
    about_questions = defaultdict(list)
    for event in events:
        if event.run_id in runs:
            runs[event.run_id].events.append(event)
        else:
            about_questions[event.run_id].append(event.type)
    unsequenced = 0
    if cast.plan.database == "postgres":
        unsequenced = rows("SELECT count(*) AS waiting FROM event_outbox")[0]["waiting"]
    history = History(
        plan=cast.plan,
        now=max((run.journal[-1].at for run in runs.values()), default=0),
        runs=runs,
        events=events,
        about_questions=about_questions,
        readers=[reader.seen for reader in cast.readers],
        unsequenced=unsequenced,
        claims=[],
        begun=defaultdict(list),
        ends=defaultdict(list),
        reports=[],
        emitted=set(),
        refused=[],
        told=list(record.read(cast.records, "load")),
        mishaps=cast.mishaps(),
    )
    _read_workers(history, cast.records)
    return history


def _rows_in_full(ground: Ground) -> Callable[[str], list[Row]]:
    """Return what reads rows of the database with all large values in their places."""
    stored = {row["hash"]: row["value"] for row in ground.rows("SELECT hash, value FROM large_values")}

    def rows(sql: str) -> list[Row]:
        return [
            {name: in_full(it, stored) if isinstance(it, str) else it for name, it in row.items()}
            for row in ground.rows(sql)
        ]

    return rows


def _read_workers(history: History, records: Path) -> None:
    for note in record.read(records, "worker"):
        match note["what"]:
            case "claim":
                history.claims.append(note)
            case "begin":
                history.begun[note["job"], note["attempt"]].append(note)
            case "result" | "failure":
                history.ends[note["job"], note["attempt"]].append(note)
            case "report":
                history.reports.append(note)
            case "emit":
                history.emitted.add(note["token"])
            case "refused":
                history.refused.append(note)
            case what:
                raise ValueError(f"a worker noted {what!r}, which nobody reads")
