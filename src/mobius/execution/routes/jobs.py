"""HTTP of the job protocol: what workers call."""

from mobius.api.call import ProjectCall
from mobius.api.operation import operation, operations
from mobius.execution.claim import claim_job as claim
from mobius.execution.complete import complete_job as complete
from mobius.execution.emit_events import emit_job_events as emit
from mobius.execution.heartbeat import heartbeat_job as heartbeat
from mobius.execution.lose_lease import release_job as release
from mobius.execution.room import Execution
from mobius.execution.shapes import (
    JobClaim,
    JobClaimRequest,
    JobCompleteRequest,
    JobEventsRequest,
    JobFenceRequest,
    JobHeartbeat,
)


@operation(
    "POST",
    "/projects/{project}/jobs/claim",
    tags=("jobs",),
    precedence="first",
    permission="mobius.job.claim",
    summary="Claim the next job",
    empty=204,
    errors=(400, 404),
)
async def claim_job(call: ProjectCall, body: JobClaimRequest) -> JobClaim | None:
    """Hands the next job that fits to the worker, at most one worker each.

    Without a job at hand the request is held for `wait_seconds`; it answers 204 when that time passed.

    A queue that is named like an agent is the agent's own: only claims with its `agent_id` (or its name in
    place of that) get those jobs. An agent that names no queues gets the jobs of its own queue and of all
    that belong to no agent. An inactive agent, or a session that is not connected, is answered with 403.
    """
    waits = bool(body.wait_seconds)
    return await claim(
        call.room(Execution), call.caller, call.project.id, body, call.connection if waits else None
    )


@operation(
    "POST",
    "/projects/{project}/jobs/{id}/complete",
    tags=("jobs",),
    precedence="first",
    permission="mobius.job.execute",
    summary="Report how a job ended",
    status=204,
    errors=(400, 404, 409),
)
async def complete_job(call: ProjectCall, id: str, body: JobCompleteRequest) -> None:
    """Records the result or the failure of an attempt and lets the run go on.

    Only the holder of the fence may; a repeat of the same completion by it is answered like the first one.
    """
    await complete(call.room(Execution), call.project.id, id, body)


@operation(
    "POST",
    "/projects/{project}/jobs/{id}/heartbeat",
    tags=("jobs",),
    precedence="first",
    permission="mobius.job.execute",
    summary="Extend the lease of a job",
    errors=(404, 409),
)
async def heartbeat_job(call: ProjectCall, id: str, body: JobFenceRequest) -> JobHeartbeat:
    """Keeps a claimed job with its worker and tells whether to stop."""
    return await heartbeat(call.room(Execution), call.project.id, id, body)


@operation(
    "POST",
    "/projects/{project}/jobs/{id}/events",
    tags=("jobs",),
    precedence="first",
    permission="mobius.job.emit_event",
    summary="Publish custom events",
    status=204,
    errors=(400, 404, 409, 413, 429),
)
async def emit_job_events(call: ProjectCall, id: str, body: JobEventsRequest) -> None:
    """Appends 1 to 100 events of a worker to the run's event log, all or none. Each holds up to 16 KiB."""
    await emit(call.room(Execution), call.project.id, id, body)


@operation(
    "POST",
    "/projects/{project}/jobs/{id}/release",
    tags=("jobs",),
    precedence="first",
    permission="mobius.job.execute",
    summary="Hand a job back",
    status=204,
    errors=(400, 404, 409),
)
async def release_job(call: ProjectCall, id: str, body: JobFenceRequest) -> None:
    """Makes a claimed job claimable again at once, for a worker that stops. It uses no retry."""
    await release(call.room(Execution), call.project.id, id, body)


routes = operations(__name__)
