"""The worker: claims jobs while it has free slots, and stops without losing any."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar, overload

from mobius.client import (
    NO_RETRY,
    ApiError,
    AsyncClient,
    Client,
    ConfigurationError,
    JobClaim,
    MobiusError,
    PermissionDenied,
    RetryPolicy,
    resolve_connection,
)
from mobius.worker.actions import Actions
from mobius.worker.execution import ABANDON_AFTER, JobExecution, Stop
from mobius.worker.session import Session

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

HAND_BACK_SECONDS = ABANDON_AFTER + 10.0
"""How long a stopping worker tries to hand its jobs back before it leaves them to their leases."""

_REFUSALS = frozenset({400, 401, 403, 404})
_PASSING = frozenset({"session_not_connected", "agent_inactive"})
"""Codes of refusals that end: with a new session, or when somebody activates the agent again."""
_log = logging.getLogger("mobius.worker")


class Worker:
    """Executes the jobs of a project whose actions it knows.

    ```python
    worker = Worker(queues=["default"], concurrency=10)


    @worker.action("charge-card")
    async def charge_card(order_id: int, amount: float, context: ActionContext) -> dict:
        context.emit("charging", {"order": order_id})
        return {"paid": amount}


    worker.run()
    ```

    The server is that of `client`, else of `url`, `api_key` and `project`, else of the environment
    (`MOBIUS_API_URL`, `MOBIUS_API_KEY`, `MOBIUS_PROJECT`). An `AsyncClient` is used as it is and left open;
    of a `Client` the worker takes the connection settings.

    At most `concurrency` functions run at a time: synchronous ones in threads, asynchronous ones as tasks. An
    asynchronous function must not block: heartbeats run on the same event loop. A stopping worker claims
    nothing more, lets functions run for `grace_seconds`, then cancels them and hands their jobs back.

    With `agent`, the name of an agent, it works as that agent: in a session that it opens, keeps alive with a
    heartbeat every `agent_heartbeat_seconds` and closes in the end, and unless told otherwise on the queue of
    that name, whose jobs only the agent gets. Its key is one of the agent's service account.
    """

    def __init__(
        self,
        client: Client | AsyncClient | None = None,
        *,
        url: str | None = None,
        api_key: str | None = None,
        project: str | None = None,
        queues: Sequence[str] | None = None,
        concurrency: int = 10,
        name: str | None = None,
        version: str | None = None,
        worker_id: str | None = None,
        agent: str | None = None,
        agent_heartbeat_seconds: float = 30.0,
        grace_seconds: float = 30.0,
        poll_seconds: int = 20,
    ) -> None:
        if concurrency < 1:
            raise ConfigurationError(f"concurrency must be at least 1, not {concurrency}")
        self._given = client if isinstance(client, AsyncClient) else None
        self.connection = client.connection if client else resolve_connection(url, api_key, project)
        self.queues = list(queues) if queues is not None else [agent or "default"]
        self.concurrency = concurrency
        self.name = name
        self.version = version
        self.worker_id = worker_id or f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self.actions = Actions()
        self._agent = agent
        self._agent_heartbeat_seconds = agent_heartbeat_seconds
        self._grace_seconds = grace_seconds
        self._poll_seconds = poll_seconds
        self._serving: _Serving | None = None
        self._stop_before_start = False

    @overload
    def action(self, name: F) -> F: ...
    @overload
    def action(self, name: str | None = None) -> Callable[[F], F]: ...
    def action(self, name: Any = None) -> Any:
        """Register the function below as an action, under a name or else under its own."""
        return self.actions.action(name)

    def include(self, actions: Actions) -> None:
        """Add all actions of a collection."""
        self.actions.include(actions)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, then stop gracefully; a second signal ends the grace period."""
        asyncio.run(self._run())

    async def serve(self) -> None:
        """Work until `stop` is called.

        Raises the error with which the server refuses the worker, such as `NotAuthenticated`.
        """
        if not self.actions:
            raise ConfigurationError("the worker has no actions: register some with @worker.action")
        if self._serving is not None:
            raise ConfigurationError("the worker is serving already")
        client = self._given or AsyncClient(
            self.connection.url,
            self.connection.api_key,
            self.connection.project,
            timeout=self.connection.timeout,
        )
        serving = self._serving = _Serving(self, client)
        if self._stop_before_start:
            serving.stopping.set()
        try:
            await serving.run()
        finally:
            self._serving = None
            if client is not self._given:
                await client.close()

    def stop(self, *, now: bool = False) -> None:
        """Stop gracefully; with `now`, without a grace period. May be called from any thread, repeatedly."""
        serving = self._serving
        if serving is None:
            self._stop_before_start = True
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended in between: stopped already
            serving.loop.call_soon_threadsafe(serving.stop, now)

    def session(self, client: AsyncClient) -> Session | None:
        """The session to work in, if the worker works as an agent."""
        if self._agent is None:
            return None
        facts = {"hostname": socket.gethostname(), "pid": os.getpid(), "worker_id": self.worker_id}
        if self.version:
            facts["version"] = self.version
        return Session(client, self._agent, facts, self._agent_heartbeat_seconds)

    async def claim(self, client: AsyncClient, session_id: str | None) -> JobClaim | None:
        """Ask for one job, waiting a while for it."""
        return await client.claim_job(
            self.worker_id,
            queues=self.queues,
            actions=list(self.actions),
            wait_seconds=self._poll_seconds,
            worker_name=self.name,
            worker_version=self.version,
            agent_id=self._agent,
            agent_session_id=session_id,
        )

    @property
    def shortest_poll(self) -> float:
        """Seconds that an empty answer takes at least unless the server cannot wait."""
        return self._poll_seconds / 2

    @property
    def grace_seconds(self) -> float:
        """Seconds that running functions get when the worker stops."""
        return self._grace_seconds

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal)
        await self.serve()

    def _on_signal(self) -> None:
        again = self._serving is not None and self._serving.stopping.is_set()
        self.stop(now=again)


class _Serving:
    """One period of work of a worker, bound to an event loop."""

    def __init__(self, worker: Worker, client: AsyncClient) -> None:
        self.loop = asyncio.get_running_loop()
        self.stopping = asyncio.Event()
        self._hurry = asyncio.Event()
        self._worker = worker
        self._client = client
        self._claimer = client.with_options(retry=NO_RETRY)
        self._session = worker.session(self._claimer)
        self._pauses = RetryPolicy(max_delay=15.0)
        self._slots = asyncio.Semaphore(worker.concurrency)
        self._running: dict[asyncio.Task[None], JobExecution] = {}

    def stop(self, now: bool) -> None:
        self.stopping.set()
        if now:
            self._hurry.set()

    async def run(self) -> None:
        _log.info(
            "worker %s: %s on %s, queues %s, actions %s",
            self._worker.worker_id,
            self._worker.connection.project,
            self._worker.connection.url,
            ", ".join(self._worker.queues) or "all",
            ", ".join(self._worker.actions),
        )
        try:
            await self._claim_until_stopping()
        finally:
            self.stopping.set()
            await self._finish()
            if self._session is not None:
                await self._session.close()
            _log.info("worker %s: stopped", self._worker.worker_id)

    async def _claim_until_stopping(self) -> None:
        failures = 0
        while await self._unless_stopping(self._slots.acquire()) is not None:
            claim: JobClaim | None = None
            asked_at = self.loop.time()
            try:
                claim = await self._unless_stopping(self._claim())
                failures = 0
                if claim is None and self.loop.time() - asked_at < self._worker.shortest_poll:
                    # The server is about to stop: it keeps nobody waiting any more.
                    await self._unless_stopping(asyncio.sleep(self._pauses.pause(1)))
            except MobiusError as error:
                if isinstance(error, ApiError) and error.status in _REFUSALS and error.code not in _PASSING:
                    raise
                failures += 1
                await self._pause_after(error, failures)
            finally:
                if claim is None:
                    self._slots.release()
            if claim is not None:
                self._start(claim)

    async def _claim(self) -> JobClaim | None:
        if self._session is None:
            return await self._worker.claim(self._claimer, None)
        session_id = await self._session.id()
        try:
            return await self._worker.claim(self._claimer, session_id)
        except PermissionDenied as error:
            if error.code == "session_not_connected":
                self._session.lost(session_id)
            raise

    async def _pause_after(self, error: MobiusError, failures: int) -> None:
        pause = self._pauses.pause(failures) + (getattr(error, "retry_after", None) or 0.0)
        _log.warning("no jobs can be claimed, next try in %.1f s: %s", pause, error)
        await self._unless_stopping(asyncio.sleep(pause))

    def _start(self, claim: JobClaim) -> None:
        action = self._worker.actions.get(claim.action)
        execution = JobExecution(self._client, claim, action, self._worker.worker_id)
        task = asyncio.create_task(execution.run(), name=f"mobius-job-{claim.job_id}")
        self._running[task] = execution
        task.add_done_callback(self._ended)
        if self.stopping.is_set():  # the claim was answered in the very moment of the stop
            execution.stop(Stop.WORKER_STOPPED)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._slots.release()
        if not task.cancelled() and task.exception() is not None:
            _log.error("a job ended unexpectedly", exc_info=task.exception())

    async def _unless_stopping(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result of the work, or None if the worker was stopped before it was there."""
        if self.stopping.is_set():
            work.close()
            return None
        task = asyncio.ensure_future(work)
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                task.cancel()
            return await task
        except asyncio.CancelledError:
            if task.cancelled() and self.stopping.is_set():
                return None
            raise
        finally:
            stop.cancel()
            task.cancel()

    async def _finish(self) -> None:
        """Let the running functions end, then hand back the jobs of those that did not."""
        if not self._running:
            return
        _log.info("worker stops: %d jobs have %g s to end", len(self._running), self._worker.grace_seconds)
        ended = asyncio.ensure_future(asyncio.wait(set(self._running)))
        hurry = asyncio.ensure_future(self._hurry.wait())
        await asyncio.wait(
            {ended, hurry}, timeout=self._worker.grace_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        ended.cancel()
        hurry.cancel()
        for execution in self._running.values():
            execution.stop(Stop.WORKER_STOPPED)
        if self._running:
            await asyncio.wait(set(self._running), timeout=HAND_BACK_SECONDS)
        left = list(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
