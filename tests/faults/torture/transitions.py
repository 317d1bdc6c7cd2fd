"""The journal of a run, cut into what happened together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tests.faults.torture.history import Entry


@dataclass
class Transition:
    """A swap of the run's state, and everything else in the same transaction."""

    version: int
    state: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def at(self) -> int:
        """When it happened, in microseconds."""
        return self.entries[0].at

    def of(self, kind: str) -> list[Entry]:
        """Return the entries of a kind."""
        return [entry for entry in self.entries if entry.kind == kind]


Unit = Transition | Entry
"""A transition, or an entry that belongs to none."""


def units(journal: list[Entry]) -> list[Unit]:
    """Return what happened to a run, in order."""
    if any(entry.xact is not None for entry in journal):
        return _by_transaction(journal)
    return _by_neighbours(journal)


def _begin(entry: Entry) -> Transition:
    return Transition(int(entry.subject), entry.data or "", [entry])


def _by_transaction(journal: list[Entry]) -> list[Unit]:
    """On PostgreSQL the transaction says what belongs together.

    A job may be claimed while a transition is written that has nothing to do with that job, so a transition
    has its place where it ended.
    """
    swaps = {entry.xact: _begin(entry) for entry in journal if entry.kind == "state"}
    last: dict[int | None, int] = defaultdict(int)
    for entry in journal:
        last[entry.xact] = max(last[entry.xact], entry.id)
        if entry.kind != "state" and entry.xact in swaps:
            swaps[entry.xact].entries.append(entry)
    placed: list[tuple[int, Unit]] = [(last[xact], swap) for xact, swap in swaps.items()]
    placed += [(entry.id, entry) for entry in journal if entry.xact not in swaps]
    return [unit for _, unit in sorted(placed, key=lambda pair: pair[0])]


def _by_neighbours(journal: list[Entry]) -> list[Unit]:
    """On SQLite a batch is written without a gap, its state first; all its times are the same.

    A claim changes no state, so it is never part of one.
    """
    found: list[Unit] = []
    current: Transition | None = None
    stamp: int | None = None
    for entry in journal:
        if entry.kind == "state":
            current, stamp = _begin(entry), None
            found.append(current)
        elif (
            current is not None
            and entry.id == current.entries[-1].id + 1
            and entry.kind != "job claimed"
            and (entry.stamp is None or stamp in (None, entry.stamp))
        ):
            current.entries.append(entry)
            stamp = stamp or entry.stamp
        else:
            current = None
            found.append(entry)
    return found
