"""The pages on which people sign in and confirm devices. They are not part of the served schema."""

from typing import Any

from msgspec import Struct
from starlette.responses import Response

from mobius.api.call import OrgCall, PublicCall
from mobius.api.errors import ApiError
from mobius.api.form import Form
from mobius.api.operation import AUTHENTICATED, operation, operations
from mobius.domains.access import devices, sessions
from mobius.domains.access.pages import HOME, local_path, page, sent_on, sentence
from mobius.domains.identity import rules as identity
from mobius.domains.identity import sign_in as people

PAGE: Any = {"tags": ("pages",), "hidden": True, "media_type": "text/html"}


class NextQuery(Struct, kw_only=True):
    """Where to go when signed in."""

    next: str = HOME


class SignInForm(Form, kw_only=True):
    """What the sign-in page sends."""

    email: str = ""
    password: str = ""
    next: str = HOME


class DeviceQuery(Struct, kw_only=True):
    """The code, from a link or typed."""

    user_code: str = ""


class DeviceForm(Form, kw_only=True):
    """What somebody decided about a device."""

    user_code: str = ""
    org_id: str = ""
    decision: str = ""


class OrgForm(Form, kw_only=True):
    """The org to go to."""

    org_id: str = ""


@operation("GET", "/sign-in", permission=None, summary="Show the sign-in page", **PAGE)
async def show_sign_in(call: PublicCall, query: NextQuery) -> Response:
    """The form for address and password."""
    return _sign_in_page(call, query.next)


@operation("POST", "/sign-in", permission=None, summary="Sign in on the page", **PAGE)
async def submit_sign_in(call: PublicCall, body: SignInForm) -> Response:
    """Begins a session and goes where the person was going."""
    try:
        session = await sessions.sign_in(call, body.email, body.password, None)
    except ApiError as error:
        return _sign_in_page(call, body.next, error, body.email)
    return sent_on(body.next, sessions.cookie(call.settings, session.token))


@operation("POST", "/sign-out", permission=AUTHENTICATED, summary="Sign out on the page", **PAGE)
async def submit_sign_out(call: OrgCall) -> Response:
    """Ends the session."""
    await sessions.end(call)
    return sent_on("/sign-in", sessions.cookie(call.settings, ""))


@operation("GET", "/account", permission=AUTHENTICATED, summary="Show the account page", **PAGE)
async def show_account(call: OrgCall) -> Response:
    """Who is signed in, and where."""
    user = await people.user_by_id(call.store, call.caller.actor_id)
    orgs = await identity.orgs_of(call.store, call.caller.actor_id)
    return page(
        "account.html",
        user={"name": user["name"], "email": user["email"]},
        role=call.caller.role,
        orgs=orgs,
        chosen=call.caller.org_id,
    )


@operation("POST", "/account/org", permission=AUTHENTICATED, summary="Go to another org", **PAGE)
async def submit_org(call: OrgCall, body: OrgForm) -> Response:
    """Goes on with the session in another org of the person's."""
    session = await sessions.move(call, body.org_id)
    return sent_on(HOME, sessions.cookie(call.settings, session.token))


@operation("GET", "/device", permission=AUTHENTICATED, summary="Show the device page", **PAGE)
async def show_device(call: OrgCall, query: DeviceQuery) -> Response:
    """Asks for the code, or what to do about the device that shows it."""
    if not query.user_code:
        return page("device_code.html")
    try:
        device = await devices.waiting_device(call, query.user_code)
    except ApiError as error:
        return _no_device(error)
    user = await people.user_by_id(call.store, call.caller.actor_id)
    orgs = await identity.orgs_of(call.store, call.caller.actor_id)
    wanted = device["requested_org"]
    return page(
        "device.html",
        user=user["email"] or user["name"],
        device=device,
        orgs=[org for org in orgs if wanted in {None, org.id}],
        chosen=wanted or call.caller.org_id,
    )


@operation("POST", "/device", permission=AUTHENTICATED, summary="Decide about a device", **PAGE)
async def submit_device(call: OrgCall, body: DeviceForm) -> Response:
    """Signs the device in, or sends it away."""
    try:
        if body.decision == "confirm":
            await devices.confirm(call, body.user_code, None, body.org_id or None)
            return page("done.html", title="Signed in", text="You can go back to your terminal.")
        await devices.refuse(call, body.user_code)
    except ApiError as error:
        return _no_device(error)
    return page("done.html", title="Refused", text="The device was not signed in.")


def _sign_in_page(call: PublicCall, to: str, error: ApiError | None = None, email: str = "") -> Response:
    response = page(
        "sign_in.html",
        200 if error is None else error.status,
        problem=None if error is None else sentence(error),
        next=local_path(to),
        email=email,
        provider=call.settings.oidc_name if call.settings.oidc_issuer else None,
    )
    response.headers.update({} if error is None else error.headers)
    return response


def _no_device(error: ApiError) -> Response:
    text = "This code is unknown, was used, or has expired." if error.status == 404 else sentence(error)
    response = page("device_code.html", error.status, problem=text)
    response.headers.update(error.headers)
    return response


routes = operations(__name__)
