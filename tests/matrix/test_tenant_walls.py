"""Nobody reaches what belongs to another project or another org, whatever the operation.

The operations are those that the server declares: a new one is tried by itself, and fails here until it is
said what a tenant holds of its kind (`tenants.py`) and what its body looks like (`bodies.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from mobius.api.operation import AUTHENTICATED, Operation
from mobius.server.app import declared
from tests.domains.conversation import pinned_client
from tests.harness.contents import Rows, rows_of
from tests.harness.server import ServerProcess
from tests.matrix.bodies import body_of
from tests.matrix.tenants import ORG_WIDE, Tenant, tenant

pytestmark = pytest.mark.anyio

REFUSALS = (401, 403, 404)
_PARAM = re.compile(r"([\w-]+)/{(\w+)}")
OPERATIONS = [one for one in declared().operations if one.audience != "public"]


@dataclass(frozen=True)
class Attempt:
    """A request that must be refused."""

    client: httpx.Client
    operation: Operation
    path: str
    body: Any

    def refusal(self) -> str | None:
        """Return what is wrong with the answer; None when it is a refusal."""
        answer = self.client.request(self.operation.method, self.path, json=self.body, timeout=10)
        if answer.status_code in REFUSALS:
            return None
        return f"{self.operation.id}: {self.operation.method} {self.path}: {answer.status_code} {answer.text}"


async def test_nobody_reaches_what_belongs_to_others(own_server: ServerProcess) -> None:
    victim, neighbour = tenant(own_server.http), tenant(own_server.http)
    with pinned_client(own_server, neighbour.project) as pinned:
        attempts = [
            *_from_another_project(own_server.http, neighbour, victim),
            *_under_the_name_of_the_project(pinned, victim),
            *_about_the_org(pinned, victim),
        ]
        before = await _contents(own_server)

        wrong = [problem for attempt in attempts if (problem := attempt.refusal())]

    assert not wrong, "\n".join(wrong)
    assert await _contents(own_server) == before
    assert {attempt.operation.id for attempt in attempts} >= {
        one.id for one in OPERATIONS if one.audience == "project"
    }


def _under_the_name_of_the_project(client: httpx.Client, victim: Tenant) -> Iterator[Attempt]:
    """Requests that name the project itself, by its id and by its handle."""
    for one in OPERATIONS:
        if one.project_param is not None:
            for project in (victim.project, victim.project_id):
                yield _attempt(client, one, project, victim)


def _from_another_project(client: httpx.Client, own: Tenant, victim: Tenant) -> Iterator[Attempt]:
    """Requests in the caller's own project with the ids of what somebody else's holds."""
    for one in OPERATIONS:
        kinds = {kind for kind, name in _PARAM.findall(one.path) if name != one.project_param}
        if one.project_param is not None and kinds - ORG_WIDE:
            yield _attempt(client, one, own.project, victim)


def _about_the_org(client: httpx.Client, victim: Tenant) -> Iterator[Attempt]:
    """Requests about the whole org, which a key of one project may not make."""
    for one in OPERATIONS:
        if one.project_param is None and one.permission != AUTHENTICATED:
            yield _attempt(client, one, "", victim)


def _attempt(client: httpx.Client, one: Operation, project: str, victim: Tenant) -> Attempt:
    def value(found: re.Match[str]) -> str:
        kind, name = found.groups()
        return f"{kind}/{project if name == one.project_param else victim.held[kind]}"

    body = None
    if one.body is not None:
        body = body_of(one.id, victim)
        assert body is not None, f"{one.id} has a body: say in bodies.py what it looks like"
    return Attempt(client, one, _PARAM.sub(value, one.path), body)


async def _contents(server: ServerProcess) -> Rows:
    """Return all that is stored, apart from when keys were used last."""
    contents = await rows_of(server.database_url, server.data_dir)
    for key in contents["api_keys"]:
        del key["last_used_at"]
    return contents
