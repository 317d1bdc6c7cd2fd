"""The events of one job on their way to the server: a bounded buffer, sent in batches."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from mobius.client import MobiusError
from mobius.worker.errors import Cancelled

BATCH_EVENTS = 100
EVENT_BYTES = 16 * 1024
CAPACITY = 1000
LINGER = 0.05
"""Seconds that an event waits for company before it is sent."""

_TYPE = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
_log = logging.getLogger("mobius.worker")

Event = dict[str, Any]


class EventBufferFull(RuntimeError):
    """An asynchronous action emits events faster than the server takes them; awaiting something helps."""


class EventBuffer:
    """Takes events from any thread; a task on the event loop sends them.

    `send` transmits one batch. An error that it lets through drops that batch, with a line in the log: events
    inform, they do not decide about the job.
    """

    def __init__(self, send: Callable[[Sequence[Event]], Awaitable[None]]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._waiting: deque[Event] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._wake = asyncio.Event()
        self._sending = asyncio.Lock()
        self._sender: asyncio.Task[None] | None = None

    def put(self, type: str, payload: Mapping[str, Any]) -> None:
        """Add an event; blocks a thread while the buffer is full."""
        event = _checked(type, payload)
        with self._changed:
            while len(self._waiting) >= CAPACITY and not self._closed:
                if threading.get_ident() == self._loop_thread:
                    raise EventBufferFull(f"{CAPACITY} events of this job wait to be sent")
                self._changed.wait()
            if self._closed:
                raise Cancelled("the job is over: it cannot emit events any more")
            self._waiting.append(event)
        self._loop.call_soon_threadsafe(self._notice)

    async def drain(self) -> None:
        """Send everything and accept nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        async with self._sending:
            await self._send_waiting()
            if self._sender is not None:  # it holds no batch now, so nothing is cut off
                self._sender.cancel()

    async def discard(self) -> None:
        """Forget everything and accept nothing more: the job belongs to somebody else."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()
        if self._sender is not None:
            self._sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sender

    def _notice(self) -> None:
        if self._sender is None and not self._closed:
            self._sender = self._loop.create_task(self._send_for_ever())
        self._wake.set()

    async def _send_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(LINGER)
            async with self._sending:
                await self._send_waiting()

    async def _send_waiting(self) -> None:
        while True:
            with self._changed:
                batch = [self._waiting[index] for index in range(min(BATCH_EVENTS, len(self._waiting)))]
            if not batch:
                return
            try:
                await self._send(batch)
            except MobiusError as error:
                _log.error("%d events were not accepted and are lost: %s", len(batch), error)
            with self._changed:
                for _ in range(min(len(batch), len(self._waiting))):
                    self._waiting.popleft()
                self._changed.notify_all()


def _checked(type: str, payload: Mapping[str, Any]) -> Event:
    """The event as it travels; raises ValueError, where the mistake was made, for what a server refuses."""
    if not _TYPE.fullmatch(type):
        raise ValueError(f"event type {type!r} must be 1 to 64 letters, digits, '_', '.' or '-'")
    if type.startswith("mobius."):
        raise ValueError(f"event type {type!r}: the prefix 'mobius.' is reserved for the server")
    try:
        encoded = msgspec.json.encode(dict(payload))
    except (TypeError, ValueError) as problem:
        raise ValueError(f"payload of event {type!r} cannot be written as JSON: {problem}") from problem
    if len(encoded) > EVENT_BYTES:
        raise ValueError(f"payload of event {type!r} has {len(encoded)} bytes, more than {EVENT_BYTES}")
    return {"type": type, "payload": msgspec.Raw(encoded)}
