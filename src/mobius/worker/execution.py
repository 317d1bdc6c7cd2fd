"""One claimed job, from the claim to the report: run the function, keep the lease, say what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import enum
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mobius.client import (
    ApiError,
    AsyncClient,
    Conflict,
    Interaction,
    InvalidRequest,
    JobClaim,
    MobiusError,
    NotFound,
    RetryPolicy,
    TooLarge,
)
from mobius.client.shapes import encode_result
from mobius.worker.actions import Action
from mobius.worker.context import ActionContext
from mobius.worker.errors import FATAL, ActionError, Cancelled
from mobius.worker.event_buffer import Event, EventBuffer

ABANDON_AFTER = 5.0
"""Seconds that a function gets to return after the worker's grace period is over."""
MESSAGE_CHARACTERS = 4000
REPORT_PATIENCE = 300.0
"""Seconds, at least, that a report is repeated while the server is away."""

_log = logging.getLogger("mobius.worker")


class Stop(enum.IntEnum):
    """Why a function is stopped; a higher reason prevails over a lower one."""

    WORKER_STOPPED = 1
    CANCELLED = 2
    LEASE_LOST = 3


@dataclass(frozen=True, slots=True)
class Success:
    """The function returned."""

    result_b64: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """The function raised."""

    error_type: str
    message: str


Outcome = Success | Failure


class JobExecution:
    """Carries one claimed job to its end. `run` returns when nothing is left to do for it."""

    def __init__(self, client: AsyncClient, claim: JobClaim, action: Action | None, worker_id: str) -> None:
        self._claim = claim
        self._action = action
        self._asynchronous = action is not None and action.asynchronous
        self._fence = (claim.job_id, worker_id, claim.attempt)
        self._interval = max(1.0, float(claim.heartbeat_interval_seconds))
        self._client = client.with_options(
            retry=RetryPolicy(attempts=4, max_elapsed=self._interval), timeout=min(30.0, self._interval)
        )
        patience = max(REPORT_PATIENCE, 10 * self._interval)
        self._reporter = client.with_options(retry=RetryPolicy(attempts=10_000, max_elapsed=patience))
        self._events = EventBuffer(self._send_events)
        self._context = ActionContext(claim, worker_id, self._events, self._open_interaction)
        self._stopped: Stop | None = None
        self._work: asyncio.Future[Outcome] | None = None
        self._abandoned: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Run the function under a kept lease and report its outcome."""
        lease = asyncio.create_task(self._keep_lease())
        try:
            outcome = await self._outcome()
            await self._conclude(outcome)
        finally:
            lease.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await lease
            await self._events.discard()

    def stop(self, reason: Stop) -> None:
        """Ask the function to stop. The outcome of one that has already ended is reported all the same."""
        if self._work is not None and self._work.done() and reason is not Stop.LEASE_LOST:
            return
        first = self._stopped is None
        self._stopped = max(self._stopped or reason, reason)
        self._context.cancelled.set()
        if first and self._asynchronous and self._work is not None:
            self._work.cancel()  # only once: a second time would hit the function's own cleanup
        if reason is Stop.WORKER_STOPPED:
            asyncio.get_running_loop().call_later(ABANDON_AFTER, self._abandon)

    def _abandon(self) -> None:
        if not self._abandoned.done():
            self._abandoned.set_result(None)

    async def _outcome(self) -> Outcome | None:
        """What came of the function; None if it was not started, or did not stop and is left behind."""
        if self._stopped is not None:
            return None
        if self._action is None:
            return Failure(FATAL, f"this worker has no action {self._claim.action!r}")
        try:
            call = self._action.prepare(self._claim.parameters, self._context)
        except ActionError as error:
            return Failure(error.error_type, error.message)
        if self._asynchronous:
            self._work = asyncio.create_task(_call_async(self._action.name, call))
        else:
            self._work = _call_in_thread(self._action.name, call)
        either: set[asyncio.Future[Any]] = {self._work, self._abandoned}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not self._work.done():
            self._work.cancel()
            return None
        if self._work.cancelled():
            return Failure("CancelledError", "the task was cancelled")
        return self._work.result()

    async def _conclude(self, outcome: Outcome | None) -> None:
        if self._stopped is Stop.LEASE_LOST:
            _log.warning("job %s: the lease is lost, its outcome is not reported", self._claim.job_id)
            return
        await self._events.drain()
        if self._stopped is Stop.CANCELLED:
            await self._report(Failure("Cancelled", "the run was cancelled"))
        elif self._stopped is Stop.WORKER_STOPPED and not isinstance(outcome, Success):
            await self._hand_back()
        elif outcome is not None:
            await self._report(outcome)

    async def _report(self, outcome: Outcome) -> None:
        try:
            try:
                await self._complete(outcome)
            except (TooLarge, InvalidRequest) as refused:
                if isinstance(outcome, Failure):
                    raise
                await self._complete(Failure(FATAL, f"the server refused the result: {refused.message}"))
        except (Conflict, NotFound) as error:
            _log.warning("job %s: the lease was lost before the report: %s", self._claim.job_id, error)
        except MobiusError as error:
            _log.error("job %s: the outcome could not be reported: %s", self._claim.job_id, error)

    async def _complete(self, outcome: Outcome) -> None:
        if isinstance(outcome, Success):
            await self._reporter.complete_job(*self._fence, "completed", result_b64=outcome.result_b64)
        else:
            message = outcome.message[:MESSAGE_CHARACTERS]
            await self._reporter.complete_job(
                *self._fence, "failed", error_type=outcome.error_type, error_message=message
            )

    async def _hand_back(self) -> None:
        """Release the job; a server that cannot do that gives it away when the lease expires."""
        try:
            await self._client.release_job(*self._fence)
            _log.info("job %s: handed back", self._claim.job_id)
        except ApiError as error:
            _log.info("job %s: left to its lease: %s", self._claim.job_id, error)
        except MobiusError as error:
            _log.warning("job %s: could not be handed back: %s", self._claim.job_id, error)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            try:
                beat = await self._client.heartbeat_job(*self._fence)
            except (Conflict, NotFound):
                self.stop(Stop.LEASE_LOST)
                return
            except MobiusError as error:
                _log.warning("job %s: heartbeat failed: %s", self._claim.job_id, error)
                continue
            if beat.directives.should_cancel:
                self.stop(Stop.CANCELLED)

    async def _send_events(self, batch: Sequence[Event]) -> None:
        try:
            await self._client.emit_job_events(*self._fence, batch)
        except (Conflict, NotFound) as error:
            if not error.code.startswith("idempotency"):
                self.stop(Stop.LEASE_LOST)
            raise

    async def _open_interaction(self, interaction: Mapping[str, Any]) -> Interaction:
        return await self._client.create_job_interaction(self._claim.job_id, interaction)


async def _call_async(name: str, call: Callable[[], Any]) -> Outcome:
    try:
        value = await call()
    except (Exception, SystemExit) as error:  # noqa: BLE001  all that is raised is an outcome
        return _failure(error)
    return _success(name, value)


def _call_in_thread(name: str, call: Callable[[], Any]) -> asyncio.Future[Outcome]:
    """Run a synchronous function in a thread of its own.

    There are never more threads than the worker has slots. They are daemons, so that a function which does
    not look at `cancelled` cannot keep a stopped worker's process alive.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Outcome] = loop.create_future()
    variables = contextvars.copy_context()

    def settle(outcome: Outcome) -> None:
        if not future.done():
            future.set_result(outcome)

    def work() -> None:
        try:
            outcome = _success(name, variables.run(call))
        except BaseException as error:  # noqa: BLE001  a SystemExit in a function must not look like success
            outcome = _failure(error)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=work, name=f"mobius-action-{name}", daemon=True).start()
    return future


def _success(name: str, value: Any) -> Outcome:
    if value is None:
        return Success(None)
    try:
        return Success(encode_result(value))
    except (TypeError, ValueError, RecursionError) as problem:
        return Failure(FATAL, f"the result of action {name!r} cannot be written as JSON: {problem}")


def _failure(error: BaseException) -> Failure:
    if isinstance(error, ActionError):
        return Failure(error.error_type, error.message)
    if not isinstance(error, Cancelled):
        _log.debug("action failed", exc_info=error)
    return Failure(type(error).__name__, str(error) or type(error).__name__)
