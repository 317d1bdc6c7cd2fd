"""Take the result of a job, or its failure, and let the run go on."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import random
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import msgspec

from mobius.api.decoding import MAX_DEPTH, is_too_deep
from mobius.api.errors import Conflict, Invalid, TooLarge
from mobius.engine.events import Event, StepCompleted, StepFailed
from mobius.engine.measure import MAX_STATE, STATE_TOO_LARGE, state_too_large
from mobius.engine.retry import NextAttempt, next_attempt
from mobius.engine.spec import ActionStep
from mobius.execution import queries
from mobius.execution.drive import Change, until_it_holds
from mobius.execution.large_values import full_size
from mobius.execution.loaded import LoadedJob
from mobius.execution.loading import load_job
from mobius.execution.new_jobs import next_attempt_row
from mobius.execution.records import action_log_shape, encode
from mobius.execution.room import Execution
from mobius.execution.shapes import JobCompleteRequest
from mobius.execution.transition import ClosedGroup, FinishedJob
from mobius.store import new_id

MAX_ERROR = 8_192
LARGE_RESULT = 64 * 1024
"""A larger result is read beside the loop, which others wait for."""
_json = msgspec.json.Decoder()


class StaleFence(Conflict):
    """The caller does not hold the job, or not any more."""

    def __init__(self, job_id: str, worker_id: str, attempt: int) -> None:
        super().__init__(
            "stale_fence",
            f"job {job_id} is not claimed by worker {worker_id!r} in attempt {attempt}; stop working on it",
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `value` is the result of a completed one, `result` its JSON text."""

    status: Literal["completed", "failed"]
    value: Any = None
    result: str | None = None
    error_type: str = ""
    error_message: str = ""
    completion_hash: str | None = None

    @property
    def error(self) -> str | None:
        """Return the failure as one line."""
        return None if self.status == "completed" else f"{self.error_type}: {self.error_message}"


async def complete_job(room: Execution, project_id: str, job_id: str, request: JobCompleteRequest) -> None:
    """Record how an attempt ended; raise StaleFence unless the caller holds the job.

    A repeat of the very same completion by the holder of the fence changes nothing.
    """
    given = partial(_outcome, request, room.settings.max_value_bytes)
    large = len(request.result_b64 or "") > LARGE_RESULT
    outcome = await asyncio.to_thread(given) if large else given()

    async def attempt() -> None:
        job = room.recent.take(job_id)
        if job is None or job.run.project_id != project_id or not _holds(job.row, request):
            job = await load_job(room, project_id, job_id)
        if not _holds(job.row, request):
            if _repeats(job.row, request, outcome):
                return
            raise StaleFence(job_id, request.worker_id, request.attempt)
        await finish(room, job, outcome)

    await until_it_holds(f"job {job_id}", attempt)


async def finish(room: Execution, job: LoadedJob, outcome: Outcome) -> None:
    """Write the end of a claimed attempt and all that follows; raise GuardMissed when it has moved."""
    change = Change(room, job.run)
    if outcome.status == "completed" and _is_too_much(job, len(outcome.result or "")):
        outcome = _too_large(outcome)
    result = None if outcome.result is None else await change.values.taken_in(outcome.value, outcome.result)
    _record(change, job, outcome, result)
    if job.row["should_cancel"] or job.run.ended:
        await _finish_in_stopped_run(change, job, outcome)
    elif outcome.status == "completed":
        await _succeed(change, job, outcome, result or "null")
    else:
        await _fail(change, job, outcome)
    await change.write()


def holds_fence(row: Any, worker_id: str, attempt: int) -> bool:
    """Tell whether a worker holds a job in this attempt."""
    return bool(row["status"] == "claimed" and row["claimed_by"] == worker_id and row["attempt"] == attempt)


def _holds(row: Any, request: JobCompleteRequest) -> bool:
    return holds_fence(row, request.worker_id, request.attempt)


def _repeats(row: Any, request: JobCompleteRequest, outcome: Outcome) -> bool:
    same_fence = row["claimed_by"] == request.worker_id and row["attempt"] == request.attempt
    return bool(same_fence and row["completion_hash"] == outcome.completion_hash)


def _outcome(request: JobCompleteRequest, limit: int) -> Outcome:
    digest = hashlib.sha256(msgspec.json.encode(request)).hexdigest()
    if request.status == "failed":
        return Outcome(
            "failed",
            error_type=(request.error_type or "error")[:MAX_ERROR],
            error_message=(request.error_message or "")[:MAX_ERROR],
            completion_hash=digest,
        )
    value, text = _result(request.result_b64 or None, limit)
    return Outcome("completed", value, text, completion_hash=digest)


def _result(result_b64: str | None, limit: int) -> tuple[Any, str]:
    """Return a result and its JSON: bytes that are no JSON are kept as text, or as the base64 that came."""
    if result_b64 is None:
        return None, "null"
    try:
        content = base64.b64decode(result_b64, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("result_b64: not standard base64") from error
    if len(content) > limit:
        raise TooLarge(f"result_b64: {len(content)} bytes, at most {limit} are stored")
    try:
        result = _json.decode(content)
        if is_too_deep(content, result):
            raise _too_deep()
        return result, encode(result)
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        kept = content.decode()
    except UnicodeDecodeError:
        kept = result_b64
    return kept, encode(kept)


def _too_deep() -> Invalid:
    return Invalid(f"result_b64: nests deeper than {MAX_DEPTH} levels")


def _record(change: Change, job: LoadedJob, outcome: Outcome, result: str | None) -> None:
    """Note the end of the attempt, its action-log entry and both events; `result` is JSON to be stored."""
    row = job.row
    keeps_result = result if job.in_group else None
    change.transition.finished = FinishedJob(
        row["id"],
        row["claimed_by"],
        row["attempt"],
        outcome.status,
        outcome.error,
        keeps_result,
        outcome.completion_hash,
    )
    ended = {"status": outcome.status, "last_error": outcome.error, "updated_at": change.transition.now}
    change.job_updated({**row, **ended})
    log_attempt(change, job, result, outcome.error)


def log_attempt(change: Change, job: LoadedJob, result: str | None, error: str | None) -> None:
    """Append an entry to the action log, with its event."""
    row, now = job.row, change.transition.now
    entry = {
        "project_id": job.run.project_id,
        "run_id": job.run.id,
        "id": new_id("alog"),
        "job_id": row["id"],
        "attempt": row["attempt"],
        "action": row["action"],
        "step_name": row["step_name"],
        "branch_id": row["branch"],
        "parameters": row["parameters"],
        "result": result,
        "error": error,
        "started_at": row["claimed_at"],
        "duration_ms": max(0, now - row["claimed_at"]) // 1000,
    }
    change.transition.action_log.append(entry)
    change.append_event("action_appended", encode(action_log_shape(entry)))


async def _succeed(change: Change, job: LoadedJob, outcome: Outcome, result: str) -> None:
    if not job.in_group:
        await change.feed(_step_completed(job, outcome))
        return
    group = await queries.job(change.room.store, job.run.project_id, job.row["parent_job_id"])
    if group["status"] == "pending" and group["remaining"] == 1:
        await _complete_group(change, job, group, outcome, result)
    elif group["status"] == "pending":
        _count_down(change, group)
    else:
        change.transition.version = None


async def _complete_group(change: Change, job: LoadedJob, group: Any, outcome: Outcome, result: str) -> None:
    """The last item is done: the fan-out's result is the list of the items' results, in item order."""
    texts = await _results_before(change, job, group)
    if texts is not None:
        texts[job.row["item_index"]] = result
    if texts is None or _is_too_much(job, sum(map(full_size, texts.values()))):
        _close_group(change, group, "failed", "the results are too large together")
        await change.feed(_step_failed(job, _too_large(outcome)))
        return
    results = await change.values.read([texts[index] for index in sorted(texts)])
    await change.values.taken_in(results)
    _close_group(change, group, "completed", None)
    await change.feed(StepCompleted(entry=group["entry"], result=results))


async def _results_before(change: Change, job: LoadedJob, group: Any) -> dict[int, str] | None:
    """Return the results of the items that are done, as they are stored; None when that is too much."""
    store, project_id = change.room.store, job.run.project_id
    if _is_too_much(job, await queries.size_of_group_results(store, project_id, group["id"])):
        return None
    rows = await queries.group_results(store, project_id, group["id"])
    return {row["item_index"]: row["result"] or "null" for row in rows}


async def _fail(change: Change, job: LoadedJob, outcome: Outcome) -> None:
    retry = _retry(job, outcome)
    if retry is not None:
        change.add_job(next_attempt_row(dict(job.row), outcome.error or "", retry, change.transition.now))
        change.move_on()
        return
    if job.in_group:
        await _fail_group(change, job, outcome)
    await change.feed(_step_failed(job, outcome))


async def _fail_group(change: Change, job: LoadedJob, outcome: Outcome) -> None:
    """An item failed for good: its group fails, pending siblings are dropped, claimed ones cancelled."""
    open_jobs = await change.open_jobs()
    group_id = job.row["parent_job_id"]
    siblings = [row for row in open_jobs if row["parent_job_id"] == group_id and row["id"] != job.row["id"]]
    group = next((row for row in open_jobs if row["id"] == group_id), None)
    if group is not None:
        _close_group(change, group, "failed", outcome.error)
    await change.drop(siblings, "another item of the step failed")


async def _finish_in_stopped_run(change: Change, job: LoadedJob, outcome: Outcome) -> None:
    """The run was cancelled, or has ended: nothing is retried; the run ends with its last claimed job.

    The result of a step that succeeded all the same is kept for a retry of the run.
    """
    if not job.in_group:
        ended = _step_completed if outcome.status == "completed" else _step_failed
        await change.feed(ended(job, outcome))
        return
    group = await queries.job(change.room.store, job.run.project_id, job.row["parent_job_id"])
    if group["status"] != "pending":
        change.transition.version = None
    elif group["remaining"] > 1:
        _count_down(change, group)
    else:
        _close_group(change, group, "failed", "the run was stopped")
        await change.feed(_step_failed(job, outcome))


def _retry(job: LoadedJob, outcome: Outcome) -> NextAttempt | None:
    step = job.run.spec.steps.get(job.row["step_name"])
    if not isinstance(step, ActionStep):
        return None
    return next_attempt(
        step.retry,
        job.row["retry_policy"],
        outcome.error_type,
        job.row["retries"] + 1,
        random.random(),  # noqa: S311  jitter, no secret
    )


def _is_too_much(job: LoadedJob, more: int) -> bool:
    return job.run.state_size + more > MAX_STATE


def _too_large(outcome: Outcome) -> Outcome:
    return Outcome("failed", None, None, STATE_TOO_LARGE, state_too_large(), outcome.completion_hash)


def _step_completed(job: LoadedJob, outcome: Outcome) -> Event:
    return StepCompleted(entry=job.row["entry"], result=outcome.value)


def _step_failed(job: LoadedJob, outcome: Outcome) -> Event:
    row = job.row
    return StepFailed(
        entry=row["entry"],
        error_type=outcome.error_type or "cancelled",
        message=outcome.error_message,
        details={"action": row["action"], "attempt": row["attempt"], "job_id": row["id"]},
    )


def _count_down(change: Change, group: Any) -> None:
    """One item of several is done: the run is not concerned, so items do not queue at it."""
    change.transition.version = None
    change.transition.counted_down = group["id"]


def _close_group(
    change: Change, group: Any, status: Literal["completed", "failed"], error: str | None
) -> None:
    change.transition.closed_groups.append(ClosedGroup(group["id"], status, error, group["remaining"]))
    change.job_updated(
        {**group, "remaining": 0, "status": status, "last_error": error, "updated_at": change.transition.now}
    )
