"""SQL of stored specifications, for the rooms that refer to them."""

from __future__ import annotations

from collections.abc import Sequence

from mobius.store import Database, Row


async def specs_by_hash(store: Database, project_id: str, hashes: Sequence[str]) -> list[Row]:
    """Return `hash` and `spec` of the specifications with these hashes; primary key."""
    return await store.all(
        "SELECT hash, spec FROM specs WHERE project_id = $1 AND hash @in($2)", project_id, list(hashes)
    )
