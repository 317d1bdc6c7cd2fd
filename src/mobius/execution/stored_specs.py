"""Specifications that other rooms refer to: checked, and stored once per project under their hash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from mobius.api.call import ProjectCall
from mobius.clock import to_micros
from mobius.execution.compiled_specs import spec_hash_and_size
from mobius.execution.limits import check_size
from mobius.execution.records import raw_json
from mobius.execution.room import Execution
from mobius.execution.spec_queries import specs_by_hash
from mobius.execution.start import checked_spec
from mobius.execution.transition import INSERT_SPEC
from mobius.store import Database, Write


class SpecToStore(NamedTuple):
    """A valid specification: the hash that names it, and the write that stores it unless that was done."""

    hash: str
    write: Write


async def spec_to_store(call: ProjectCall, raw: Any) -> SpecToStore:
    """Check a specification; raise BadSpec with all its problems, TooLarge when it is over the limit."""
    text = check_size("spec", raw, call.settings.max_value_bytes)
    spec_hash, size = spec_hash_and_size(raw)
    await checked_spec(call.room(Execution), raw, spec_hash, size)
    stored = (call.project.id, spec_hash, text, to_micros(call.clock.now()))
    return SpecToStore(spec_hash, Write(INSERT_SPEC, stored))


async def stored_specs(store: Database, project_id: str, hashes: Iterable[str]) -> dict[str, Any]:
    """Return the specifications with these hashes, as raw JSON for a response."""
    rows = await specs_by_hash(store, project_id, sorted(set(hashes)))
    return {row["hash"]: raw_json(row["spec"]) for row in rows}
