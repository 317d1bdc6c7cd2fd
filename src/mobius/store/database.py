"""What the rest of the server knows of a database, whichever of the two it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from mobius.clock import Clock

Row: TypeAlias = Mapping[str, Any]
Params: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = list[list[Row]]
Dialect: TypeAlias = Literal["sqlite", "postgres"]

TOO_MANY_WAIT = "more writes wait for the database than it can take; try again"


class Write(NamedTuple):
    """One statement of a batch.

    `rows` is how many rows it must touch (or return); another number undoes the batch with GuardMissed.
    On SQLite `params` may be a function of the results of the statements before it; None skips it.
    """

    sql: str
    params: Params | Callable[[Rows], Params | None] = ()
    rows: int | None = None


class GuardMissed(Exception):
    """A statement of the batch touched another number of rows than it had to; nothing was written."""


class UniqueViolation(Exception):
    """The batch would have repeated what must be unique; nothing was written."""

    def __init__(self, constraint: str) -> None:
        super().__init__(f"{constraint} is violated")
        self.constraint = constraint


class NotFound(Exception):
    """The row that was asked for does not exist."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found")
        self.what = what


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or takes nothing at the moment."""


class CannotOpen(Exception):
    """The database cannot be used by this server; the message says what to do."""


class Wakeups(Protocol):
    """Hints that something may have changed (`<kind>:<key>`): here at once, soon on the other servers."""

    def publish(self, *hints: str) -> None:
        """Tell everybody who listens to the kinds of these hints. Hints may get lost or come twice."""

    def on(self, kind: str, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call `callback` with the key of each hint of `kind`; the returned function ends that.

        An empty key means that hints may have been lost and anything of the kind may have happened.
        """


class Database(Protocol):
    """Reads on any connection; writes as batches, each one transaction.

    Every method raises DatabaseUnavailable when the database is out of reach.
    """

    dialect: Dialect

    @property
    def wakeups(self) -> Wakeups:
        """Hints to this server and the others."""

    async def first(self, sql: str, *params: Any) -> Row | None:
        """Return the first row, or None."""

    async def one(self, what: str, sql: str, *params: Any) -> Row:
        """Return the first row; raise NotFound(what)."""

    async def all(self, sql: str, *params: Any) -> list[Row]:
        """Return all rows; the statement bounds them."""

    async def write(self, *writes: Write, wake: Iterable[str] = ()) -> Rows:
        """Run the batch as one transaction, publish `wake`, and return the rows of each statement.

        Raises GuardMissed or UniqueViolation; then nothing was written.
        """

    async def clock_offset(self, clock: Clock) -> timedelta:
        """Return how far the clock that all servers of this database share is ahead of `clock`."""

    async def ping(self) -> None:
        """Return when the database answers."""

    async def close(self) -> None:
        """Finish what was accepted, then let go."""


async def open_database(url: str | None, data_dir: Path, clock: Clock) -> Database:
    """Open the database at `url`, or SQLite in `data_dir`, migrated and ready."""
    if url is None:
        from mobius.store.sqlite import SqliteDatabase

        return await SqliteDatabase.open(data_dir, clock)
    from mobius.store.postgres import PostgresDatabase

    return await PostgresDatabase.open(url, clock)
