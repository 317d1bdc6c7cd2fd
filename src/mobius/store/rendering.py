"""One SQL text for both databases: what is written differently has a name here."""

from __future__ import annotations

import re
from functools import lru_cache

_PLACE = re.compile(r"\$(\d+)")
_CAST = re.compile(r"::[a-z]+(\[\])?")
_LIST = re.compile(r"@in\((\$\d+)\)")
_SOME = re.compile(r"@some\((\w+), ([^()]+)\)")
_SOME_OF_PROJECT = re.compile(r"@some\((\w+), project_id = (\$\d+)\)")
SOME = 1_000
"""How many rows `@some(table, condition)` names at most."""


@lru_cache(maxsize=4096)
def for_sqlite(sql: str) -> str:
    """Return the text for SQLite: numbered places, no casts, lists as JSON arrays, one writer."""
    sql = _LIST.sub(r"IN (SELECT value FROM json_each(\1))", sql)
    sql = _SOME.sub(rf"rowid IN (SELECT rowid FROM \1 WHERE \2 LIMIT {SOME})", sql)
    for name in ("@skip_locked", "@for_share", "@for_update"):
        sql = sql.replace(name, "")
    sql = sql.replace("@materialized", "MATERIALIZED")
    return _PLACE.sub(r"?\1", _CAST.sub("", sql))


@lru_cache(maxsize=4096)
def for_postgres(sql: str) -> str:
    """Return the text for PostgreSQL: lists as arrays, rows of others skipped, read rows held or locked."""
    sql = _LIST.sub(r"= ANY(\1)", sql)
    # In the order of an index: PostgreSQL would otherwise read the table from its beginning each time, past
    # all that is left there, as soon as it takes the rows of a project for many.
    here = r"project_id >= \2 AND project_id <= \2 ORDER BY project_id"
    sql = _SOME_OF_PROJECT.sub(rf"@some(\1, {here})", sql)
    sql = _SOME.sub(rf"ctid = ANY(ARRAY(SELECT ctid FROM \1 WHERE \2 LIMIT {SOME}))", sql)
    sql = sql.replace("@skip_locked", "FOR UPDATE SKIP LOCKED").replace("@for_share", "FOR SHARE")
    sql = sql.replace("@for_update", "FOR UPDATE")
    return sql.replace("@materialized", "MATERIALIZED")
