"""A torture from beginning to end: faults under load, peace until nothing moves any more, the history."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.faults.torture.cast import Cast
from tests.faults.torture.faults import Faults
from tests.faults.torture.ground import ground
from tests.faults.torture.history import History, gather
from tests.faults.torture.load import Load
from tests.faults.torture.plan import Plan
from tests.faults.torture.specs import UNANSWERED
from tests.faults.torture.story import Stories

DRAIN_SECONDS = 120.0
CATCH_UP_SECONDS = 30.0
TELL_SECONDS = 10.0
SOON_MICROS = 60_000_000


@dataclass(frozen=True)
class Torture:
    """What a torture left behind."""

    history: History
    faults: dict[str, int]
    repeated: dict[str, int]
    reconnections: int
    seconds: float
    directory: Path
    cast: Cast

    def keep(self, report: str) -> None:
        """Leave in the directory what helps to understand a violation; the plan follows from the seed."""
        self.cast.keep(self.directory)
        (self.directory / "report.txt").write_text(report, encoding="utf-8")
        specs = {run.row["workflow_name"]: run.story for run in self.history.runs.values()}
        stories = Stories(self.cast.plan.seed)
        for name, story in specs.items():
            file = self.directory / f"{name.replace('/', '-').replace(' ', '-')}.json"
            file.write_bytes(msgspec.json.format(msgspec.json.encode(stories[story].workflow.spec)))


def silent(line: str) -> None:
    """Tell nobody."""


@contextmanager
def torture(plan: Plan, directory: Path, tell: Callable[[str], None] = silent) -> Iterator[Torture]:
    """Run a torture; what it leaves behind can be looked at, and `keep` keeps it, until the block ends.

    `tell` takes a line now and then that says how far it is.
    """
    records = directory / "records"
    records.mkdir(parents=True)
    begun = time.monotonic()
    with ground(plan, directory) as database:
        cast = Cast(plan, database, records)
        try:
            cast.open()
            load = Load(cast, Stories(plan.seed))
            load.start()
            try:
                faults = Faults(cast)
                faults.run(_Progress(faults, load, tell))
                load.stop_starting()
                tell("no more faults; waiting until nothing moves any more")
                _drain(cast, load)
            finally:
                load.close()
            _catch_up(cast)
            cast.stop()
            tell("checking")
            yield Torture(
                gather(cast),
                {**faults.injected, **cast.wrong_clocks()},
                dict(load.repeated),
                sum(reader.connections for reader in cast.readers),
                time.monotonic() - begun,
                directory,
                cast,
            )
        except BaseException:
            cast.keep(directory)
            raise
        finally:
            cast.close()


class _Progress:
    """Tells how far it is, not too often."""

    def __init__(self, faults: Faults, load: Load, tell: Callable[[str], None]) -> None:
        self._faults, self._load, self._tell = faults, load, tell
        self._next = TELL_SECONDS

    def __call__(self, seconds: float) -> None:
        if seconds >= self._next:
            self._next = seconds + TELL_SECONDS
            injected = self._faults.injected.total()
            runs = f"{self._load.begun} runs begun, {self._load.under_way} under way"
            self._tell(f"{seconds:5.0f} s: {injected} faults injected, {runs}")


def _drain(cast: Cast, load: Load) -> None:
    """Return when all that can happen has happened, or after a while: the checker tells what is left."""
    give_up = time.monotonic() + DRAIN_SECONDS
    quiet = 0
    while quiet < 2 and time.monotonic() < give_up:
        time.sleep(0.5)
        quiet = 0 if load.unfinished or _moves(cast) else quiet + 1


def _moves(cast: Cast) -> bool:
    """Tell whether anything is still about to happen by itself, or by somebody of the load."""
    rows = cast.ground.rows
    soon = int(time.time() * 1_000_000) + SOON_MICROS
    pending = rows("SELECT count(*) AS n FROM jobs WHERE status IN ('pending', 'claimed')")
    due = rows(f"SELECT count(*) AS n FROM timers WHERE due_at < {soon}")
    asked = rows(
        f"SELECT count(*) AS n FROM interactions WHERE status = 'pending' AND message <> '{UNANSWERED}'"
    )
    if pending[0]["n"] or due[0]["n"] or asked[0]["n"]:
        return True
    stories = Stories(cast.plan.seed)
    for row in rows(
        "SELECT r.status, r.attempt, r.metadata, s.state FROM runs r JOIN run_states s ON s.run_id = r.id "
        "WHERE r.status IN ('suspended', 'failed')"
    ):
        story = stories[int(msgspec.json.decode(row["metadata"])["story"])]
        if row["status"] == "failed" and row["attempt"] == 1 and story.retried:
            return True
        if row["status"] == "suspended" and story.workflow.resumed and '"type":"pause"' in row["state"]:
            return True
    return False


def _catch_up(cast: Cast) -> None:
    """Return when all readers have seen the newest event, or after a while: the checker tells who has not."""
    give_up = time.monotonic() + CATCH_UP_SECONDS
    newest = cast.ground.rows(
        "SELECT coalesce(max(seq), 0) AS newest FROM events WHERE substr(run_id, 1, 4) = 'run_'"
    )[0]["newest"]
    while time.monotonic() < give_up:
        if all(reader.seen and reader.seen[-1][0] >= newest for reader in cast.readers):
            return
        time.sleep(0.1)
