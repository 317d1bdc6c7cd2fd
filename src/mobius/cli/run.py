"""`mobius run`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mobius.cli.output import console, print_json
from mobius.cli.spec_file import load_spec, parse_inputs
from mobius.cli.target import JsonOption, with_client
from mobius.cli.watch import print_end, watch_run
from mobius.client import Client, ConfigurationError, MobiusError, Run


@with_client
def run(
    client: Client,
    workflow: Annotated[str, typer.Argument(help="A YAML or JSON file, or the handle of a saved workflow.")],
    *,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input", "-i", metavar="KEY=VALUE", help="An input: JSON, else text. May be repeated."
        ),
    ] = None,
    queue: Annotated[
        str | None, typer.Option("--queue", "-q", help="Queue for its jobs.", show_default="default")
    ] = None,
    external_id: Annotated[
        str | None,
        typer.Option(help="Your own name for this run; starting it again to the letter starts nothing."),
    ] = None,
    metadata: Annotated[
        list[str] | None, typer.Option("--metadata", metavar="KEY=VALUE", help="A label. May be repeated.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Show its progress to its end.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Start a run.

    With --watch the exit code says how it ended: 0 completed, 1 failed.
    """
    path = Path(workflow)
    from_file = path.exists() or path.suffix in (".yaml", ".yml", ".json")
    started = client.start_run(
        None if from_file else workflow,
        spec=load_spec(path) if from_file else None,
        inputs=parse_inputs(inputs or []) or None,
        queue=queue,
        external_id=external_id,
        metadata=_labels(metadata or []),
    )
    if watch:
        follow(client, started, as_json=as_json)
    elif as_json:
        print_json(started)
    else:
        print(f"started {started.id}; follow it with: mobius runs watch {started.id}")


def follow(client: Client, started: Run, *, as_json: bool) -> None:
    """Watch a run to its end, and exit with its outcome."""
    out = console()
    if not as_json:
        _hint_at_missing_worker(client, started)
    try:
        ended = client.wait_for_run(started.id) if as_json else watch_run(client, started.id, out)
    except KeyboardInterrupt:
        print(f"\nthe run goes on; watch it with: mobius runs watch {started.id}")
        raise typer.Exit(130) from None
    if as_json:
        print_json(ended)
    else:
        print_end(ended, out)
    raise typer.Exit(0 if ended.status == "completed" else 1)


def _hint_at_missing_worker(client: Client, run: Run) -> None:
    try:
        alone = all(worker.stale for worker in client.list_workers())
    except MobiusError:  # not every key may list workers
        return
    if alone and not run.ended:
        console().print("no worker is asking for jobs; start one with: mobius worker", style="yellow")


def _labels(pairs: list[str]) -> dict[str, str] | None:
    labels: dict[str, str] = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator or not name:
            raise ConfigurationError(f"a label is written key=value, not {pair!r}")
        labels[name] = text
    return labels or None
