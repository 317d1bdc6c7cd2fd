"""How the figures of a project are put together."""

from __future__ import annotations

from datetime import datetime, timedelta

from mobius.api.schema import timestamp
from mobius.clock import to_micros
from mobius.domains.metrics.shapes import ProjectMetrics
from mobius.domains.workers import rules as workers
from mobius.domains.workers.registry import WorkerRegistry
from mobius.execution import figures
from mobius.execution.shapes import RUN_STATUSES
from mobius.store import Database

WINDOW_MINUTES = 60
JOBS_MEASURED = 40


async def project_metrics(
    store: Database, registry: WorkerRegistry, project_id: str, now: datetime
) -> ProjectMetrics:
    """The figures of a project now, windowed ones over the last hour."""
    since = now - timedelta(minutes=WINDOW_MINUTES)
    counted = await figures.runs_by_status(store, project_id)
    started = await figures.runs_started_since(store, project_id, since)
    ended = await figures.runs_ended_since(store, project_id, since)
    active, stale = await workers.count_workers(store, registry, project_id, now)
    by_status = {status: counted.get(status, 0) for status in RUN_STATUSES}
    return ProjectMetrics(
        generated_at=timestamp(to_micros(now)),
        window_minutes=WINDOW_MINUTES,
        runs_per_minute=started / WINDOW_MINUTES,
        total_runs_window=started,
        failure_rate=ended.failed / ended.count if ended.count else 0.0,
        avg_run_seconds=ended.mean_seconds,
        p95_step_seconds=await figures.p95_job_seconds(store, project_id, JOBS_MEASURED),
        queue_depth=await figures.pending_jobs(store, project_id),
        running_count=by_status["running"] + by_status["suspended"],
        active_workers=active,
        stale_workers=stale,
        status_breakdown=by_status,
    )
