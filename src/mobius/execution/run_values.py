"""The values of a run while a change of it is made: what comes in, what is read back, what stays known."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from mobius.engine.state import RunState
from mobius.execution.large_values import LARGE, Known, Restoring, shortened, text_of, text_of_state
from mobius.execution.loaded import LoadedRun
from mobius.execution.reading import stored_values
from mobius.store import Database

LARGE_FOR_THE_LOOP = 64 * 1024
"""A value with more characters of JSON is taken apart beside the loop, which others wait for."""


class RunValues:
    """Knows the large values that the run had before, and those that come in with the change."""

    def __init__(self, store: Database, run: LoadedRun) -> None:
        self.new: dict[str, str] = {}
        """Texts of large values by their hashes, to be stored with the change."""
        self._store = store
        self._run = run
        self._known = run.large

    async def taken_in(self, value: Any, text: str | None = None) -> str:
        """Return the JSON of a value that comes into the run, to be stored; what is large in it is put aside.

        `text` is its JSON if that is at hand.
        """
        text = text_of(value, self._known) if text is None else text
        if len(text) <= LARGE_FOR_THE_LOOP:
            return self.taken_in_at_once(value, text)
        return await asyncio.to_thread(self.taken_in_at_once, value, text)

    def taken_in_at_once(self, value: Any, text: str | None = None) -> str:
        """Return the same; for a small value, or beside the loop."""
        text = text_of(value, self._known) if text is None else text
        if len(text) < LARGE:
            return text
        text, new = shortened(value, self._run.id, self._known)
        stored = {large.hash for large in self._run.large.values()}
        self._known = {**self._known, **{id(large.value): large for large in new}}
        self.new |= {large.hash: large.text for large in new if large.text and large.hash not in stored}
        return text

    async def read(self, texts: Sequence[str]) -> list[Any]:
        """Return the values of stored JSON."""
        large = self._known.values()
        hashes = frozenset(one.hash for one in large)
        stored = await stored_values(self._store, self._run.project_id, texts, hashes)
        restoring = Restoring(stored, large)
        values = [restoring.value(text) for text in texts]
        if stored:
            self._known = {**self._known, **restoring.known}
        return values

    def text_of_state(self, state: RunState) -> tuple[str, Known]:
        """Return the JSON of the run's new state, and the large values that are still of use with it."""
        return text_of_state(state, self._known, (self._run.inputs, self._run.metadata))
