"""`mobius groups ...`"""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer
from rich.text import Text

from mobius.cli.output import console, print_json, print_table, printable
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client

app = typer.Typer(no_args_is_help=True, help="Groups of members, who are asked together.")

GroupArgument = Annotated[str, typer.Argument(metavar="GROUP", help="Handle or id.")]
UsersArgument = Annotated[list[str], typer.Argument(metavar="USER...", help="Ids of users.")]
EverybodyOption = Annotated[
    bool, typer.Option("--all-members", help="Every member has to answer, not just the first who does.")
]


@app.command("list")
@with_client
def list_groups(
    client: Client,
    *,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 50,
    as_json: JsonOption = False,
) -> None:
    """List groups."""
    found = list(islice(client.iter_groups(limit=min(limit, 200)), limit))
    if as_json:
        print_json(found)
        return
    print_table(
        ["HANDLE", "NAME", "MEMBERS", "WHO ANSWERS", "ID"],
        ((one.handle, one.name, one.member_count, one.routing_policy, one.id) for one in found),
        empty="no groups; create one with `mobius groups create NAME`",
    )


@app.command("show")
@with_client
def show_group(client: Client, group: GroupArgument, *, as_json: JsonOption = False) -> None:
    """Show a group and its members."""
    found = client.get_group(group)
    members = list(client.iter_group_members(group, limit=200))
    if as_json:
        print_json({"group": found, "members": members})
        return
    line = f"{found.name}  {found.handle}  {found.routing_policy}  {found.description or ''}"
    console().print(Text(printable(line)))
    print_table(
        ["USER", "SINCE", "ADDED BY"],
        ((one.user_id, one.added_at, one.added_by) for one in members),
        empty="no members; add some with `mobius groups add GROUP USER...`",
    )


@app.command("create")
@with_client
def create_group(
    client: Client,
    name: Annotated[str, typer.Argument(help="Name for people.")],
    *,
    handle: Annotated[
        str | None, typer.Option(help="Name in paths.", show_default="derived from the name")
    ] = None,
    description: Annotated[str | None, typer.Option(help="What the group is for.")] = None,
    all_members: EverybodyOption = False,
    as_json: JsonOption = False,
) -> None:
    """Create a group."""
    policy = "all_members" if all_members else "first_responder"
    group = client.create_group(name, handle=handle, description=description, routing_policy=policy)
    if as_json:
        print_json(group)
    else:
        print(f"created group {group.handle} ({group.id})")


@app.command("delete")
@with_client
def delete_group(client: Client, group: GroupArgument) -> None:
    """Delete a group."""
    client.delete_group(group)
    print(f"deleted group {group}")


@app.command("add")
@with_client
def add_members(client: Client, group: GroupArgument, users: UsersArgument) -> None:
    """Add members to a group."""
    for user in users:
        client.add_group_member(group, user)
        print(f"{user} joined {group}")


@app.command("remove")
@with_client
def remove_members(client: Client, group: GroupArgument, users: UsersArgument) -> None:
    """Remove members from a group."""
    for user in users:
        client.remove_group_member(group, user)
        print(f"{user} left {group}")
