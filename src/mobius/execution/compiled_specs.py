"""Specifications parsed and compiled, kept per content hash, which never changes its meaning."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from typing import Any, NamedTuple

import msgspec

from mobius.engine.spec import WorkflowSpec
from mobius.engine.validation import parse_spec
from mobius.execution import queries
from mobius.store import Database

KEPT = 1000
KEPT_BYTES = 2 * 1024 * 1024
"""Of JSON, of all that are kept. Compiled it may take a hundred times as much when it is all expressions."""
SMALL = 32 * 1024
"""In bytes of JSON. What is larger is not kept by anybody else."""
LARGE = 16 * 1024
"""In bytes of JSON. What is larger may take seconds to compile, so it does not keep the loop meanwhile."""


def spec_hash_and_size(raw: Any) -> tuple[str, int]:
    """Return the hash of the canonical form of a specification, and its length in bytes."""
    canonical = msgspec.json.encode(raw, order="deterministic")
    return hashlib.sha256(canonical).hexdigest(), len(canonical)


class _Kept(NamedTuple):
    spec: WorkflowSpec
    size: int


class CompiledSpecs:
    """The least recently used specifications are forgotten beyond `KEPT` and `KEPT_BYTES`."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._compiled: OrderedDict[str, _Kept] = OrderedDict()
        self._size = 0
        self._sent: OrderedDict[bytes, str] = OrderedDict()
        self._stored: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._compiling = asyncio.Lock()

    async def get(self, project_id: str, spec_hash: str) -> WorkflowSpec:
        """Return the compiled specification stored under `spec_hash`; raise NotFound."""
        spec = self._known(spec_hash)
        if spec is None:
            text = await queries.spec_text(self._store, project_id, spec_hash)
            spec = await self.compiled(msgspec.json.decode(text), spec_hash, len(text))
        return spec

    async def compiled(self, raw: Any, spec_hash: str, size: int) -> WorkflowSpec:
        """Return a specification compiled; raise InvalidSpec with all its problems."""
        spec = self._known(spec_hash)
        if spec is not None:
            return spec
        if size <= LARGE:
            return self._keep(spec_hash, parse_spec(raw), size)
        # One at a time: together they would be no quicker, and take all the threads.
        async with self._compiling:
            known = self._known(spec_hash)
            return known or self._keep(spec_hash, await asyncio.to_thread(parse_spec, raw), size)

    def note_sent(self, raw: bytes, spec_hash: str) -> None:
        """Remember which specification these bytes are: who sends it again mostly sends the same ones."""
        self._sent[hashlib.sha256(raw).digest()] = spec_hash
        if len(self._sent) > KEPT:
            self._sent.popitem(last=False)

    def sent_before(self, raw: bytes) -> tuple[WorkflowSpec, str] | None:
        """Return the compiled specification noted for these bytes, and its hash, if both are kept."""
        spec_hash = self._sent.get(hashlib.sha256(raw).digest())
        spec = None if spec_hash is None else self._known(spec_hash)
        return None if spec_hash is None or spec is None else (spec, spec_hash)

    def size_to_hold(self, spec_hash: str) -> int | None:
        """Return the size of a specification that runs may hold on to, or None: not at hand, or too large."""
        kept = self._compiled.get(spec_hash)
        return kept.size if kept is not None and kept.size <= SMALL else None

    def _keep(self, spec_hash: str, spec: WorkflowSpec, size: int) -> WorkflowSpec:
        self._compiled[spec_hash] = _Kept(spec, size)
        self._size += size
        while len(self._compiled) > KEPT or (self._size > KEPT_BYTES and len(self._compiled) > 1):
            _, forgotten = self._compiled.popitem(last=False)
            self._size -= forgotten.size
        return spec

    def note_stored(self, project_id: str, spec_hash: str) -> None:
        """Remember that the project has this specification; it keeps it as long as it exists."""
        self._stored[project_id, spec_hash] = None
        if len(self._stored) > KEPT:
            self._stored.popitem(last=False)

    def is_stored(self, project_id: str, spec_hash: str) -> bool:
        """Tell whether the project surely has this specification, so that nobody has to send it again."""
        return (project_id, spec_hash) in self._stored

    def _known(self, spec_hash: str) -> WorkflowSpec | None:
        kept = self._compiled.get(spec_hash)
        if kept is None:
            return None
        self._compiled.move_to_end(spec_hash)
        return kept.spec
