"""Deliver a signal to a run: to the branch that waits for its topic, else into the run's store."""

from __future__ import annotations

from typing import Any

from mobius.api.errors import TooManyRequests
from mobius.engine.advance import waiting_entry
from mobius.engine.events import SignalReceived
from mobius.execution import queries
from mobius.execution.drive import Change, until_it_holds
from mobius.execution.limits import check_name, check_size
from mobius.execution.loading import load_run
from mobius.execution.room import Execution
from mobius.execution.shapes import RunSignal, SendRunSignalRequest
from mobius.store import new_id

MAX_WAITING = 1000


async def send_signal(
    room: Execution, project_id: str, run_id: str, request: SendRunSignalRequest
) -> RunSignal:
    """Store the signal; a branch that waits for the topic consumes it at once. Exactly one consumes it.

    Raises NotFound for an unknown run, TooManyRequests when 1,000 signals of the run wait already.
    """
    topic = check_name("name", request.name)
    payload = request.payload or {}
    text = check_size("payload", payload, room.settings.max_value_bytes)

    async def attempt() -> RunSignal:
        change = Change(room, await load_run(room, project_id, run_id))
        signal_id = await deliver(change, topic, payload, text)
        await change.write()
        return RunSignal(id=signal_id, run_id=run_id, name=topic)

    return await until_it_holds(f"run {run_id}", attempt)  # type: ignore[no-any-return]


async def deliver(change: Change, topic: str, payload: Any, text: str) -> str:
    """Make a signal part of a change and return its id; `text` is the JSON of `payload`.

    Raises TooManyRequests.
    """
    run = change.run
    entry = None if run.ended else waiting_entry(run.state, topic)
    if entry is None:
        waiting = await queries.waiting_signals(change.room.store, run.project_id, run.id, MAX_WAITING)
        if waiting >= MAX_WAITING:
            raise TooManyRequests(f"run {run.id}: {MAX_WAITING} signals wait to be consumed already", 60)
    fact = None if entry is None else change.received(entry, payload, len(text))
    now = change.transition.now
    signal_id = new_id("sig")
    change.transition.new_signals.append(
        {
            "project_id": run.project_id,
            "run_id": run.id,
            "id": signal_id,
            "topic": topic,
            "arrival": run.version,
            "payload": await change.values.taken_in(payload, text),
            "created_at": now,
            "consumed_at": now if isinstance(fact, SignalReceived) else None,
        }
    )
    # A wait that begins at the same moment must read again and see the signal.
    change.move_on()
    if fact is not None:
        await change.feed(fact)
    return signal_id
