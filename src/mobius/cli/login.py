"""`mobius login`, `mobius logout` and `mobius whoami`"""

from __future__ import annotations

import getpass
import socket
from typing import Annotated
from urllib.parse import urlsplit

import typer

from mobius.cli.output import console, fail, print_json
from mobius.cli.target import JsonOption, UrlOption, with_client
from mobius.client import ApiError, Client, NotAuthenticated, PermissionDenied
from mobius.client.connection import resolve_address
from mobius.client.login import begin_login, wait_for_login
from mobius.client.logins import forget_login, logins_file, remember_login, stored_login


def login(
    *,
    url: UrlOption = None,
    label: Annotated[
        str | None, typer.Option(help="What to call the credential.", show_default="user@host")
    ] = None,
    org: Annotated[str | None, typer.Option("--org", help="Id of the organization to sign in to.")] = None,
) -> None:
    """Sign in through a browser, here or on another device. Commands use the login from then on."""
    address = resolve_address(url)
    stored_login(address)  # a file that cannot be read is told of before anybody has signed in
    device = begin_login(address, label=label or f"{getpass.getuser()}@{socket.gethostname()}", org_id=org)
    terminal = console()
    terminal.print(f"Open {device.verification_uri} and type this code:")
    terminal.print(f"\n    {device.user_code}\n", style="bold")
    terminal.print(f"or open {device.verification_uri_complete}", style="dim")
    found = wait_for_login(address, device)
    remember_login(address, found)
    with Client(address, found.token) as client:
        terminal.print(f"signed in as {_name(client)} at {urlsplit(address).netloc}")


def logout(*, url: UrlOption = None) -> None:
    """Revoke the login at a server, and forget it."""
    address = resolve_address(url)
    found = stored_login(address)
    if found is None:
        fail(f"not signed in at {address}: {logins_file()} has no login for it")
        raise typer.Exit(1)
    try:
        with Client(address, found.token) as client:
            client.revoke_cli_credential(found.credential_id)
    except NotAuthenticated:
        pass  # it was revoked, or has expired
    finally:
        forget_login(address)
    print(f"signed out at {urlsplit(address).netloc}")


@with_client
def whoami(client: Client, *, as_json: JsonOption = False) -> None:
    """Show who the server takes you for."""
    found = client.get_auth_context()
    if as_json:
        print_json(found)
        return
    role = f", {found.role}" if found.role else ""
    print(f"{_name(client)}{role}, by {found.auth_type}, org {found.org_id}, at {client.connection.url}")


def _name(client: Client) -> str:
    user_id = client.get_auth_context().user_id
    try:
        user = client.get_user(user_id)
    except (PermissionDenied, ApiError):
        return user_id
    return f"{user.name or user.email} ({user_id})"
