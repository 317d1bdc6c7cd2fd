"""Operations on runs: start, read, follow, signal, cancel, retry, resume."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from mobius.client.errors import WaitTimeout
from mobius.client.events import EventReader
from mobius.client.flow import Flow, QueryValue, Sleep, given
from mobius.client.operation import Operations, PageSource, listing, operation, stream
from mobius.client.shapes import ActionLogEntry, BulkResult, Job, Page, Run, RunDetail, RunEvent, Signal

__all__ = ["RunEvent", "RunOperations"]


class RunOperations(Operations):
    """Runs of the client's project."""

    @operation
    def start_run(
        self,
        workflow: str | None = None,
        *,
        spec: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Any] | None = None,
        queue: str | None = None,
        metadata: Mapping[str, str] | None = None,
        external_id: str | None = None,
    ) -> Flow[Run]:
        """Start a run of a saved workflow (id or handle), or of an inline `spec`: exactly one of the two."""
        if (workflow is None) == (spec is None):
            raise ValueError("start_run takes either a workflow or a spec")
        body = given(spec=spec, inputs=inputs, queue=queue, metadata=metadata, external_id=external_id)
        where = self._in_project("workflows", workflow, "runs") if workflow else self._in_project("runs")
        return self._fetch("POST", where, Run, body=body, once=True)

    @operation
    def list_runs(
        self,
        *,
        status: str | None = None,
        workflow_type: str | None = None,
        queue: str | None = None,
        parent_run_id: str | None = None,
        initiated_by: str | None = None,
        external_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Flow[Page[Run]]:
        """One page of runs, newest first; `workflow_type` is the workflow's name."""
        filters = _filters(status, workflow_type, queue, parent_run_id, initiated_by, external_id)
        return self._run_page(filters, cursor, limit)

    @listing
    def iter_runs(
        self,
        *,
        status: str | None = None,
        workflow_type: str | None = None,
        queue: str | None = None,
        parent_run_id: str | None = None,
        initiated_by: str | None = None,
        external_id: str | None = None,
        limit: int | None = None,
    ) -> PageSource[Run]:
        """All runs that match, newest first, fetched in pages of `limit`."""
        filters = _filters(status, workflow_type, queue, parent_run_id, initiated_by, external_id)
        return lambda cursor: self._run_page(filters, cursor, limit)

    @operation
    def get_run(self, run_id: str) -> Flow[RunDetail]:
        """A run with its specification, jobs and result."""
        return self._fetch("GET", self._in_project("runs", run_id), RunDetail)

    @operation
    def wait_for_run(self, run_id: str, *, timeout: float | None = None) -> Flow[RunDetail]:
        """Wait until a run has completed or failed; raises `WaitTimeout` after so many seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = 0.05
        while True:
            run = yield from self._fetch("GET", self._in_project("runs", run_id), RunDetail)
            if run.ended:
                return run
            if deadline is not None and time.monotonic() + pause > deadline:
                raise WaitTimeout(f"run {run_id} is still {run.status} after {timeout:g} s")
            yield Sleep(pause)
            pause = min(pause * 1.5, 2.0)

    @operation
    def get_run_jobs(self, run_id: str) -> Flow[list[Job]]:
        """All jobs of a run."""
        return self._all_rows(self._in_project("runs", run_id, "jobs"), Page[Job])

    @operation
    def get_run_action_log(self, run_id: str) -> Flow[list[ActionLogEntry]]:
        """Every attempt of every action of a run."""
        return self._all_rows(self._in_project("runs", run_id, "action-log"), Page[ActionLogEntry])

    @operation
    def send_run_signal(
        self, run_id: str, name: str, payload: Mapping[str, Any] | None = None
    ) -> Flow[Signal]:
        """Deliver a signal; it is kept until a step of the run waits for its name."""
        body = given(name=name, payload=payload)
        return self._fetch("POST", self._in_project("runs", run_id, "signals"), Signal, body=body, once=True)

    @operation
    def cancel_run(self, run_id: str) -> Flow[None]:
        """Ask for the cancellation of a run; it ends when its claimed jobs have stopped."""
        return self._do("POST", self._in_project("runs", run_id, "cancellations"))

    @operation
    def resume_run(self, run_id: str) -> Flow[None]:
        """Wake the paused branches of a suspended run."""
        return self._do("POST", self._in_project("runs", run_id, "resumptions"))

    @operation
    def bulk_cancel_runs(self, run_ids: Sequence[str]) -> Flow[BulkResult]:
        """Ask for the cancellation of several runs; problems are reported per run."""
        return self._bulk("cancellations", run_ids)

    @operation
    def bulk_retry_runs(self, run_ids: Sequence[str]) -> Flow[BulkResult]:
        """Let failed runs go on at the steps that failed; problems are reported per run."""
        return self._bulk("retries", run_ids)

    @stream
    def stream_run_events(self, run_id: str, *, since: int | None = None) -> EventReader[RunEvent]:
        """The events of one run, for ever: the stream connects again by itself, behind the last event seen.

        `since=0` begins with the first event of the run, None with the next one.
        """
        return EventReader(self._in_project("runs", run_id, "events"), RunEvent, since)

    @stream
    def stream_project_run_events(self, *, since: int | None = None) -> EventReader[RunEvent]:
        """The events of all runs of the project, for ever; see `stream_run_events`."""
        return EventReader(self._in_project("runs", "events"), RunEvent, since)

    def _run_page(
        self, filters: Mapping[str, QueryValue], cursor: str | None, limit: int | None
    ) -> Flow[Page[Run]]:
        return self._page(self._in_project("runs"), Page[Run], cursor, limit, filters)

    def _bulk(self, verb: str, run_ids: Sequence[str]) -> Flow[BulkResult]:
        body = {"run_ids": list(run_ids)}
        return self._fetch("POST", self._in_project("runs", verb), BulkResult, body=body)


def _filters(
    status: str | None,
    workflow_type: str | None,
    queue: str | None,
    parent_run_id: str | None,
    initiated_by: str | None,
    external_id: str | None,
) -> dict[str, QueryValue]:
    return {
        "status": status,
        "workflow_type": workflow_type,
        "queue": queue,
        "parent_run_id": parent_run_id,
        "initiated_by": initiated_by,
        "external_id": external_id,
    }
