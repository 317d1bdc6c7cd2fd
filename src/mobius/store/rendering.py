"""One SQL text for both databases: what is written differently has a name here."""

from __future__ import annotations

import re
from functools import lru_cache

_PLACE = re.compile(r"\$(\d+)")
_CAST = re.compile(r"::[a-z]+(\[\])?")
_LIST = re.compile(r"@in\((\$\d+)\)")
_SOME = re.compile(r"@some\((\w+), ([^()]+)\)")
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
    sql = _SOME.sub(rf"ctid = ANY(ARRAY(SELECT ctid FROM \1 WHERE \2 LIMIT {SOME}))", sql)
    sql = sql.replace("@skip_locked", "FOR UPDATE SKIP LOCKED").replace("@for_share", "FOR SHARE")
    sql = sql.replace("@for_update", "FOR UPDATE")
    return sql.replace("@materialized", "MATERIALIZED")
