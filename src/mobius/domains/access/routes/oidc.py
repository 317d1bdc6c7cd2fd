"""The way to an OpenID provider and back. Browsers only, so not part of the served schema."""

from typing import Any

from msgspec import Struct
from starlette.responses import Response

from mobius.api.call import PublicCall
from mobius.api.errors import ApiError
from mobius.api.operation import operation, operations
from mobius.domains.access import oidc, sessions
from mobius.domains.access.pages import HOME, problem_page, sent_on
from mobius.domains.access.provider import NotBelieved

PAGE: Any = {"tags": ("pages",), "hidden": True, "media_type": "text/html", "permission": None}


class StartQuery(Struct, kw_only=True):
    """Where to go when signed in."""

    next: str = HOME


class CallbackQuery(Struct, kw_only=True):
    """What the provider sends back."""

    state: str = ""
    code: str = ""
    error: str = ""


@operation("GET", "/auth/oidc/start", summary="Go to the OpenID provider", **PAGE)
async def start_oidc(call: PublicCall, query: StartQuery) -> Response:
    """Sends the browser to the provider."""
    try:
        departure = await oidc.begin(call, query.next)
    except ApiError as error:
        return problem_page(error)
    headers = {"Location": departure.url, "Set-Cookie": departure.cookie, "Cache-Control": "no-store"}
    return Response(status_code=303, headers=headers)


@operation("GET", "/auth/oidc/callback", summary="Come back from the OpenID provider", **PAGE)
async def finish_oidc(call: PublicCall, query: CallbackQuery) -> Response:
    """Begins a session for whom the provider vouches."""
    try:
        if query.error:
            raise NotBelieved
        cookie = call.connection.cookie(oidc.cookie_name(call.settings))
        session, to = await oidc.finish(call, query.state, query.code, cookie)
    except ApiError as error:
        return problem_page(error)
    return sent_on(to, sessions.cookie(call.settings, session.token))


routes = operations(__name__)
