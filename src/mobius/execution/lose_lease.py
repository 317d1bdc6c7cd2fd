"""A worker went silent, took longer than allowed, or hands a job back."""

from __future__ import annotations

from typing import Any

from mobius.clock import to_micros
from mobius.execution.complete import Outcome, StaleFence, finish, holds_fence, log_attempt
from mobius.execution.drive import Change, until_it_holds
from mobius.execution.loaded import LoadedJob
from mobius.execution.loading import load_job
from mobius.execution.room import Execution
from mobius.execution.shapes import JobFenceRequest
from mobius.execution.transition import ReturnedJob
from mobius.execution.waiting import job_hint
from mobius.store import NotFound

LOST = "the lease expired: no heartbeat from the worker"


async def expire_job(room: Execution, project_id: str, job_id: str) -> None:
    """End an attempt whose lease or time is over; a job that is not overdue (any more) stays as it is.

    A lost lease is not the action's failure: the job is pending again, with the next attempt. After
    `max_lost_leases` of them it fails with `lease_expired`. Past the step's time it fails with `timeout`.
    """

    async def attempt() -> None:
        job = await load_job(room, project_id, job_id)
        row, now = job.row, to_micros(room.clock.now())
        if row["status"] != "claimed" or row["expires_at"] is None or row["expires_at"] > now:
            return
        if row["deadline_at"] is not None and row["deadline_at"] <= now:
            seconds = row["timeout_us"] / 1_000_000
            await finish(
                room,
                job,
                Outcome("failed", error_type="timeout", error_message=f"not completed within {seconds:g} s"),
            )
        elif _goes_back(room, job):
            await _return(room, job, LOST)
        else:
            message = f"{LOST}, {row['lost_leases'] + 1} times"
            await finish(room, job, Outcome("failed", error_type="lease_expired", error_message=message))

    try:
        await until_it_holds(f"job {job_id}", attempt)
    except NotFound:
        return


async def release_job(room: Execution, project_id: str, job_id: str, request: JobFenceRequest) -> None:
    """Hand a claimed job back, so that another worker can take it at once; no retry is used.

    Raises StaleFence unless the caller holds the job.
    """

    async def attempt() -> None:
        job = await load_job(room, project_id, job_id)
        if not holds_fence(job.row, request.worker_id, request.attempt):
            raise StaleFence(job_id, request.worker_id, request.attempt)
        if job.run.ended or job.row["should_cancel"]:
            await finish(
                room, job, Outcome("failed", error_type="cancelled", error_message="released by the worker")
            )
        else:
            await _return(room, job, None)

    await until_it_holds(f"job {job_id}", attempt)


def _goes_back(room: Execution, job: LoadedJob) -> bool:
    stopped = job.run.ended or job.row["should_cancel"]
    return not stopped and job.row["lost_leases"] + 1 < room.settings.max_lost_leases


async def _return(room: Execution, job: LoadedJob, lost: str | None) -> None:
    change = Change(room, job.run)
    row, now = job.row, change.transition.now
    change.transition.returned = ReturnedJob(
        row["id"], row["claimed_by"], row["attempt"], lease_lost=lost is not None, last_error=lost
    )
    log_attempt(change, job, None, lost or "released by the worker")
    change.job_updated(_pending_again(row, lost, now))
    change.move_on()
    change.wake.append(job_hint(job.run.project_id, row["queue"], row["action"]))
    await change.write()


def _pending_again(row: Any, lost: str | None, now: int) -> dict[str, Any]:
    return {
        **row,
        "status": "pending",
        "attempt": row["attempt"] + 1,
        "last_error": lost,
        "scheduled_at": now,
        "claimed_by": None,
        "agent_id": None,
        "agent_session_id": None,
        "claimed_at": None,
        "heartbeat_at": None,
        "updated_at": now,
    }
