"""Hints within one process; PostgreSQL carries them to the other servers."""

from __future__ import annotations

from collections.abc import Callable


class LocalWakeups:
    """Tells the listeners of this process."""

    def __init__(self) -> None:
        self._listeners: dict[str, dict[Callable[[str], None], None]] = {}

    def publish(self, *hints: str) -> None:
        """Call the listeners of each hint's kind with its key."""
        for hint in hints:
            kind, _, key = hint.partition(":")
            for callback in list(self._listeners.get(kind, ())):
                callback(key)

    def on(self, kind: str, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call `callback` for each hint of `kind` until the returned function is called."""
        listeners = self._listeners.setdefault(kind, {})
        listeners[callback] = None
        return lambda: _discard(listeners, callback)

    def anything_may_have_happened(self) -> None:
        """Tell every listener, with an empty key."""
        for kind in list(self._listeners):
            self.publish(f"{kind}:")


def _discard(listeners: dict[Callable[[str], None], None], callback: Callable[[str], None]) -> None:
    listeners.pop(callback, None)
