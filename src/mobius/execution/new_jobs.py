"""Rows of new jobs: a task, the group and items of a fan-out, the next attempt of one that failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mobius.engine.effects import CreateFanOut, CreateJob
from mobius.engine.retry import NextAttempt
from mobius.execution.loaded import LoadedRun
from mobius.execution.records import JOB_COLUMNS
from mobius.execution.transition import AlikeRows
from mobius.store import new_id

_NEW: dict[str, Any] = dict.fromkeys(JOB_COLUMNS) | {
    "status": "pending",
    "attempt": 1,
    "retries": 0,
    "lost_leases": 0,
    "should_cancel": 0,
}


def task_row(run: LoadedRun, effect: CreateJob, parameters: str, now: int) -> dict[str, Any]:
    """Return the job of an executable step; `parameters` are JSON to be stored."""
    return _row(run, effect, now) | {"kind": "task", "parameters": parameters}


def group_row(run: LoadedRun, effect: CreateFanOut, now: int) -> dict[str, Any]:
    """Return the group of a fan-out."""
    return _row(run, effect, now) | {"kind": "group", "parameters": "{}", "remaining": len(effect.items)}


def item_rows(group: dict[str, Any], items: Sequence[str]) -> AlikeRows:
    """Return the items of a fan-out, which differ in few columns; `items` are their parameters, likewise."""
    own = [
        {
            "id": new_id("job"),
            "item_index": index,
            "path_id": f"{group['path_id']}[{index}]",
            "parameters": parameters,
        }
        for index, parameters in enumerate(items)
    ]
    common = group | {"kind": "item", "parent_job_id": group["id"], "remaining": None}
    return AlikeRows({name: common[name] for name in common if name not in own[0]}, own)


def next_attempt_row(job: dict[str, Any], error: str, attempt: NextAttempt, now: int) -> dict[str, Any]:
    """Return the job that tries again what `job` failed at."""
    delay = (
        attempt.delay.days * 86_400_000_000 + attempt.delay.seconds * 1_000_000 + attempt.delay.microseconds
    )
    return job | {
        "id": new_id("job"),
        "status": "pending",
        "attempt": job["attempt"] + 1,
        "max_attempts": attempt.max_attempts,
        "retries": job["retries"] + 1,
        "retry_policy": attempt.governing,
        "lost_leases": 0,
        "scheduled_at": now + delay,
        "claimed_by": None,
        "agent_id": None,
        "agent_session_id": None,
        "claimed_at": None,
        "heartbeat_at": None,
        "expires_at": None,
        "deadline_at": None,
        "should_cancel": 0,
        "last_error": error,
        "created_at": now,
        "updated_at": now,
    }


def _row(run: LoadedRun, effect: CreateJob | CreateFanOut, now: int) -> dict[str, Any]:
    timeout = effect.timeout_seconds
    return _NEW | {
        "project_id": run.project_id,
        "id": new_id("job"),
        "run_id": run.id,
        "entry": effect.entry,
        "path_id": f"{effect.branch}/{effect.entry}",
        "branch": effect.branch,
        "step_name": effect.step,
        "workflow_name": run.row["workflow_handle"],
        "action": effect.action,
        "action_kind": effect.action_kind,
        "queue": run.row["queue"],
        "max_attempts": effect.max_attempts,
        "timeout_us": None if timeout is None else round(timeout * 1_000_000),
        "scheduled_at": now,
        "created_at": now,
        "updated_at": now,
    }
