"""Specifications parsed and compiled, kept per content hash, which never changes its meaning."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

import msgspec

from mobius.engine.spec import WorkflowSpec
from mobius.engine.validation import parse_spec
from mobius.execution import queries
from mobius.store import Database

KEPT = 1000


def spec_hash_and_size(raw: Any) -> tuple[str, int]:
    """Return the hash of the canonical form of a specification, and its length in bytes."""
    canonical = msgspec.json.encode(raw, order="deterministic")
    return hashlib.sha256(canonical).hexdigest(), len(canonical)


class CompiledSpecs:
    """The least recently used specifications are forgotten beyond `KEPT`."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._compiled: OrderedDict[str, WorkflowSpec] = OrderedDict()
        self._stored: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def get(self, project_id: str, spec_hash: str) -> WorkflowSpec:
        """Return the compiled specification stored under `spec_hash`; raise NotFound."""
        spec = self._compiled.get(spec_hash)
        if spec is None:
            spec = parse_spec(
                msgspec.json.decode(await queries.spec_text(self._store, project_id, spec_hash))
            )
            self.keep(spec_hash, spec)
        else:
            self._compiled.move_to_end(spec_hash)
        return spec

    def keep(self, spec_hash: str, spec: WorkflowSpec) -> None:
        """Remember a specification that was just validated."""
        self._compiled[spec_hash] = spec
        if len(self._compiled) > KEPT:
            self._compiled.popitem(last=False)

    def note_stored(self, project_id: str, spec_hash: str) -> None:
        """Remember that the project has this specification; it keeps it as long as it exists."""
        self._stored[project_id, spec_hash] = None
        if len(self._stored) > KEPT:
            self._stored.popitem(last=False)

    def is_stored(self, project_id: str, spec_hash: str) -> bool:
        """Tell whether the project surely has this specification, so that nobody has to send it again."""
        return (project_id, spec_hash) in self._stored

    def known(self, spec_hash: str) -> WorkflowSpec | None:
        """Return the compiled specification if it is at hand."""
        return self._compiled.get(spec_hash)
