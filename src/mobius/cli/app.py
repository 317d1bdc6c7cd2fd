"""All commands put together, and the one place where an error becomes a line of text."""

from __future__ import annotations

import sys

import typer

from mobius.cli import (
    agents,
    channels,
    demo,
    groups,
    inbox,
    keys,
    login,
    metrics,
    orgs,
    projects,
    run,
    runs,
    service_accounts,
    serving,
    users,
    worker,
    workflows,
)
from mobius.cli.output import error_line
from mobius.client import MobiusError

app = typer.Typer(
    name="mobius",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Durable workflows: start a server, let workers execute actions, run and watch workflows.\n\n"
    "The commands talk to the server of MOBIUS_API_URL with the key of MOBIUS_API_KEY, about the project of "
    "MOBIUS_PROJECT; without these, to the local server. `mobius login` stands in for a key.",
    epilog="First steps:  mobius demo  |  mobius dev  |  mobius run hello.yaml --input name=Ada --watch",
)
app.command("server")(serving.server)
app.command("dev")(serving.dev)
app.command("stop")(serving.stop)
app.command("worker")(worker.worker)
app.command("run")(run.run)
app.command("demo")(demo.demo)
app.add_typer(runs.app, name="runs")
app.add_typer(workflows.app, name="workflows")
app.add_typer(projects.app, name="projects")
app.add_typer(keys.app, name="keys")
app.add_typer(groups.app, name="groups")
app.add_typer(channels.app, name="channels")
app.add_typer(inbox.app, name="inbox")
app.command("respond")(inbox.respond)
app.command("ask")(inbox.ask)
app.add_typer(agents.app, name="agents")
app.command("login")(login.login)
app.command("logout")(login.logout)
app.command("whoami")(login.whoami)
app.add_typer(users.app, name="users")
app.add_typer(orgs.app, name="orgs")
app.add_typer(service_accounts.app, name="service-accounts")
app.command("workers")(worker.list_workers)
app.command("metrics")(metrics.show_metrics)


def run_app() -> None:
    """Run the command that the arguments name."""
    try:
        app(prog_name="mobius")
    except MobiusError as error:
        sys.stderr.write(error_line(error))
        raise SystemExit(1) from None
