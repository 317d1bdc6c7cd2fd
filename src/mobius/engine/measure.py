"""How much JSON the values of a run take: branches share them in memory, but each is written for itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

MAX_STATE = 16 * 1024 * 1024
"""How many bytes of JSON the variables of a run may take, about: every step reads and writes all of them."""
STATE_TOO_LARGE = "state_too_large"

_HEADROOM = 400
_json = msgspec.json.Encoder()


def state_too_large() -> str:
    """Return what is said about a run that would be more than is stored."""
    return f"the variables of the run would take more than {MAX_STATE} bytes of JSON, or nest too deep"


def json_size(value: Any) -> int:
    """Return how many bytes of JSON a value takes."""
    return len(_json.encode(value))


def nests_too_deep(value: Any) -> bool:
    """Tell whether a value could not be written any more a few hundred levels deep in other JSON."""
    for _ in range(_HEADROOM):
        value = (value,)
    try:
        _json.encode(value)
    except RecursionError:
        return True
    return False


def total_size(values: Iterable[Any], limit: int) -> int:
    """Return how many bytes of JSON the values take together, counted no further than past `limit`."""
    known: dict[int, int] = {}
    total = 0
    for value in values:
        size = known.get(id(value))
        if size is None:
            size = known[id(value)] = json_size(value)
        total += size
        if total > limit:
            break
    return total
