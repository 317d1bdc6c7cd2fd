"""What holds for every operation alike: who may call it, and what becomes of requests that make no sense."""

from __future__ import annotations

import httpx
import pytest

from mobius.api.operation import AUTHENTICATED
from mobius.api.permissions import PERMISSIONS
from tests.domains.conversation import answered, unique
from tests.harness.server import ServerProcess
from tests.matrix.requests import GUARDED, Request, request_about
from tests.matrix.stored import stored
from tests.matrix.tenants import Tenant, tenant

pytestmark = pytest.mark.anyio


async def test_what_makes_no_sense_is_refused_and_changes_nothing(own_server: ServerProcess) -> None:
    owner = tenant(own_server.http)
    requests = [request_about(one, owner) for one in GUARDED]
    permissions = {str(one.permission) for one in GUARDED} - {AUTHENTICATED}
    keys = {permission: _key_without(own_server, permission) for permission in permissions}
    before = await stored(own_server)

    wrong: list[str] = []
    with own_server.client(None) as nobody, own_server.client("mbx_unknown") as stranger:
        for request in requests:
            for client in (nobody, stranger):
                wrong += _unless(request, request.send(client), 401, "unauthenticated")
            if key := keys.get(str(request.operation.permission)):
                with own_server.client(key) as limited:
                    wrong += _unless(request, request.send(limited), 403, "permission_denied")
            wrong += _malformed(request, owner)

    assert not wrong, "\n".join(wrong)
    assert await stored(own_server) == before


def _malformed(request: Request, owner: Tenant) -> list[str]:
    one, wrong = request.operation, []
    if one.body is not None:
        broken = {"json": None, "headers": {"content-type": "application/json"}}
        wrong += _unless(request, request.send(owner.http, content=b"{", **broken), 400, "malformed_json")
        wrong += _unless(request, request.send(owner.http, json=[1]), 400, "validation_failed")
    if one.query is not None and "cursor" in one.query.__struct_fields__:
        answer = request.send(owner.http, params={"cursor": "bm9uc2Vuc2U"})
        wrong += _unless(request, answer, 400, "bad_cursor")
    return wrong


def _unless(request: Request, answer: httpx.Response, status: int, code: str) -> list[str]:
    """Return what is wrong with the answer: nothing when it has this status and code."""
    if answer.status_code == status and answer.json()["error"]["code"] == code:
        return (
            []
            if status != 401 or answer.headers.get("www-authenticate")
            else [f"{request.path}: no challenge"]
        )
    return [f"not {status} {code}: {request.told(answer)}"]


def _key_without(server: ServerProcess, permission: str) -> str:
    """Make a key that may do everything but one thing."""
    allowed = sorted(PERMISSIONS - {permission})
    made = answered(server.http.post("/api-keys", json={"name": unique("key"), "permissions": allowed}), 201)
    return str(made["key"])
