"""The memory: both databases behind one interface, wake-ups, ids."""

from mobius.store.along import along_with_next_write
from mobius.store.database import (
    CannotOpen,
    Database,
    DatabaseUnavailable,
    Dialect,
    GuardMissed,
    NotFound,
    Row,
    Rows,
    UniqueViolation,
    Wakeups,
    Write,
    open_database,
)
from mobius.store.ids import first_id, new_id
from mobius.store.rendering import SOME
from mobius.store.table import Table

__all__ = [
    "SOME",
    "CannotOpen",
    "Database",
    "DatabaseUnavailable",
    "Dialect",
    "GuardMissed",
    "NotFound",
    "Row",
    "Rows",
    "Table",
    "UniqueViolation",
    "Wakeups",
    "Write",
    "along_with_next_write",
    "first_id",
    "new_id",
    "open_database",
]
