"""The protocol of workers: claim a job, keep its lease, report the end. `Worker` does this by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from mobius.client.flow import Flow, Request, decode, exchange, given, json_body
from mobius.client.operation import Operations, operation
from mobius.client.shapes import ActionOutput, Heartbeat, JobClaim, Page, WorkerInfo


class JobOperations(Operations):
    """Reports about a claimed job carry its fence: the worker's id and the attempt of the claim.

    A fence that is no longer valid is answered with `Conflict`: the job belongs to somebody else now.
    """

    @operation
    def claim_job(
        self,
        worker_id: str,
        *,
        queues: Sequence[str] = (),
        actions: Sequence[str] = (),
        wait_seconds: int = 0,
        worker_name: str | None = None,
        worker_version: str | None = None,
        agent_id: str | None = None,
        agent_session_id: str | None = None,
    ) -> Flow[JobClaim | None]:
        """Claim the next job of the queues (none given: of any), or None after an empty `wait_seconds`."""
        body = given(
            worker_id=worker_id,
            queues=list(queues) or None,
            actions=list(actions) or None,
            wait_seconds=wait_seconds,
            worker_name=worker_name,
            worker_version=worker_version,
            agent_id=agent_id,
            agent_session_id=agent_session_id,
        )
        request = Request(
            "POST",
            self._in_project("jobs", "claim"),
            body=json_body(body),
            headers={"content-type": "application/json"},
            timeout=wait_seconds + self.connection.timeout,
            repeatable=False,  # a claim whose answer was lost has taken a job: its lease brings it back
        )
        response = yield from exchange(request, self.retry)
        return None if response.status_code == 204 else decode(response, JobClaim)

    @operation
    def heartbeat_job(self, job_id: str, worker_id: str, attempt: int) -> Flow[Heartbeat]:
        """Extend the lease of a claimed job, and learn whether to stop."""
        body = {"worker_id": worker_id, "attempt": attempt}
        return self._fetch("POST", self._in_project("jobs", job_id, "heartbeat"), Heartbeat, body=body)

    @operation
    def complete_job(
        self,
        job_id: str,
        worker_id: str,
        attempt: int,
        status: Literal["completed", "failed"],
        *,
        result_b64: str | None = None,
        error_type: str | None = None,
        error_message: str | None = None,
    ) -> Flow[None]:
        """Report the end of an attempt. An identical repetition changes nothing and is accepted."""
        body = given(
            worker_id=worker_id,
            attempt=attempt,
            status=status,
            result_b64=result_b64,
            error_type=error_type,
            error_message=error_message,
        )
        return self._do("POST", self._in_project("jobs", job_id, "complete"), body=body)

    @operation
    def release_job(self, job_id: str, worker_id: str, attempt: int) -> Flow[None]:
        """Give a claimed job back unfinished: another worker gets it at once, and no retry is used up."""
        body = {"worker_id": worker_id, "attempt": attempt}
        return self._do("POST", self._in_project("jobs", job_id, "release"), body=body)

    @operation
    def emit_job_events(
        self, job_id: str, worker_id: str, attempt: int, events: Sequence[Mapping[str, Any]]
    ) -> Flow[None]:
        """Append 1 to 100 events (`{"type", "payload"}`) to the run's event log, all or none."""
        body = {"worker_id": worker_id, "attempt": attempt, "events": list(events)}
        return self._do("POST", self._in_project("jobs", job_id, "events"), body=body, once=True)

    @operation
    def run_job_action(
        self,
        job_id: str,
        action: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout_seconds: int | None = None,
        dry_run: bool | None = None,
    ) -> Flow[ActionOutput]:
        """Let the server execute one of its actions within a claimed job, and wait for the output."""
        body = given(parameters=parameters, timeout_seconds=timeout_seconds, dry_run=dry_run)
        request = Request(
            "POST",
            self._in_project("jobs", job_id, "actions", action),
            body=json_body(body),
            headers={"content-type": "application/json"},
            timeout=(timeout_seconds or 30) + self.connection.timeout,
            repeatable=False,
        )
        response = yield from exchange(request, self.retry)
        return decode(response, ActionOutput)

    @operation
    def list_workers(self) -> Flow[list[WorkerInfo]]:
        """The workers that have asked the project for jobs."""
        page = yield from self._fetch("GET", self._in_project("workers"), Page[WorkerInfo])
        return page.rows
