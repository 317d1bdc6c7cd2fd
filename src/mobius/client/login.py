"""Signing in from a program without a browser (RFC 8628): begin, show the code, wait for a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from msgspec import Struct

from mobius.client.connection import is_loopback
from mobius.client.errors import ConnectionFailed, MobiusError
from mobius.client.flow import api_error, decode
from mobius.client.logins import Login

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
TIMEOUT_SECONDS = 30.0
SLOWER_BY_SECONDS = 5


class LoginFailed(MobiusError):
    """Nobody confirmed the code in time, or somebody refused it."""


class DeviceLogin(Struct, kw_only=True):
    """A login under way: what to show, and what to wait with."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int = 5


class _Token(Struct, kw_only=True):
    access_token: str
    credential_id: str
    org_id: str


def begin_login(url: str, *, label: str, org_id: str | None = None) -> DeviceLogin:
    """Ask the server for a code that a person confirms."""
    form = {"client_id": "mobius", "mobius_label": label}
    if org_id is not None:
        form["mobius_requested_org_id"] = org_id
    response = _post(url, "/auth/device/code", form)
    if not response.is_success:
        raise api_error(response)
    return decode(response, DeviceLogin)


def wait_for_login(url: str, device: DeviceLogin, sleep: Callable[[float], None] = time.sleep) -> Login:
    """Wait until a person has confirmed the code; raises LoginFailed when nobody does."""
    interval, until = float(device.interval), time.monotonic() + device.expires_in
    form = {"grant_type": GRANT_TYPE, "device_code": device.device_code, "client_id": "mobius"}
    while time.monotonic() < until:
        sleep(interval)
        try:
            response = _post(url, "/auth/device/token", form)
        except ConnectionFailed:
            continue  # the code is good until it expires
        if response.is_success:
            token = decode(response, _Token)
            return Login(token=token.access_token, credential_id=token.credential_id, org_id=token.org_id)
        if response.status_code in {429, 503}:
            continue
        match _oauth_error(response):
            case {"error": "authorization_pending"}:
                pass
            case {"error": "slow_down"}:
                interval += SLOWER_BY_SECONDS
            case {"error": "access_denied"}:
                raise LoginFailed("the login was refused in the browser")
            case {"error": "expired_token"}:
                break
            case {"error": str(code), "error_description": str(description)}:
                raise LoginFailed(f"the login failed: {description} [{code}]")
            case _:
                raise api_error(response)
    raise LoginFailed("nobody confirmed the code in time; run `mobius login` again")


def _post(url: str, path: str, form: dict[str, str]) -> httpx.Response:
    try:
        with httpx.Client(
            timeout=TIMEOUT_SECONDS, trust_env=not is_loopback(urlsplit(url).hostname or "")
        ) as http:
            return http.post(f"{url.rstrip('/')}{path}", data=form)
    except httpx.TransportError as fault:
        raise ConnectionFailed(f"POST {url.rstrip('/')}{path} did not reach the server: {fault}") from fault


def _oauth_error(response: httpx.Response) -> Any:
    try:
        return msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        return None
