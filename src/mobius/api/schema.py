"""Types that many shapes share, and how a shape says what the served schema shall show.

* `Annotated[Literal[...], Meta(title="WorkflowRunStatus")]`: the title makes it a component of that name.
* A Struct is a component named after its class. A Struct that inherits from another one is served as
  `allOf`, unless the parent's name starts with an underscore: then its fields are the child's own.
* `schema_of("WorkflowSpec")`: the value is taken as it is, the served schema is that component.
* `one_of(A, B, ...)`: the value is taken as it is, the served schema is `oneOf`.
  Components that no operation names by type are listed in the room's `routes.schemas`.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from msgspec import Meta

Timestamp = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""A time in an answer: RFC 3339, UTC, always six digits (msgspec drops them from a whole second)."""

Instant = Annotated[datetime, Meta(tz=True)]
"""A time in a request: RFC 3339 with its offset. It may lie after `LATEST`, because of the offset."""

LATEST = datetime.max.replace(tzinfo=UTC)
"""The last moment that `timestamp` can show."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (naive on purpose: isoformat() then leaves the offset to us)


def timestamp(micros: int) -> Timestamp:
    """Microseconds since 1970 as the text of an answer: `2026-01-31T09:30:00.000000Z`."""
    return (_EPOCH + timedelta(microseconds=micros)).isoformat(timespec="microseconds") + "Z"


def schema_of(component: str) -> Meta:
    """The served schema is a reference to a component; the value is not looked at."""
    return Meta(extra={"schema_of": component})


def one_of(*types: Any, title: str | None = None, description: str | None = None) -> Meta:
    """The served schema is `oneOf` the types; the value is not looked at."""
    return Meta(title=title, description=description, extra={"one_of": types})
