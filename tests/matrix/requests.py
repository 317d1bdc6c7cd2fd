"""Requests of every operation that the server declares, about what a tenant holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx

from mobius.api.operation import Operation
from mobius.server.app import declared
from tests.matrix.bodies import body_of
from tests.matrix.tenants import Tenant

GUARDED = [one for one in declared().operations if one.audience != "public" and not one.hidden]
"""All operations that need a credential. Pages (hidden) send people to the sign-in instead of refusing."""
_PARAM = re.compile(r"([\w-]+)/{(\w+)}")


@dataclass(frozen=True)
class Request:
    """One request of one operation."""

    operation: Operation
    path: str
    body: Any

    def send(self, client: httpx.Client, **changed: Any) -> httpx.Response:
        """Send it; `changed` are options of httpx that replace its own."""
        return client.request(
            self.operation.method, self.path, **({"json": self.body, "timeout": 10} | changed)
        )

    def told(self, answer: httpx.Response) -> str:
        """What came of it, for people."""
        one = self.operation
        return f"{one.id}: {one.method} {self.path}: {answer.status_code} {answer.text}"


def kinds_named(one: Operation) -> set[str]:
    """The kinds of things that the path names, apart from the project."""
    return {kind for kind, name in _PARAM.findall(one.path) if name != one.project_param}


def request_about(one: Operation, held_by: Tenant, project: str | None = None) -> Request:
    """The request about what `held_by` holds, under the name of its project or of another one."""

    def value(found: re.Match[str]) -> str:
        kind, name = found.groups()
        if name == one.project_param:
            return f"{kind}/{project or held_by.project}"
        held = held_by.held.get(f"org {kind}") if one.project_param is None else None
        held = held or held_by.held.get(kind)
        assert held, f"{one.id}: say in tenants.py how a tenant comes to hold one of {kind!r}"
        return f"{kind}/{held}"

    body = None
    if one.body is not None:
        body = body_of(one.id, held_by)
        assert body is not None, f"{one.id} has a body: say in bodies.py what it looks like"
    return Request(one, _PARAM.sub(value, one.path), body)
