"""HTTP of signing in, and who the caller is."""

from msgspec import UNSET
from starlette.responses import Response

from mobius.api.call import OrgCall, PublicCall
from mobius.api.operation import AUTHENTICATED, operation, operations
from mobius.domains.access import sessions
from mobius.domains.access.credentials import API_KEY
from mobius.domains.access.shapes import AuthContext
from mobius.domains.access.sign_in_shapes import ChangePasswordRequest, SetPasswordRequest, SignInRequest

TAGS = ("auth",)


@operation("GET", "/auth/me", tags=TAGS, permission=AUTHENTICATED, summary="Show who the caller is")
async def get_auth_context(call: OrgCall) -> AuthContext:
    """What the server takes the presented credential for."""
    caller = call.caller
    role = caller.role if caller.credential_type != API_KEY else None
    return AuthContext(
        user_id=caller.actor_id,
        org_id=caller.org_id,
        auth_type=caller.credential_type,
        is_admin=False,
        role=role or UNSET,
        credential_id=caller.credential_id,
    )


@operation(
    "POST",
    "/auth/session",
    tags=TAGS,
    permission=None,
    status=204,
    errors=(401, 403, 429),
    summary="Sign in with a password",
)
async def sign_in(call: PublicCall, body: SignInRequest) -> Response:
    """Begins a session; its cookie is in the answer.

    Unknown addresses and wrong passwords are not told apart. Who guesses is slowed down: 429 with
    `Retry-After`.
    """
    org_id = None if body.org_id is UNSET else body.org_id
    session = await sessions.sign_in(call, body.email, body.password, org_id)
    return _with_cookie(sessions.cookie(call.settings, session.token))


@operation(
    "DELETE",
    "/auth/session",
    tags=TAGS,
    permission=AUTHENTICATED,
    status=204,
    errors=(400,),
    summary="Sign out",
)
async def sign_out(call: OrgCall) -> Response:
    """Ends the session of the cookie, and what waits under it."""
    await sessions.end(call)
    return _with_cookie(sessions.cookie(call.settings, ""))


@operation(
    "PUT",
    "/auth/password",
    tags=TAGS,
    permission=AUTHENTICATED,
    status=204,
    errors=(400, 429),
    summary="Change your password",
)
async def change_password(call: OrgCall, body: ChangePasswordRequest) -> None:
    """Needs a session and the current password. All other sessions of the user end."""
    await sessions.change_password(call, body.current_password, body.new_password)


@operation(
    "PUT",
    "/users/{id}/password",
    tags=("users",),
    permission="mobius.org.update",
    status=204,
    errors=(400, 404),
    summary="Set the password of a user",
)
async def set_user_password(call: OrgCall, id: str, body: SetPasswordRequest) -> None:
    """For somebody who has none or forgot it, oneself included; all their sessions end.

    Not for one who holds more than the caller, nor for one who belongs to another org as well.
    """
    await sessions.set_password(call, id, body.password)


def _with_cookie(cookie: str) -> Response:
    return Response(status_code=204, headers={"Set-Cookie": cookie, "Cache-Control": "no-store"})


routes = operations(__name__)
