"""What the server answers about itself."""

import asyncio
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from mobius.api.call import PublicCall
from mobius.api.errors import Unavailable
from mobius.api.operation import operation, operations

PING_SECONDS = 2.0


class HealthResponse(Struct):
    """Whether the server can do its work."""

    status: Annotated[str, Meta(description="`ok` when the database answers.")]


class ServedSchema(Struct, frozen=True):
    """The text of `/openapi.json`, made once at start."""

    text: bytes


@operation(
    "GET",
    "/health",
    tags=("health",),
    permission=None,
    errors=(503,),
    summary="Check the server",
    precedence="always",
)
async def get_health(call: PublicCall) -> HealthResponse:
    """Needs no key. Answers 503 while the database is out of reach, and when the server is about to stop."""
    if call.services.stopping.is_set():
        raise Unavailable("stopping", "the server is about to stop; connect to another one")
    try:
        async with asyncio.timeout(PING_SECONDS):
            await call.store.ping()
    except TimeoutError:
        raise Unavailable("database_unavailable", "the database does not answer") from None
    return HealthResponse("ok")


@operation(
    "GET", "/openapi.json", tags=("health",), permission=None, summary="Show this description", hidden=True
)
async def get_openapi(call: PublicCall) -> Response:
    """The description of all operations, in OpenAPI 3.0."""
    return Response(call.room(ServedSchema).text, media_type="application/json")


routes = operations(__name__)
