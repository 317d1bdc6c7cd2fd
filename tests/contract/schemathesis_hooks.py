"""What generated requests must not do, and a count of what they did.

They must not keep a test waiting, nor take away the project and the key that they are made with.
"""

from __future__ import annotations

import atexit
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis

STATEFUL = os.environ.get("MOBIUS_TEST_PHASE") == "stateful"
KEPT = frozenset(os.environ.get("MOBIUS_TEST_KEPT", "").split())
KEEPERS = ("/projects/{id}", "/api-keys/{id}", "/projects/{project}/api-keys/{id}")
COUNTS = os.environ.get("MOBIUS_TEST_COUNTS")
_answers: Counter[tuple[str, int]] = Counter()


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


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Delete no project and no key that the requests themselves need."""
    if case.method.upper() == "DELETE" and case.path in KEEPERS and case.path_parameters["id"] in KEPT:
        case.path_parameters["id"] = "somebody-elses"


@schemathesis.hook
def after_call(_context: Any, case: Any, response: Any) -> None:
    """Count the answer under the operation that gave it."""
    operation_id = case.operation.definition.raw.get("operationId", case.operation.label)
    _answers[operation_id, response.status_code] += 1


def _write_counts() -> None:
    if COUNTS:
        rows = [[*key, count] for key, count in sorted(_answers.items())]
        Path(COUNTS).write_text(json.dumps(rows), encoding="utf-8")


atexit.register(_write_counts)
