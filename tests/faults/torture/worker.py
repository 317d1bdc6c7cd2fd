"""A worker of the torture: `python -m tests.faults.torture.worker RECORD SECONDS-AHEAD`.

It is the library's own worker. What it was told and what it answered is noted where it enters and leaves the
process, what it executed where it is executed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from mobius import ActionContext, ActionError, AsyncClient, Worker
from tests.faults.torture.actions import Failure, outcome
from tests.faults.torture.clock import run_ahead
from tests.faults.torture.record import Record

CONCURRENCY = 4


class Witness(httpx.AsyncHTTPTransport):
    """Notes the jobs that are handed out and how reports about them are answered."""

    def __init__(self, record: Record) -> None:
        super().__init__(limits=httpx.Limits(max_connections=None, max_keepalive_connections=20))
        self._record = record

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        words = request.url.path.split("/")
        content = await response.aread()
        if words[-1] == "claim":
            if response.status_code == httpx.codes.OK:
                claim = json.loads(content)
                worker = json.loads(request.content)["worker_id"]
                self._record.note("claim", job=claim["job_id"], attempt=claim["attempt"], worker=worker)
        elif words[-1] in {"complete", "release"}:
            told = json.loads(request.content)
            ended = told.get("status", "released")
            status = response.status_code
            self._record.note("report", job=words[-2], attempt=told["attempt"], ended=ended, status=status)
        if response.status_code >= httpx.codes.BAD_REQUEST:
            self._record.note("refused", path=request.url.path, status=response.status_code)
        return response


def execution(record: Record, parameters: dict[str, Any], context: ActionContext) -> Callable[[], Any]:
    """Note that an attempt begins; return what gives its result."""
    fence = {"job": context.job_id, "attempt": context.attempt}
    record.note("begin", **fence, parameters=parameters)
    if parameters["n"] % 4 == 0:
        token = f"{context.job_id}/{context.attempt}"
        record.note("emit", token=token)
        context.emit("begun", {"token": token})

    def end() -> Any:
        result = outcome(parameters, context.attempt)
        if isinstance(result, Failure):
            record.note("failure", **fence, error_type=result.error_type, message=result.message)
            raise ActionError(*result)
        record.note("result", **fence, result=result)
        return result

    return end


def make_worker(record: Record) -> Worker:
    """Return a worker with both actions."""
    worker = Worker(
        AsyncClient(transport=Witness(record), timeout=5.0),
        concurrency=CONCURRENCY,
        grace_seconds=1.0,
        poll_seconds=2,
    )

    @worker.action("weigh")
    async def weigh(parameters: dict[str, Any], context: ActionContext) -> Any:
        end = execution(record, parameters, context)
        await asyncio.sleep(parameters["ms"] / 1000)
        return end()

    @worker.action("grind")
    def grind(parameters: dict[str, Any], context: ActionContext) -> Any:
        end = execution(record, parameters, context)
        context.cancelled.wait(parameters["ms"] / 1000)
        context.raise_if_cancelled()
        return end()

    return worker


def main() -> None:
    """Work until told to stop."""
    record = Record(Path(sys.argv[1]))
    run_ahead(timedelta(seconds=float(sys.argv[2])))
    make_worker(record).run()


if __name__ == "__main__":
    main()
