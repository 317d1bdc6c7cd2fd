"""Extend the lease of a claimed job and tell its worker whether to stop."""

from __future__ import annotations

from datetime import timedelta

from mobius.clock import to_micros
from mobius.execution import queries
from mobius.execution.complete import StaleFence
from mobius.execution.room import Execution
from mobius.execution.shapes import JobFenceRequest, JobHeartbeat, JobHeartbeatDirectives
from mobius.store import Write

EXTEND_IF_FENCED = """
UPDATE jobs SET heartbeat_at = $5, expires_at = CASE WHEN deadline_at < $6 THEN deadline_at ELSE $6 END
WHERE project_id = $1 AND id = $2 AND status = 'claimed' AND claimed_by = $3 AND attempt = $4::bigint
RETURNING should_cancel"""


async def heartbeat_job(
    room: Execution, project_id: str, job_id: str, request: JobFenceRequest
) -> JobHeartbeat:
    """Extend the lease; raise StaleFence unless the caller holds the job."""
    now = room.clock.now()
    until = to_micros(now + timedelta(seconds=room.settings.lease))
    fence = (project_id, job_id, request.worker_id, request.attempt)
    [rows] = await room.store.write(Write(EXTEND_IF_FENCED, (*fence, to_micros(now), until)))
    if not rows:
        await queries.job(room.store, project_id, job_id)
        raise StaleFence(job_id, request.worker_id, request.attempt)
    room.recent.take(job_id)  # its row has changed
    should_cancel = bool(rows[0]["should_cancel"])
    return JobHeartbeat(ok=True, directives=JobHeartbeatDirectives(should_cancel=should_cancel))
