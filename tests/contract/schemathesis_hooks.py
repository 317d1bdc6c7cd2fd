"""What generated requests must not do: keep a test waiting."""

from __future__ import annotations

import os
from typing import Any

import schemathesis

STATEFUL = os.environ.get("MOBIUS_TEST_PHASE") == "stateful"


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    """Let claims answer at once."""
    if isinstance(body, dict) and isinstance(body.get("wait_seconds"), int):
        body["wait_seconds"] = min(body["wait_seconds"], 0)
    return body


@schemathesis.hook
def map_headers(_context: Any, headers: Any) -> Any:
    """Repeat no request along a chain: its kept answer would name what was deleted since."""
    if STATEFUL and headers:
        return {name: value for name, value in headers.items() if name.lower() != "idempotency-key"}
    return headers
