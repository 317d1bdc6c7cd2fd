"""Publish a worker's custom events, all of a batch or none."""

from __future__ import annotations

import msgspec

from mobius.api.errors import Invalid, TooLarge, TooManyRequests
from mobius.clock import to_micros
from mobius.execution import queries
from mobius.execution.complete import StaleFence, holds_fence
from mobius.execution.room import Execution
from mobius.execution.shapes import JobEventEntry, JobEventsRequest
from mobius.execution.transition import append_events
from mobius.store import GuardMissed, Write

MAX_PAYLOAD_BYTES = 16 * 1024
RESERVED_PREFIX = "mobius."
RESERVED_KINDS = frozenset({"run_updated", "job_updated", "action_appended"})

HOLD_IF_FENCED = """
UPDATE jobs SET updated_at = $5
WHERE project_id = $1 AND id = $2 AND status = 'claimed' AND claimed_by = $3 AND attempt = $4::bigint"""


async def emit_job_events(room: Execution, project_id: str, job_id: str, request: JobEventsRequest) -> None:
    """Append the batch to the event log; raise StaleFence unless the caller holds the job.

    Raises Invalid for a reserved type, TooLarge for a payload over 16 KiB, TooManyRequests over
    the job's rate.
    """
    payloads = [_payload(number, event) for number, event in enumerate(request.events)]
    job = await queries.job(room.store, project_id, job_id)
    if not holds_fence(job, request.worker_id, request.attempt):
        raise StaleFence(job_id, request.worker_id, request.attempt)
    _take_rate(room, job_id, len(payloads))
    now = to_micros(room.clock.now())
    events = [
        {
            "project_id": project_id,
            "run_id": job["run_id"],
            "type": event.type,
            "data": data,
            "created_at": now,
        }
        for event, data in zip(request.events, payloads, strict=True)
    ]
    hold = Write(HOLD_IF_FENCED, (project_id, job_id, request.worker_id, request.attempt, now), rows=1)
    try:
        await room.store.write(hold, *append_events(events, room.store.dialect), wake=["events:"])
    except GuardMissed as error:
        raise StaleFence(job_id, request.worker_id, request.attempt) from error


def _payload(number: int, event: JobEventEntry) -> str:
    where = f"events[{number}]"
    if event.type.startswith(RESERVED_PREFIX) or event.type in RESERVED_KINDS:
        raise Invalid(
            f"{where}.type: {event.type!r} is reserved for events of the server; choose another name"
        )
    payload = msgspec.json.encode(event.payload)
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise TooLarge(f"{where}.payload: {len(payload)} bytes; at most {MAX_PAYLOAD_BYTES} are allowed")
    return payload.decode()


def _take_rate(room: Execution, job_id: str, events: int) -> None:
    per_second, burst = room.settings.job_events_per_second, room.settings.job_events_burst
    wait = room.event_rates.take(job_id, events, per_second, burst, room.clock.now())
    if wait:
        raise TooManyRequests(
            f"job {job_id} emits more than {per_second} events per second; wait {wait} s", wait
        )
