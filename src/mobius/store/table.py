"""Rows to insert, as each database takes them best: as JSON, or a few at a time with places for values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec

from mobius.store.database import Dialect, Write

Values: TypeAlias = Mapping[str, Any]

ROWS_AT_ONCE = 8  # of one INSERT on SQLite


class Table:
    """A table and its columns, with their PostgreSQL types."""

    def __init__(self, name: str, columns: Mapping[str, str]) -> None:
        self.name = name
        self.columns = columns

    def insert(self, rows: Sequence[Values], dialect: Dialect, common: Values | None = None) -> list[Write]:
        """Return the writes that insert `rows`: one on PostgreSQL, one per few rows on SQLite.

        Columns in `common` are the same for all of them, and none of a row's own.
        """
        if not rows:
            return []
        common = common or {}
        names = tuple(common)
        if dialect == "postgres":
            parts = [rows, common] if common else [rows]
            params = tuple([msgspec.json.encode(part).decode() for part in parts])
            return [Write(_insert_from_json(self, names), params)]
        values = _own_values(self, names)
        if len(rows) == 1 and not common:  # most of them
            return [Write(_insert(self, names, 1), values(rows[0]))]
        return [
            Write(
                _insert(self, names, len(some)), (*common.values(), *chain.from_iterable(map(values, some)))
            )
            for some in (rows[first : first + ROWS_AT_ONCE] for first in range(0, len(rows), ROWS_AT_ONCE))
        ]


@lru_cache
def _own_values(table: Table, common: tuple[str, ...]) -> Callable[[Values], tuple[Any, ...]]:
    return itemgetter(*(name for name in table.columns if name not in common))


@lru_cache
def _insert(table: Table, common: tuple[str, ...], rows: int) -> str:
    own = [name for name in table.columns if name not in common]
    shared = [f"${place}" for place in range(1, len(common) + 1)]
    values = []
    for row in range(rows):
        first = len(common) + row * len(own) + 1
        values.append(", ".join([*shared, *(f"${place}" for place in range(first, first + len(own)))]))
    places = ", ".join(f"({row})" for row in values)
    return f"INSERT INTO {table.name} ({', '.join([*common, *own])}) VALUES {places}"


@lru_cache
def _insert_from_json(table: Table, common: tuple[str, ...]) -> str:
    names = ", ".join(table.columns)
    own, shared = (
        ", ".join(f"{name} {kind}" for name, kind in table.columns.items() if (name in common) is wanted)
        for wanted in (False, True)
    )
    source = f"json_to_recordset($1::json) AS own({own})"
    if common:
        source += f" CROSS JOIN json_to_record($2::json) AS common({shared})"
    return f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {source}"
