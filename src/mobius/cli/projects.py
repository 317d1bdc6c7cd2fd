"""`mobius projects ...`"""

from __future__ import annotations

from typing import Annotated

import typer

from mobius.cli.output import print_json, print_table
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client

app = typer.Typer(no_args_is_help=True, help="Projects of the organization.")


@app.command("list")
@with_client
def list_projects(
    client: Client,
    *,
    search: Annotated[str | None, typer.Option(help="Beginning of the name or handle.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List projects."""
    found = client.list_projects(search=search)
    if as_json:
        print_json(found)
        return
    print_table(
        ["HANDLE", "NAME", "CREATED", "DESCRIPTION"],
        ((one.handle, one.name, one.created_at, one.description) for one in found),
        empty="no projects",
    )


@app.command("create")
@with_client
def create_project(
    client: Client,
    name: Annotated[str, typer.Argument(help="Name for people.")],
    *,
    handle: Annotated[
        str | None, typer.Option(help="Name in paths.", show_default="derived from the name")
    ] = None,
    description: Annotated[str | None, typer.Option(help="What the project is for.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Create a project."""
    project = client.create_project(name, handle=handle, description=description)
    if as_json:
        print_json(project)
    else:
        print(f"created project {project.handle} ({project.id})")
