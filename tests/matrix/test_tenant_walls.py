"""Nobody reaches what belongs to another project or another org, whatever the operation.

The operations are those that the server declares: a new one is tried by itself, and fails here until it is
said what a tenant holds of its kind (`tenants.py`) and what its body looks like (`bodies.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mobius.api.operation import AUTHENTICATED
from tests.domains.conversation import pinned_client
from tests.domains.people import new_member, new_org
from tests.harness.server import ServerProcess
from tests.matrix.requests import GUARDED, Request, kinds_named, request_about
from tests.matrix.stored import stored
from tests.matrix.tenants import ORG_WIDE, Tenant, tenant

pytestmark = pytest.mark.anyio

REFUSALS = (401, 403, 404)


async def test_nobody_reaches_what_belongs_to_another_project(own_server: ServerProcess) -> None:
    victim, neighbour = tenant(own_server.http), tenant(own_server.http)
    with pinned_client(own_server, neighbour.project) as pinned:
        tries = [
            *((own_server.http, request) for request in _from_another_project(neighbour, victim)),
            *((pinned, request) for request in _from_another_project(neighbour, victim)),
            *((pinned, request) for request in _under_the_name_of_the_project(victim)),
            *((pinned, request) for request in _about_the_org(victim)),
        ]
        await _refused_without_a_trace(own_server, tries)


async def test_nobody_reaches_what_belongs_to_another_org(own_server: ServerProcess) -> None:
    of_another_org = new_member(own_server, "owner", owner=new_org(own_server).http)
    caller = new_member(own_server, "owner")
    victim, own = tenant(of_another_org.http), tenant(caller.http)
    with pinned_client(own_server, own.project) as pinned:
        await _refused_without_a_trace(
            own_server,
            [
                (client, request)
                for client in (caller.http, pinned)
                for request in (
                    *_under_the_name_of_the_project(victim),
                    *_from_another_project(own, victim, ORG_WIDE),
                    *_about_another_org(victim),
                )
            ],
        )


Try = tuple[httpx.Client, Request]


async def _refused_without_a_trace(server: ServerProcess, tries: list[Try]) -> None:
    before = await stored(server)

    answers = [(request, request.send(client)) for client, request in tries]

    wrong = [request.told(answer) for request, answer in answers if answer.status_code not in REFUSALS]
    assert not wrong, "\n".join(wrong)
    assert await stored(server) == before
    of_projects = {one.id for one in GUARDED if one.audience == "project"}
    assert {request.operation.id for _, request in tries} >= of_projects


def _under_the_name_of_the_project(victim: Tenant) -> Iterator[Request]:
    """Requests that name the project itself, by its id and by its handle."""
    for one in GUARDED:
        if one.project_param is not None:
            yield request_about(one, victim, victim.project)
            yield request_about(one, victim, victim.project_id)


def _from_another_project(
    own: Tenant, victim: Tenant, more: frozenset[str] = frozenset()
) -> Iterator[Request]:
    """Requests in the caller's own project with the ids of what somebody else's holds."""
    for one in GUARDED:
        if one.project_param is not None and kinds_named(one) - (ORG_WIDE - more):
            yield request_about(one, victim, own.project)


def _about_the_org(victim: Tenant) -> Iterator[Request]:
    """Requests about the whole org, which a key of one project may not make."""
    for one in GUARDED:
        if one.project_param is None and one.permission != AUTHENTICATED:
            yield request_about(one, victim)


def _about_another_org(victim: Tenant) -> Iterator[Request]:
    """Requests that name an org, or what belongs to it."""
    for one in GUARDED:
        if one.project_param is None and kinds_named(one):
            yield request_about(one, victim)
