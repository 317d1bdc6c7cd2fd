"""Reads large values, for who wants to see what refers to them in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mobius.execution import queries
from mobius.execution.large_values import MARK, full_size, in_full, referred_to
from mobius.store import Database, NotFound, Row


async def stored_values(
    store: Database, project_id: str, texts: Iterable[str | None], known: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Return the texts, by hash, of what `texts` refer to and is not known; raise NotFound."""
    found: dict[str, str] = {}
    missing = {digest for text in texts if text and MARK in text for digest in referred_to(text)} - known
    while missing:
        values = await queries.large_values(store, project_id, list(missing))
        if len(values) < len(missing):
            raise NotFound("a large value of the run")
        found |= values
        missing = set().union(*map(referred_to, values.values())) - found.keys() - known
    return found


async def rows_in_full(store: Database, project_id: str, rows: Sequence[Row], *columns: str) -> list[Row]:
    """Return rows of a project with the values in these columns in full; raise NotFound."""
    stored = await stored_values(store, project_id, (row[name] for row in rows for name in columns))
    if not stored:
        return list(rows)
    return [
        dict(row) | {name: in_full(row[name], stored) for name in columns if row[name] is not None}
        for row in rows
    ]


async def row_in_full(store: Database, row: Row, *columns: str) -> Row:
    """Return a row with the values in these columns in full; raise NotFound."""
    [full] = await rows_in_full(store, row["project_id"], [row], *columns)
    return full


def within(rows: Sequence[Row], size: int, *columns: str) -> int:
    """Return how many of the rows, from the first on, bring these columns in full to `size` characters."""
    total = 0
    for number, row in enumerate(rows, start=1):
        total += sum(full_size(row[name]) for name in columns if row[name] is not None)
        if total >= size:
            return number
    return len(rows)
