"""`mobius users ...`"""

from __future__ import annotations

import sys
from itertools import islice
from typing import Annotated

import typer

from mobius.cli.output import print_json, print_table
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client

app = typer.Typer(no_args_is_help=True, help="People of the organization.")

UserArgument = Annotated[str, typer.Argument(metavar="USER", help="Id of the user.")]
EmailOption = Annotated[str | None, typer.Option("--email", help="Address for signing in.")]


@app.command("list")
@with_client
def list_users(
    client: Client,
    *,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 50,
    as_json: JsonOption = False,
) -> None:
    """List users with their roles."""
    org_id = client.get_auth_context().org_id or ""
    found = list(islice(client.iter_org_members(org_id, limit=min(limit, 200)), limit))
    if as_json:
        print_json(found)
        return
    print_table(
        ["NAME", "EMAIL", "ROLE", "SINCE", "ID"],
        (
            (one.user and one.user.name, one.user and one.user.email, one.role, one.created_at, one.user_id)
            for one in found
        ),
        empty="no users",
    )


@app.command("create")
@with_client
def create_user(
    client: Client,
    name: Annotated[str, typer.Argument(help="Name for people.")],
    *,
    email: EmailOption = None,
    role: Annotated[str, typer.Option(help="member, admin or owner.")] = "member",
    password: Annotated[bool, typer.Option("--password", help="Ask for a password.")] = False,
    with_key: Annotated[bool, typer.Option("--with-key", help="Make a first API key and print it.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Create a user who is a member of the organization."""
    chosen = _asked_password() if password else None
    user = client.create_user(name, email=email, password=chosen, role=role, with_key=with_key)
    if as_json:
        print_json(user)
    else:
        print(f"created user {user.id}")
        if user.key:
            print(user.key)


@app.command("set-password")
@with_client
def set_password(
    client: Client,
    user: Annotated[
        str | None, typer.Argument(metavar="USER", help="Id of the user.", show_default="yourself")
    ] = None,
    *,
    email: EmailOption = None,
) -> None:
    """Give a user a password, and an address when they have none. All their sessions end.

    The password is asked for; without a terminal it is the first line of standard input.
    """
    user_id = user or client.get_auth_context().user_id
    password = _asked_password()
    if email is not None:
        client.update_user(user_id, email=email)
    client.set_user_password(user_id, password)
    print(f"{user_id} can sign in now")


@app.command("role")
@with_client
def change_role(
    client: Client, user: UserArgument, role: Annotated[str, typer.Argument(help="member, admin or owner.")]
) -> None:
    """Give a user another role."""
    client.update_org_member_role(client.get_auth_context().org_id or "", user, role)
    print(f"{user} is {role} now")


@app.command("remove")
@with_client
def remove_user(client: Client, user: UserArgument) -> None:
    """Remove a user from the organization: their keys and sign-ins end at once."""
    client.remove_org_member(client.get_auth_context().org_id or "", user)
    print(f"removed {user}")


def _asked_password() -> str:
    if sys.stdin.isatty():
        asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\n")
