"""`mobius runs ...`"""

from __future__ import annotations

import json
from itertools import islice
from typing import Annotated

import typer

from mobius.cli.output import console, fail, print_json, print_table, status_text, when
from mobius.cli.run import follow
from mobius.cli.target import JsonOption, with_client
from mobius.cli.watch import print_end
from mobius.client import BulkResult, Client, ConfigurationError

app = typer.Typer(no_args_is_help=True, help="Runs of workflows.")

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run.")]
RunsArgument = Annotated[list[str], typer.Argument(metavar="RUN...", help="Ids of runs.")]


@app.command("list")
@with_client
def list_runs(
    client: Client,
    *,
    status: Annotated[
        str | None, typer.Option(help="queued, running, suspended, completed or failed.")
    ] = None,
    workflow: Annotated[str | None, typer.Option(help="Name of the workflow.")] = None,
    queue: Annotated[str | None, typer.Option(help="Queue.")] = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 20,
    as_json: JsonOption = False,
) -> None:
    """List runs, newest first."""
    found = list(
        islice(
            client.iter_runs(status=status, workflow_type=workflow, queue=queue, limit=min(limit, 200)), limit
        )
    )
    if as_json:
        print_json(found)
        return
    print_table(
        ["RUN", "WORKFLOW", "STATUS", "STARTED", "ENDED", "ERROR"],
        (
            (
                one.id,
                one.workflow_name,
                status_text(one.status),
                when(one.created_at),
                when(one.completed_at),
                one.error_message,
            )
            for one in found
        ),
        empty="no runs; start one with `mobius run FILE`",
    )


@app.command("show")
@with_client
def show_run(client: Client, run_id: RunArgument, *, as_json: JsonOption = False) -> None:
    """Show a run with its jobs and its result."""
    run = client.get_run(run_id)
    if as_json:
        print_json(run)
        return
    out = console()
    out.print(f"{run.workflow_name}  {run.id}  ", status_text(run.status))
    out.print(
        f"started {when(run.created_at)}  ended {when(run.completed_at)}  attempt {run.attempt}", style="dim"
    )
    if run.inputs:
        out.print("inputs")
        out.print_json(data=run.inputs)
    print_table(
        ["STEP", "ACTION", "STATUS", "ATTEMPT", "WORKER", "ERROR"],
        (
            (
                job.step_name,
                job.action,
                status_text(job.status),
                f"{job.attempt}/{job.max_attempts}",
                job.claimed_by,
                job.last_error,
            )
            for job in run.jobs or []
        ),
        empty="no jobs yet",
    )
    if run.ended:
        print_end(run, out)


@app.command("watch")
@with_client
def watch(client: Client, run_id: RunArgument, *, as_json: JsonOption = False) -> None:
    """Show the progress of a run until it has ended; exit code 0 if it completed, 1 if it failed."""
    follow(client, client.get_run(run_id), as_json=as_json)


@app.command("cancel")
@with_client
def cancel(client: Client, run_ids: RunsArgument) -> None:
    """Ask for the cancellation of runs."""
    _report(client.bulk_cancel_runs(run_ids), "cancelled")


@app.command("retry")
@with_client
def retry(client: Client, run_ids: RunsArgument) -> None:
    """Let failed runs go on at the steps that failed."""
    _report(client.bulk_retry_runs(run_ids), "queued again")


@app.command("resume")
@with_client
def resume(client: Client, run_id: RunArgument) -> None:
    """Wake the paused steps of a run."""
    client.resume_run(run_id)
    print(f"{run_id} resumed")


@app.command("signal")
@with_client
def send_signal(
    client: Client,
    run_id: RunArgument,
    name: Annotated[str, typer.Argument(help="Topic that a step waits for, or will wait for.")],
    payload: Annotated[str | None, typer.Argument(help="What it carries: a JSON object.")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Send a signal to a run."""
    try:
        carried = None if payload is None else json.loads(payload)
    except ValueError as error:
        raise ConfigurationError(f"the payload is not JSON: {error}") from None
    if carried is not None and not isinstance(carried, dict):
        raise ConfigurationError(
            f'the payload must be a JSON object such as {{"approved": true}}, not {payload}'
        )
    sent = client.send_run_signal(run_id, name, carried)
    if as_json:
        print_json(sent)
    else:
        print(f"sent {sent.name} to {sent.run_id}")


def _report(result: BulkResult, what: str) -> None:
    for run_id in result.succeeded:
        print(f"{run_id} {what}")
    for run_id, problem in (result.failures or {}).items():
        fail(f"{run_id}: {problem}")
    if result.failures:
        raise typer.Exit(1)
