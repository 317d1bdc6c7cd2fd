"""The worker library: register functions as actions, and let a `Worker` execute jobs with them."""

from __future__ import annotations

from mobius.worker.actions import Actions
from mobius.worker.context import ActionContext
from mobius.worker.errors import ActionError, Cancelled, FatalError
from mobius.worker.event_buffer import EventBufferFull
from mobius.worker.worker import Worker

__all__ = [
    "ActionContext",
    "ActionError",
    "Actions",
    "Cancelled",
    "EventBufferFull",
    "FatalError",
    "Worker",
]
