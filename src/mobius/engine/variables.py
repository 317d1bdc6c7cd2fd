"""Variables of a branch: read and set by dotted names, without changing what other branches share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

MISSING: Final = object()


def with_value(variables: dict[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """Return a copy with the variable set; dots make nested objects, in place of values that are none."""
    changed = dict(variables)
    inner = changed
    for name in path[:-1]:
        below = inner.get(name)
        inner[name] = dict(below) if isinstance(below, dict) else {}
        inner = inner[name]
    inner[path[-1]] = value
    return changed


def read(variables: dict[str, Any], path: Sequence[str]) -> Any:
    """Return the variable, or MISSING; an empty path means all variables."""
    value: Any = variables
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return MISSING
        value = value[name]
    return value
