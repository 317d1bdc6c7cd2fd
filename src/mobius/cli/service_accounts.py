"""`mobius service-accounts ...`"""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from mobius.cli.output import print_json, print_table
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client

app = typer.Typer(no_args_is_help=True, help="Service accounts: actors that are not people.")

AccountArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the account.")]


@app.command("list")
@with_client
def list_accounts(
    client: Client,
    *,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 50,
    as_json: JsonOption = False,
) -> None:
    """List service accounts."""
    found = list(islice(client.iter_service_accounts(limit=min(limit, 200)), limit))
    if as_json:
        print_json(found)
        return
    print_table(
        ["NAME", "ROLE", "STATUS", "OWNER", "ID"],
        ((one.name, one.role_name, one.status, one.owner_user_id, one.id) for one in found),
        empty="no service accounts; create one with `mobius service-accounts create NAME --role worker`",
    )


@app.command("create")
@with_client
def create_account(
    client: Client,
    name: Annotated[str, typer.Argument(help="Name for programs, unique in the project.")],
    *,
    role: Annotated[
        str | None, typer.Option(help="owner, admin, operator, author, worker, agent or viewer.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Id of the user who is responsible for it.")] = None,
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Create a service account. `mobius keys create NAME --service-account ID` makes a key for it."""
    account = client.create_service_account(
        name, role_name=role, owner_user_id=owner, description=description
    )
    if as_json:
        print_json(account)
    else:
        print(f"created service account {account.name} ({account.id})")


@app.command("disable")
@with_client
def disable_account(client: Client, account_id: AccountArgument) -> None:
    """Refuse all keys of an account, at once."""
    client.update_service_account(account_id, status="disabled")
    print(f"disabled {account_id}")


@app.command("enable")
@with_client
def enable_account(client: Client, account_id: AccountArgument) -> None:
    """Let the keys of an account in again."""
    client.update_service_account(account_id, status="active")
    print(f"enabled {account_id}")


@app.command("delete")
@with_client
def delete_account(client: Client, account_id: AccountArgument) -> None:
    """Delete an account that no live key and no agent uses."""
    client.delete_service_account(account_id)
    print(f"deleted {account_id}")
