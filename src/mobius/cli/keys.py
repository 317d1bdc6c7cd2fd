"""`mobius keys ...`"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from mobius.cli.output import print_json, print_table, when
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client

app = typer.Typer(no_args_is_help=True, help="API keys: pinned to the project, or valid for all projects.")

OrgOption = Annotated[
    bool, typer.Option("--org", help="Keys for all projects, instead of those of one project.")
]


@app.command("list")
@with_client
def list_keys(client: Client, *, org: OrgOption = False, as_json: JsonOption = False) -> None:
    """List live keys, without their secrets."""
    found = client.list_api_keys() if org else client.list_project_api_keys()
    if as_json:
        print_json(found)
        return
    print_table(
        ["ID", "NAME", "STARTS WITH", "SERVICE ACCOUNT", "LAST USED", "EXPIRES"],
        (
            (
                one.id,
                one.name,
                one.key_prefix,
                one.service_account_id,
                when(one.last_used_at),
                when(one.expires_at),
            )
            for one in found
        ),
        empty="no keys" if org else "no keys are pinned to this project; --org lists the others",
    )


@app.command("create")
@with_client
def create_key(
    client: Client,
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    *,
    permission: Annotated[
        list[str] | None,
        typer.Option("--permission", help="For example mobius.job.claim or mobius.run.*. May be repeated."),
    ] = None,
    service_account: Annotated[
        str | None, typer.Option(help="Id of the service account that the key acts as.", show_default="you")
    ] = None,
    expires_in_days: Annotated[int | None, typer.Option(help="When it stops working.", min=1)] = None,
    org: OrgOption = False,
    as_json: JsonOption = False,
) -> None:
    """Create a key. It is shown this once only."""
    expires_at = None if expires_in_days is None else datetime.now(UTC) + timedelta(days=expires_in_days)
    create = client.create_api_key if org else client.create_project_api_key
    key = create(name, permissions=permission, service_account_id=service_account, expires_at=expires_at)
    if as_json:
        print_json(key)
    else:
        print(key.key)


@app.command("revoke")
@with_client
def revoke_key(
    client: Client,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the key.")],
    *,
    org: OrgOption = False,
) -> None:
    """Revoke a key: its next request is refused."""
    if org:
        client.revoke_api_key(key_id)
    else:
        client.revoke_project_api_key(key_id)
    print(f"revoked {key_id}")
