"""What is known of a run that is being watched, worked out from its events. Does no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mobius.cli.output import now, seconds_text
from mobius.client import Job, Run, RunDetail, RunEvent

_WAITING_KINDS = ("wait_signal", "sleep", "join", "pause", "interaction")
_ENDED = frozenset({"completed", "failed"})


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as it is shown."""

    step: str
    kind: str
    status: str = ""
    attempt: str = ""
    duration: str = ""
    note: str = ""


class RunProgress:
    """The run and its jobs, as far as the events tell."""

    def __init__(self, run: RunDetail) -> None:
        self.run: Run = run
        self._kinds = {step["name"]: _kind(step) for step in (run.spec or {}).get("steps", [])}
        self._jobs: dict[str, Job] = {}

    def take(self, event: RunEvent) -> str | None:
        """Take an event in; gives a line if it says something new."""
        if (run := event.run) is not None:
            return self.take_run(run)
        if (job := event.job) is not None:
            return self.take_job(job)
        return None if event.type == "action_appended" else f"event {event.type} {event.data}"

    def take_run(self, run: Run) -> str | None:
        """Take in a newer state of the run; a line if its status has changed."""
        if run.updated_at < self.run.updated_at:
            return None
        before, self.run = self.run.status, run
        return None if run.status == before else f"run {run.status}"

    def take_job(self, job: Job) -> str | None:
        """Take in a newer state of a job; a line if its status has changed."""
        known = self._jobs.get(job.id)
        if known is not None and (job.attempt, job.updated_at) < (known.attempt, known.updated_at):
            return None
        self._jobs[job.id] = job
        if known is not None and (known.status, known.attempt) == (job.status, job.attempt):
            return None
        return _job_line(job)

    def rows(self) -> list[StepRow]:
        """All steps, in the order of the workflow."""
        by_step: dict[str, list[Job]] = {step: [] for step in self._kinds}
        for job in self._jobs.values():
            by_step.setdefault(job.step_name, []).append(job)
        return [self._row(step, jobs) for step, jobs in by_step.items()]

    def _row(self, step: str, jobs: list[Job]) -> StepRow:
        kind = self._kinds.get(step, "")
        own = [job for job in jobs if not job.parent_job_id]
        if not own:
            return StepRow(step, kind)
        latest = max(own, key=lambda job: job.id)  # ids increase with time
        items = {job.path_id or job.id: job for job in sorted(jobs, key=lambda job: job.id)}
        items = {path: job for path, job in items.items() if job.parent_job_id == latest.id}
        status = latest.status
        attempt = f"{latest.attempt}/{latest.max_attempts}"
        if items:
            completed = sum(job.status == "completed" for job in items.values())
            attempt = f"{completed} of {len(items)}"
            if status == "pending" and any(job.status != "pending" for job in items.values()):
                status = "claimed"
        note = "" if status == "completed" else latest.last_error or ""
        return StepRow(step, kind, status, attempt, _duration(latest, status), note)


def _duration(job: Job, status: str) -> str:
    began = job.claimed_at or (job.created_at if status != "pending" else None)
    if began is None:
        return ""
    end = job.updated_at if job.status in _ENDED else now()
    return seconds_text(max(0.0, (end - began).total_seconds()))


def _kind(step: dict[str, Any]) -> str:
    if "action" in step:
        return f"{step['action']} for each" if "each" in step else str(step["action"])
    return next((kind.replace("_", " ") for kind in _WAITING_KINDS if kind in step), "")


def _job_line(job: Job) -> str:
    path = job.path_id or ""
    item = f" {path[path.index('[') :]}" if job.parent_job_id and "[" in path else ""
    attempt = f", attempt {job.attempt}" if job.attempt > 1 else ""
    error = f": {job.last_error}" if job.last_error and job.status != "completed" else ""
    status = "running" if job.status == "claimed" else job.status
    return f"step {job.step_name}{item} {status}{attempt}{error}"
