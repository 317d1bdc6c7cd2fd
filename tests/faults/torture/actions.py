"""What the workers of the torture do: a function of the parameters, failures included."""

from __future__ import annotations

import json
import zlib
from typing import Any, NamedTuple

ACTIONS = ("weigh", "grind")
"""The asynchronous and the synchronous one; they give the same."""


class Failure(NamedTuple):
    """An attempt that fails, and how."""

    error_type: str
    message: str


def outcome(parameters: dict[str, Any], attempt: int) -> Any:
    """Return the result of an attempt, or its Failure.

    `fails` says how many attempts fail at first (-1: all) and `error` with which type. A lost lease counts as
    an attempt as well, so an action may fail less often than that, but never more often.
    """
    fails = parameters.get("fails", 0)
    if fails < 0 or attempt <= fails:
        return Failure(parameters["error"], f"{parameters['key']} fails")
    if "count" in parameters:
        return parameters["count"] + 1
    text = json.dumps(parameters, sort_keys=True)
    weight = zlib.crc32(text.encode())
    result = {"key": parameters["key"], "weight": weight}
    if weight % 4 == 0:  # now and then a large value, which later steps see
        result["bulk"] = str(weight) * 1_000 if weight % 8 else [weight] * 1_000
    return result
