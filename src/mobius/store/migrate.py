"""Migrations: numbered SQL files, applied in order, each in a transaction with the row that remembers it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources

from mobius.store.database import CannotOpen

SCHEMA_MIGRATIONS = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version     integer PRIMARY KEY,
    name        text NOT NULL,
    checksum    text NOT NULL,
    applied_at  bigint NOT NULL
)"""
REMEMBER = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)"
APPLIED = "SELECT version, name, checksum FROM schema_migrations ORDER BY version"

_FILE = re.compile(r"(\d{4})_(\w+?)(?:\.(sqlite|postgres))?\.sql")


class MigrationError(CannotOpen):
    """The database's schema is not one that this server can bring up to date."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Return the hash of the text, which never changes once it was released."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(dialect: str) -> list[Migration]:
    """Return all migrations for a database, in order."""
    found = []
    for file in resources.files("mobius.store.migrations").iterdir():
        match = _FILE.fullmatch(file.name)
        if match and match[3] in (None, dialect):
            found.append(Migration(int(match[1]), match[2], file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.version)


@contextmanager
def naming(migration: Migration, errors: type[Exception]) -> Iterator[None]:
    """Say which migration it was when one of `errors` ends it. Only drivers call this."""
    try:
        yield
    except errors as error:
        raise MigrationError(
            f"migration {migration.version:04} ({migration.name}) failed: {error}; "
            "the database is as it was before it, and the server that used it can go on"
        ) from error


def pending(known: list[Migration], applied: list[tuple[int, str, str]]) -> list[Migration]:
    """Return the migrations still to be applied; raise MigrationError when the schema is not ours."""
    by_version = {migration.version: migration for migration in known}
    for version, name, checksum in applied:
        ours = by_version.get(version)
        if ours is None:
            raise MigrationError(
                f"the database has migration {version:04} ({name}), which this server does not know: "
                "it was upgraded by a newer server; start that one, or restore a backup from before it"
            )
        if ours.checksum != checksum:
            raise MigrationError(
                f"migration {version:04} ({name}) differs from the one that was applied: "
                "released migrations are never edited; restore the file"
            )
    done = {version for version, _, _ in applied}
    return [migration for migration in known if migration.version not in done]
