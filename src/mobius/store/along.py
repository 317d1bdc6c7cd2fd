"""A write that goes along with whatever its task writes next, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from mobius.store.database import Write

_companion: ContextVar[Write | None] = ContextVar("companion", default=None)


@contextmanager
def along_with_next_write(write: Write) -> Iterator[None]:
    """Add `write` to the first batch that succeeds from here on; without any batch it is never written."""
    token = _companion.set(write)
    try:
        yield
    finally:
        _companion.reset(token)


def with_companion(writes: tuple[Write, ...]) -> tuple[Write, ...]:
    """Return the batch with what goes along with it, if anything. Only drivers call this."""
    companion = _companion.get()
    return writes if companion is None else (*writes, companion)


def companion_written() -> None:
    """Note that a batch of this task was written, with all that went along. Only drivers call this."""
    if _companion.get() is not None:
        _companion.set(None)
