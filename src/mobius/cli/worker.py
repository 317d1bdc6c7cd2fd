"""`mobius worker` and `mobius workers`."""

from __future__ import annotations

import contextlib
import logging
import os
from typing import Annotated

import typer

from mobius.cli.output import print_json, print_table, when
from mobius.cli.process_file import ProcessFacts, ProcessFile
from mobius.cli.target import JsonOption, KeyOption, ProjectOption, UrlOption, with_client
from mobius.client import Client, data_dir
from mobius.worker import Worker
from mobius.worker.loading import load_actions
from mobius.worker.stock import stock_actions


def worker(
    queue: Annotated[
        list[str] | None,
        typer.Option(
            "--queue",
            "-q",
            help="Queue to serve. May be repeated.",
            show_default="default, or the agent's own",
        ),
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option(help="Name of the agent to work as, with a key of its service account."),
    ] = None,
    actions: Annotated[
        list[str] | None,
        typer.Option(
            "--actions",
            "-a",
            help="Your own actions: module:name of Actions, a Worker or a function. May be repeated.",
        ),
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", "-c", help="How many actions run at a time.", min=1)
    ] = 10,
    stock: Annotated[bool, typer.Option(help="Offer the stock actions.")] = True,
    name: Annotated[str | None, typer.Option(help="Name shown in the list of workers.")] = None,
    grace: Annotated[
        float, typer.Option(help="Seconds that running actions get when the worker stops.", min=0)
    ] = 30.0,
    url: UrlOption = None,
    api_key: KeyOption = None,
    project: ProjectOption = None,
    pid_file: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Execute the actions of workflows until SIGTERM or Ctrl-C.

    The stock actions are print, fail, json, time, random, sleep and http. Your own come from a Python module
    in the current directory or the environment, and replace stock actions of the same name.

    On the first signal the worker claims nothing more and lets running actions end; jobs that do not end
    within the grace period are handed back for another worker. A second signal ends the grace period at once.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    one = Worker(
        url=url,
        api_key=api_key,
        project=project,
        queues=queue,
        agent=agent,
        concurrency=concurrency,
        name=name,
        grace_seconds=grace,
    )
    if stock:
        one.include(stock_actions)
    for target in actions or []:
        one.include(load_actions(target))
    with contextlib.ExitStack() as at_end:
        if pid_file:
            file = ProcessFile(data_dir(), "agent" if agent else "worker")
            file.hold(at_end)
            file.write(ProcessFacts(os.getpid(), one.connection.url))
        one.run()


@with_client
def list_workers(client: Client, *, as_json: JsonOption = False) -> None:
    """List the workers that ask the project for jobs."""
    found = client.list_workers()
    if as_json:
        print_json(found)
        return
    print_table(
        ["WORKER", "NAME", "VERSION", "LAST SEEN", "STATE"],
        (
            (one.worker_id, one.name, one.version, when(one.last_seen_at), "stale" if one.stale else "live")
            for one in found
        ),
        empty="no worker has asked for jobs yet; start one with `mobius worker`",
    )
