"""Lets a run know of an interaction, in one transaction with what the domain of interactions writes.

Each function is one attempt: it raises GuardMissed when the run or what `writes` guard has moved since it was
read, and the caller begins again with its reads (`drive.until_it_holds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mobius.api.errors import Conflict
from mobius.engine.events import InteractionCompleted
from mobius.execution.drive import Change
from mobius.execution.loaded import LoadedJob, LoadedRun
from mobius.execution.loading import load_job, load_run
from mobius.execution.records import encode
from mobius.execution.room import Execution
from mobius.execution.signal import deliver
from mobius.store import Write

HOLD_CLAIMED = "SELECT 1 FROM jobs WHERE project_id = $1 AND id = $2 AND status = 'claimed' @for_share"


class RunOver(Conflict):
    """The run has ended, or is being cancelled, and asks nobody any more."""

    def __init__(self, run: LoadedRun) -> None:
        what = f"is {run.row['status']}" if run.ended else "is being cancelled"
        super().__init__("run_ended", f"run {run.id} {what}; it waits for no response")


class JobNotClaimed(Conflict):
    """Only a job at work asks."""

    def __init__(self, job_id: str, status: str) -> None:
        super().__init__(
            "job_not_claimed", f"job {job_id} is {status}; only a claimed job creates interactions"
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """An interaction that is completed, and what the run learns."""

    interaction_id: str
    response: dict[str, Any]
    writes: Sequence[Write]


async def asking_run(room: Execution, project_id: str, run_id: str) -> LoadedRun:
    """Return a run that an interaction may be opened for; raise RunOver or NotFound."""
    return _live(await load_run(room, project_id, run_id))


async def asking_job(room: Execution, project_id: str, job_id: str) -> LoadedJob:
    """Return a claimed job with its run; raise JobNotClaimed, RunOver or NotFound."""
    job = await load_job(room, project_id, job_id)
    _live(job.run)
    if job.row["status"] != "claimed":
        raise JobNotClaimed(job_id, job.row["status"])
    return job


def _live(run: LoadedRun) -> LoadedRun:
    if run.ended or run.row["cancel_requested"]:
        raise RunOver(run)
    return run


async def ask_for_run(
    room: Execution, run: LoadedRun, writes: Sequence[Write], job_id: str | None = None
) -> None:
    """Open an interaction of a run that has not ended, and of a job that is still claimed."""
    change = Change(room, run)
    change.asks(writes)
    if job_id is not None:
        change.transition.of_domains.append(Write(HOLD_CLAIMED, (run.project_id, job_id), rows=1))
    # Who ends the run at the same moment must read again and see the interaction.
    change.move_on()
    await change.write()


async def answer_step(room: Execution, project_id: str, run_id: str, entry: int, answered: Answered) -> None:
    """Give the response to the step that asked; the run goes on."""
    change = await _change(room, project_id, run_id, answered)
    text = encode(answered.response)
    overflow = change.overflow(entry, len(text))
    if overflow is None:
        await change.values.taken_in(answered.response, text)
    await change.feed(overflow or InteractionCompleted(entry=entry, response=answered.response))
    await change.write()


async def answer_with_signal(
    room: Execution, project_id: str, run_id: str, topic: str, answered: Answered
) -> None:
    """Deliver the response to the run as a signal on the topic; raise TooManyRequests."""
    change = await _change(room, project_id, run_id, answered)
    await deliver(change, topic, answered.response, encode(answered.response))
    await change.write()


async def _change(room: Execution, project_id: str, run_id: str, answered: Answered) -> Change:
    change = Change(room, await load_run(room, project_id, run_id))
    change.answered = answered.interaction_id
    change.transition.of_domains += answered.writes
    return change
