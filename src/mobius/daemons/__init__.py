"""Background work: one loop per file, the same on every server, without a leader."""

from __future__ import annotations

import asyncio

from mobius.daemons.clock_offset import agree_on_time
from mobius.daemons.counts import fold_run_counts
from mobius.daemons.expiry import expire_interactions
from mobius.daemons.leases import expire_leases
from mobius.daemons.loop import Loop
from mobius.daemons.recheck import wake_waiting_claims
from mobius.daemons.retention import forget_old_starts
from mobius.daemons.sequencer import GATHER_SECONDS, Sequencer
from mobius.daemons.timers import fire_due_timers
from mobius.execution.room import Execution
from mobius.execution.streams import EventTail

GRACE_SECONDS = 5.0
MINUTE = 60.0
HOUR = 3600.0


class Daemons:
    """The running loops of one server."""

    def __init__(self, loops: list[Loop]) -> None:
        self._loops = loops

    async def stop(self) -> None:
        """Stop all loops after the batch that each is at."""
        await asyncio.gather(*(loop.stop(GRACE_SECONDS) for loop in self._loops))


def start(room: Execution, tail: EventTail) -> Daemons:
    """Start the loops of a server."""
    wakeups = room.store.wakeups
    ordered, gather = ("sequenced", 0.0) if room.store.dialect == "postgres" else ("events", GATHER_SECONDS)

    async def follow_log() -> float | None:
        return 0 if await tail.read() else None

    loops = [
        Loop("clock", lambda: agree_on_time(room.store, room.clock), wakeups, interval=MINUTE),
        Loop("timers", lambda: fire_due_timers(room), wakeups, interval=0.5, kinds=["timers"]),
        Loop("expiry", lambda: expire_interactions(room), wakeups, interval=1.0, kinds=["interactions"]),
        Loop("leases", lambda: expire_leases(room), wakeups, interval=0.5),
        Loop("recheck", lambda: wake_waiting_claims(room), wakeups, interval=1.0, kinds=["delayed"]),
        Loop("tail", follow_log, wakeups, interval=1.0, kinds=[ordered], gather=gather),
        Loop("retention", lambda: forget_old_starts(room), wakeups, interval=HOUR),
    ]
    if room.store.dialect == "postgres":
        store = room.store
        sequencer = Sequencer(store)
        loops.append(
            Loop(
                "sequencer",
                sequencer.work,
                wakeups,
                interval=0.5,
                kinds=["events"],
                gather=GATHER_SECONDS,
            )
        )
        loops.append(Loop("dead_rows", sequencer.clear_dead_rows, wakeups, interval=1.0))
        loops.append(Loop("counts", lambda: fold_run_counts(store), wakeups, interval=1.0))
    return Daemons(loops)
