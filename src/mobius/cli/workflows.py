"""`mobius workflows ...`"""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
import yaml

from mobius.cli.output import print_json, print_table
from mobius.cli.spec_file import load_spec
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client, ConfigurationError, NotFound, Workflow

app = typer.Typer(no_args_is_help=True, help="Saved workflows.")


@app.command("list")
@with_client
def list_workflows(
    client: Client,
    *,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 50,
    as_json: JsonOption = False,
) -> None:
    """List workflows."""
    found = list(islice(client.iter_workflows(limit=min(limit, 200)), limit))
    if as_json:
        print_json(found)
        return
    print_table(
        ["HANDLE", "NAME", "VERSION", "UPDATED", "ID"],
        ((one.handle, one.name, one.latest_version, one.updated_at, one.id) for one in found),
        empty="no workflows; save one with `mobius workflows apply FILE`",
    )


@app.command("show")
@with_client
def show_workflow(
    client: Client,
    workflow: Annotated[str, typer.Argument(help="Handle or id.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Print a workflow as YAML: what `apply` reads."""
    found = client.get_workflow(workflow)
    if as_json:
        print_json(found)
    else:
        print(yaml.safe_dump(found.spec, sort_keys=False, allow_unicode=True), end="")


@app.command("apply")
@with_client
def apply_workflow(
    client: Client,
    file: Annotated[Path, typer.Argument(help="A workflow in YAML or JSON.")],
    *,
    handle: Annotated[
        str | None, typer.Option(help="Handle.", show_default="derived from the name in the file")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Save a workflow: create it, or give it a new version if the file differs from the latest one."""
    spec = load_spec(file)
    name = spec.get("name")
    if not isinstance(name, str) or not name:
        raise ConfigurationError(f"{file}: the workflow needs a `name`")
    found, what = save(client, name, handle or _handle(name), spec)
    if as_json:
        print_json(found)
    else:
        print(f"{what} {found.handle}, version {found.latest_version}")


def save(client: Client, name: str, handle: str, spec: dict[str, object]) -> tuple[Workflow, str]:
    """Create or update a workflow by its handle; also says in a word what was done."""
    try:
        found = client.get_workflow(handle)
    except NotFound:
        return client.create_workflow(name, spec, handle=handle), "created"
    if found.spec == spec:
        return found, "unchanged:"
    return client.update_workflow(found.id, spec=spec), "updated"


def _handle(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64].strip("-")
