"""How rows of runs, jobs and the action log become what the API shows."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from mobius.clock import from_micros
from mobius.execution.large_values import is_object
from mobius.execution.shapes import ActionLogEntry, Job, WorkflowRun

# Columns of `jobs` with their PostgreSQL types, in the order of the table.
JOB_COLUMNS: dict[str, str] = {
    "project_id": "text",
    "id": "text",
    "run_id": "text",
    "kind": "text",
    "parent_job_id": "text",
    "item_index": "integer",
    "remaining": "integer",
    "entry": "integer",
    "path_id": "text",
    "branch": "text",
    "step_name": "text",
    "workflow_name": "text",
    "action": "text",
    "action_kind": "text",
    "queue": "text",
    "parameters": "text",
    "status": "text",
    "attempt": "integer",
    "max_attempts": "integer",
    "retries": "integer",
    "retry_policy": "integer",
    "lost_leases": "integer",
    "timeout_us": "bigint",
    "scheduled_at": "bigint",
    "claimed_by": "text",
    "agent_id": "text",
    "agent_session_id": "text",
    "claimed_at": "bigint",
    "heartbeat_at": "bigint",
    "expires_at": "bigint",
    "deadline_at": "bigint",
    "should_cancel": "integer",
    "last_error": "text",
    "result": "text",
    "completion_hash": "text",
    "created_at": "bigint",
    "updated_at": "bigint",
}

# Columns of `runs` likewise.
RUN_COLUMNS: dict[str, str] = {
    "project_id": "text",
    "id": "text",
    "workflow_id": "text",
    "workflow_version": "integer",
    "workflow_name": "text",
    "workflow_handle": "text",
    "spec_hash": "text",
    "queue": "text",
    "status": "text",
    "attempt": "integer",
    "inputs": "text",
    "metadata": "text",
    "external_id": "text",
    "parent_run_id": "text",
    "error_message": "text",
    "result": "text",
    "actor_type": "text",
    "actor_id": "text",
    "initiated_by": "text",
    "cancel_requested": "integer",
    "has_interactions": "integer",
    "created_at": "bigint",
    "started_at": "bigint",
    "completed_at": "bigint",
    "updated_at": "bigint",
}

_json = msgspec.json.Encoder()


def encode(value: Any) -> str:
    """Return `value` as JSON text."""
    return _json.encode(value).decode()


def raw_json(text: str) -> Any:
    """Return JSON text so that it is put into a response as it stands."""
    return msgspec.Raw(text.encode())


def _present(value: Any) -> Any:
    return UNSET if value is None else value


def job_shape(row: Mapping[str, Any]) -> Job:
    """Return the job of a `jobs` row."""
    return Job(
        id=row["id"],
        run_id=row["run_id"],
        step_name=row["step_name"],
        action=row["action"],
        queue=row["queue"],
        status=row["status"],
        attempt=row["attempt"],
        max_attempts=row["max_attempts"],
        scheduled_at=from_micros(row["scheduled_at"]),
        created_at=from_micros(row["created_at"]),
        updated_at=from_micros(row["updated_at"]),
        parent_job_id=_present(row["parent_job_id"]),
        path_id=row["path_id"],
        parameters=raw_json(row["parameters"]),
        claimed_by=_present(row["claimed_by"]),
        agent_id=_present(row["agent_id"]),
        agent_session_id=_present(row["agent_session_id"]),
        claimed_at=_moment(row["claimed_at"]),
        heartbeat_at=_moment(row["heartbeat_at"]),
        last_error=_present(row["last_error"]),
    )


def run_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that `WorkflowRun` and `WorkflowRunDetail` share, from a `runs` row."""
    return {
        "id": row["id"],
        "workflow_name": row["workflow_name"],
        "status": row["status"],
        "attempt": row["attempt"],
        "created_at": from_micros(row["created_at"]),
        "updated_at": from_micros(row["updated_at"]),
        "queue": row["queue"],
        "parent_run_id": _present(row["parent_run_id"]),
        "definition_id": row["workflow_id"] or "",
        "definition_version": row["workflow_version"],
        "ephemeral": row["workflow_id"] is None,
        "inputs": raw_json(row["inputs"]),
        "metadata": raw_json(row["metadata"]),
        "error_message": _present(row["error_message"]),
        "actor_type": row["actor_type"],
        "actor_id": row["actor_id"],
        "initiated_by": row["initiated_by"],
        "external_id": _present(row["external_id"]),
        "started_at": _moment(row["started_at"]),
        "completed_at": _moment(row["completed_at"]),
    }


def run_shape(row: Mapping[str, Any]) -> WorkflowRun:
    """Return the run of a `runs` row."""
    return WorkflowRun(**run_fields(row))


def result_b64(result: str | None) -> str | UnsetType:
    """Return the result of a run, JSON text, as the contract shows it."""
    return UNSET if result is None else base64.b64encode(result.encode()).decode()


def action_log_shape(row: Mapping[str, Any]) -> ActionLogEntry:
    """Return the entry of an `action_log` row; a result that is no object is shown as `{"value": …}`."""
    result = row["result"]
    if result is not None and not is_object(result):
        result = f'{{"value":{result}}}'
    return ActionLogEntry(
        id=row["id"],
        action=row["action"],
        step_name=row["step_name"],
        branch_id=row["branch_id"],
        started_at=from_micros(row["started_at"]),
        duration_ms=row["duration_ms"],
        parameters=raw_json(row["parameters"]),
        result=UNSET if result is None else raw_json(result),
        error=_present(row["error"]),
    )


def _moment(micros: int | None) -> Any:
    return UNSET if micros is None else from_micros(micros)
