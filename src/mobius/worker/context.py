"""What an action learns about its job, and what it can tell while it runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

from mobius.client.interactions import InteractionType, question
from mobius.client.shapes import Interaction, JobClaim
from mobius.worker.errors import Cancelled
from mobius.worker.event_buffer import EventBuffer


class ActionContext:
    """Handed to an action that has a parameter `context: ActionContext`.

    The lease of the job is kept by the worker; an action needs to do nothing for it. An asynchronous action
    is cancelled like any asyncio task. A synchronous one looks at `cancelled`, waits on it instead of
    sleeping (`context.cancelled.wait(5)`), or calls `raise_if_cancelled()` now and then.
    """

    def __init__(
        self,
        claim: JobClaim,
        worker_id: str,
        events: EventBuffer,
        open_interaction: Callable[[Mapping[str, Any]], Coroutine[Any, Any, Interaction]],
    ) -> None:
        self.job_id = claim.job_id
        self.run_id = claim.run_id
        self.attempt = claim.attempt
        self.step_name = claim.step_name
        self.workflow_name = claim.workflow_name
        self.action = claim.action
        self.queue = claim.queue
        self.worker_id = worker_id
        self.agent_id = claim.agent_id
        self.agent_session_id = claim.agent_session_id
        self.cancelled = threading.Event()
        self._events = events
        self._open_interaction = open_interaction
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()

    @property
    def idempotency_key(self) -> str:
        """A name of this attempt, for services that recognize repetitions."""
        return f"{self.job_id}/{self.attempt}"

    def emit(self, type: str, payload: Mapping[str, Any] | None = None) -> None:
        """Append an event to the run's event log; all events are sent before the job is completed.

        Raises ValueError for a type or payload that the server would refuse. When more events wait than the
        server takes, a synchronous action blocks, and an asynchronous one gets `EventBufferFull`.
        """
        self._events.put(type, payload or {})

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` if the job should stop."""
        if self.cancelled.is_set():
            raise Cancelled

    def ask(
        self,
        message: str,
        *,
        member: str | None = None,
        agent: str | None = None,
        group: str | None = None,
        type: InteractionType = "approval",
        context: Mapping[str, Any] | None = None,
        spec: Mapping[str, Any] | None = None,
        require_all: bool = False,
        topic: str | None = None,
        timeout: str | None = None,
        expires_at: datetime | None = None,
    ) -> Interaction:
        """Ask a member (user id), an agent (name) or a group (handle) on behalf of the run.

        The run gets the answer as a signal on `topic` (else `interaction.` and the step's name), for a step
        that waits for it. Nothing waits here: it returns the question as it stands. For synchronous actions;
        an asynchronous one awaits `client.create_job_interaction(context.job_id, question(...))`.
        """
        if threading.get_ident() == self._loop_thread:
            raise RuntimeError("`ask` would block the worker; an asynchronous action uses an AsyncClient")
        asked = question(
            message,
            member=member,
            agent=agent,
            group=group,
            type=type,
            context=context,
            spec=spec,
            require_all=require_all,
            topic=topic,
            timeout=timeout,
            expires_at=expires_at,
        )
        opening = self._open_interaction(asked)
        return asyncio.run_coroutine_threadsafe(opening, self._loop).result()
