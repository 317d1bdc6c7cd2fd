"""A request that takes long to compute keeps nobody else waiting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.execution.conversation import Conversation
from tests.harness.server import ServerProcess
from tests.server.raw import RawConnection

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
OTHERS = 10


def all_expressions(number: int, count: int) -> dict[str, Any]:
    """Return a specification that takes long to compile."""
    return {
        "name": f"expressions {number}",
        "steps": [{"name": "a", "action": "x", "parameters": {"l": ["${1+1}"] * count}}],
    }


@on_sqlite
def test_others_are_answered_while_a_large_specification_is_compiled(server: ServerProcess) -> None:
    talk = Conversation(server)
    for number, (path, field) in enumerate((("runs", {}), ("workflows", {"name": talk.project}))):
        body = json.dumps({**field, "spec": all_expressions(number, 20_000)}).encode()
        with RawConnection(server, timeout=50) as large, RawConnection(server) as small:
            large.ask("POST", f"/projects/{talk.project}/{path}", body)
            for _ in range(OTHERS):
                small.ask("GET", "/projects")
                assert small.answer()[0] == 200
            assert not large.has_answer()
            assert large.answer()[0] in (201, 202)
