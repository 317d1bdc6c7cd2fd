"""Every statement on a tenant's table names the tenant, and a room touches only its own tables.

SQL stands in `queries.py`, apart from `execution` and the daemons: there the guarded write of a command is
the command, and what a daemon takes is the daemon.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from lint.ownership import OWNERS, UNBOUND_ALLOWED, room_of
from lint.problem import Problem
from lint.statements import UNKNOWN, Statement, statements_in

_TABLE = re.compile(r"\b(?P<verb>FROM|JOIN|UPDATE|INTO)\s+(?:ONLY\s+)?(?P<name>[a-z_][a-z0-9_]*|\u2026)")
_NOT_A_TABLE = re.compile(r"\b(?:FOR|DO)\s+(?:NO KEY\s+)?UPDATE\b|\bIS\s+(?:NOT\s+)?DISTINCT\s+FROM\b")
_CTE = re.compile(r"(?:\bWITH(?:\s+RECURSIVE)?|,)\s+([a-z_][a-z0-9_]*)(?:\s*\([^)]*\))?\s+AS\s")
_CONDITION = re.compile(
    r"\b(?:project_id|org_id)\s*(?:=|@in\b|IN\b)"  # project_id = $1, project_id = r.project_id
    r"|\(\s*(?:[a-z_]+\.)?(?:project_id|org_id)\s*,[^()]*\)\s*(?:=|IN\b)"  # (project_id, id) IN ...
    r"|\bUSING\s*\(\s*(?:project_id|org_id)\b"
)
_GIVEN = re.compile(r"\b(?:project_id|org_id)\s*(?:=\s*\$\d|@in\(\$\d|IN\s*\(\s*\$\d)")
_INSERTED = re.compile(r"\bINSERT\s+INTO\s+[a-z_0-9]+\s*\([^)]*\b(?:project_id|org_id)\b")
_TENANT_COLUMN = re.compile(r"^\s*(?:project_id|org_id)[\s,]", re.MULTILINE)
_CREATED = re.compile(r"CREATE (?:TABLE|VIEW) (?:IF NOT EXISTS )?([a-z_0-9]+)\s*\((.*?)\n\)", re.DOTALL)
_OWNS = re.compile(r"^(?:- )?Owns:(.*)$", re.MULTILINE)

# The store runs everybody's statements and has only its own bookkeeping.
_NOT_CHECKED = ("store/",)
_MIGRATIONS = "store/migrations"


def tables_in(migrations: Path) -> dict[str, bool]:
    """Return the tables that the migrations create, and whether each is a tenant's."""
    found: dict[str, bool] = {}
    for file in sorted(migrations.glob("*.sql")):
        for name, columns in _CREATED.findall(file.read_text(encoding="utf-8")):
            found[name] = found.get(name, False) or bool(_TENANT_COLUMN.search(columns))
    return found


def check(package: Path) -> Iterator[Problem]:
    """Check the modules of the package at `package` (`src/mobius`)."""
    tables = tables_in(package / _MIGRATIONS)
    yield from _unowned(tables)
    yield from _readmes(package)
    used: set[tuple[str, str]] = set()
    for file in sorted(package.rglob("*.py")):
        path = file.relative_to(package).as_posix()
        if path.startswith(_NOT_CHECKED):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for statement in statements_in(tree):
            yield from _check_statement(path, statement, tables, used)
    for path, holder in sorted(UNBOUND_ALLOWED.keys() - used):
        yield Problem(path, 1, "tenants", f"the exception for `{holder}` allows nothing: remove it")


def _check_statement(
    path: str, statement: Statement, tables: Mapping[str, bool], used: set[tuple[str, str]]
) -> Iterator[Problem]:
    names = _tables_of(statement.sql)
    room = room_of(path)
    if not path.endswith("queries.py") and room != "execution" and not path.startswith("daemons/"):
        yield Problem(path, statement.line, "sql-place", "SQL belongs into the room's queries.py")
    for name in sorted(set(names)):
        owner = OWNERS.get(name)
        if owner is not None and owner != room:
            yield Problem(
                path, statement.line, "ownership", f"{room} touches `{name}`, which belongs to {owner}"
            )
    of_tenants = [name for name in names if tables.get(name) or name == UNKNOWN]
    inserted = len(_INSERTED.findall(statement.sql))
    bound = len(_CONDITION.findall(statement.sql)) + inserted
    if not of_tenants or (len(of_tenants) <= bound and (inserted or _GIVEN.search(statement.sql))):
        return
    if (path, statement.holder) in UNBOUND_ALLOWED:
        used.add((path, statement.holder))
        return
    listed = ", ".join(sorted(set(of_tenants)))
    message = f"`{statement.holder}` uses tenants' tables ({listed}) without naming the tenant of each"
    yield Problem(path, statement.line, "tenants", message)


def _tables_of(sql: str) -> list[str]:
    """Return the table of every reference in a statement, without those that the statement itself defines."""
    defined = set(_CTE.findall(sql))
    text = _NOT_A_TABLE.sub(" ", sql)
    return [match["name"] for match in _TABLE.finditer(text) if match["name"] not in defined]


def _unowned(tables: Mapping[str, bool]) -> Iterator[Problem]:
    for name in sorted(tables.keys() - OWNERS.keys()):
        yield Problem(
            "store/migrations", 1, "ownership", f"no room owns `{name}`: say which in lint/ownership.py"
        )
    for name in sorted(OWNERS.keys() - tables.keys()):
        yield Problem(
            "store/migrations", 1, "ownership", f"`{name}` has an owner but no migration creates it"
        )


def _readmes(package: Path) -> Iterator[Problem]:
    """Compare what the rooms' READMEs say they own with the one table of owners."""
    for file in sorted(package.rglob("README.md")):
        path = file.relative_to(package).as_posix()
        line = _OWNS.search(file.read_text(encoding="utf-8"))
        said = {name for name in re.findall(r"`([a-z_]+)`", line[1]) if name in OWNERS} if line else set()
        owned = {name for name, owner in OWNERS.items() if owner == room_of(path)}
        if said != owned:
            differing = ", ".join(sorted(said ^ owned))
            yield Problem(path, 1, "ownership", f"`Owns:` and lint/ownership.py differ in {differing}")
