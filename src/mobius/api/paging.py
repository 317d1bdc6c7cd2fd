"""Keyset pages: a cursor is the key of the last row seen, bound to its list and filters.

scope = cursor_scope("runs", call.project.id, status, queue)
after = decode_cursor(scope, query.cursor, str) if query.cursor else None
rows = await list_runs(..., after, query.limit + 1)
page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
return ListResponse(items=[...page.rows...], has_more=page.has_more, next_cursor=page.next_cursor)
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mobius.api.errors import BadCursor

T = TypeVar("T")

Cursor = Annotated[
    str,
    Meta(
        max_length=1024,
        description="Where to go on: `next_cursor` of the page before.",
        extra={"parameter": "CursorParam"},
    ),
]
Limit = Annotated[
    int, Meta(ge=1, le=200, description="How many rows at most.", extra={"parameter": "LimitParam"})
]
InlineCursor = Annotated[
    str, Meta(max_length=1024, description="Where to go on: `next_cursor` of the page before.")
]
InlineLimit = Annotated[int, Meta(ge=1, le=200, description="How many rows at most.")]
DEFAULT_LIMIT = 50


class PageQuery(msgspec.Struct, kw_only=True):
    """Query of a list that is read in pages and has no filters."""

    cursor: Cursor | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT


class Page(NamedTuple, Generic[T]):
    """The rows of one page and the cursor of the next one."""

    rows: Sequence[T]
    has_more: bool
    next_cursor: str | UnsetType


def cursor_scope(*parts: Any) -> str:
    """One text for a list and its filters; absent filters may be passed as None or UNSET."""
    return msgspec.json.encode([None if part is UNSET else part for part in parts]).decode()


def encode_cursor(scope: str, key: Sequence[Any]) -> str:
    """An opaque text for the row with this key in this list."""
    payload = msgspec.json.encode(list(key))
    return urlsafe_b64encode(_digest(scope, payload) + payload).rstrip(b"=").decode()


def decode_cursor(scope: str, cursor: str, *types: type) -> list[Any]:
    """The key that `encode_cursor` was given. `types` are those of its parts; else `BadCursor`."""
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        payload = raw[_DIGEST_BYTES:]
        key = msgspec.json.decode(payload, type=list[Any])
    except (ValueError, RecursionError):
        raise BadCursor from None
    if raw[:_DIGEST_BYTES] != _digest(scope, payload):
        raise BadCursor
    if types and [type(part) for part in key] != list(types):
        raise BadCursor
    return key


def page_of(rows: Sequence[T], limit: int, scope: str, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    """The page of `limit` rows out of up to `limit + 1` that were read."""
    if len(rows) <= limit:
        return Page(rows, has_more=False, next_cursor=UNSET)
    return Page(rows[:limit], has_more=True, next_cursor=encode_cursor(scope, key(rows[limit - 1])))


_DIGEST_BYTES = 9


def _digest(scope: str, payload: bytes) -> bytes:
    # The key is part of it so that a cursor edited by hand is refused and never reaches the database.
    return sha256(scope.encode() + b"\0" + payload).digest()[:_DIGEST_BYTES]
