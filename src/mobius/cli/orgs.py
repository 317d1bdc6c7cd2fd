"""`mobius orgs ...`"""

from __future__ import annotations

from typing import Annotated

import typer

from mobius.cli.output import print_json, print_table
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client

app = typer.Typer(no_args_is_help=True, help="Organizations on the server.")


@app.command("list")
@with_client
def list_orgs(client: Client, *, as_json: JsonOption = False) -> None:
    """List the organizations that you may use."""
    found = client.list_orgs(limit=200).rows
    if as_json:
        print_json(found)
        return
    print_table(
        ["HANDLE", "NAME", "CREATED", "ID"],
        ((one.handle, one.name, one.created_at, one.id) for one in found),
        empty="no organizations",
    )


@app.command("create")
@with_client
def create_org(
    client: Client,
    name: Annotated[str, typer.Argument(help="Name for people.")],
    handle: Annotated[str, typer.Argument(help="Short name, unique on the server.")],
    *,
    with_key: Annotated[bool, typer.Option("--with-key", help="Make a first API key and print it.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Create an organization that you own."""
    org = client.create_org(name, handle, with_key=with_key)
    if as_json:
        print_json(org)
    else:
        print(f"created organization {org.handle} ({org.id})")
        if org.key:
            print(org.key)


@app.command("add-member")
@with_client
def add_member(
    client: Client,
    user: Annotated[
        str, typer.Argument(metavar="USER", help="Id of a user of another organization of yours.")
    ],
    *,
    role: Annotated[str, typer.Option(help="member, admin or owner.")] = "member",
) -> None:
    """Add somebody from another organization of yours."""
    client.add_org_member(client.get_auth_context().org_id or "", user, role)
    print(f"{user} is {role} now")


@app.command("delete")
@with_client
def delete_org(
    client: Client, org: Annotated[str, typer.Argument(metavar="ORG", help="Id of your organization.")]
) -> None:
    """Delete an organization whose projects are gone, with everything in it, for ever."""
    client.delete_org(org)
    print(f"deleted {org}")
