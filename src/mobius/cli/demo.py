"""`mobius demo`: the main things at work on this machine, on the embedded database."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.text import Text

from mobius.cli import demo_team
from mobius.cli.children import Child, is_healthy, start_child, wait_until_serving
from mobius.cli.demo_team import person_in_the_team, start_agent
from mobius.cli.output import console
from mobius.cli.process_file import ProcessFile
from mobius.cli.watch import print_end, watch_run
from mobius.client import Client, RunDetail, data_dir
from mobius.client.connection import key_file, local_key

DEFAULT_PORT = 8080
ACTIONS = "mobius.cli.demo_workflows.actions:actions"
SIGNAL_AFTER_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Scene:
    """One workflow of the demo: what it shows, and what happens around it."""

    file: str
    shows: str
    inputs: dict[str, Any] = field(default_factory=dict)
    meanwhile: Callable[[Client, str, Console], None] | None = None
    queue: str | None = None
    change: Callable[[dict[str, Any]], None] | None = None
    """Changes the specification before it is started."""


def demo(
    exit_after: Annotated[
        bool, typer.Option("--exit", help="Stop the server and the worker at the end.")
    ] = False,
    port: Annotated[
        int | None, typer.Option(help="Port of the server.", show_default="8080, or a free one")
    ] = None,
) -> None:
    """Show the main things at work: a server, a worker and an agent here, and workflows to watch.

    All three stay, for you to go on with, until `mobius stop`; a second demo uses them.
    """
    out = console()
    started: list[Child] = []
    try:
        url = _server(out, port, started)
        _worker(out, url, started)
        with Client(url=url, api_key=local_key(), project="default") as client:
            start_agent(out, url, client, started)
            person = person_in_the_team(client)
            scenes = (*SCENES, *_scenes_of_the_team(person))
            ended = [_play(client, scene, number, out) for number, scene in enumerate(scenes, start=1)]
    except BaseException:
        _stop(started)
        raise
    if exit_after:
        _stop(started)
    else:
        _how_to_go_on(out, url, person)
    if any(run.status != "completed" for run in ended):
        out.print("not every workflow completed as it should", style="bold red")
        raise typer.Exit(1)


def _server(out: Console, port: int | None, started: list[Child]) -> str:
    """Start a server on the data directory unless one runs there; give its address."""
    running = ProcessFile(data_dir(), "server").running()
    if running is not None and is_healthy(running.url):
        out.print(f"using the server that runs already: {running.url} (pid {running.pid})")
        return running.url
    chosen = port if port is not None else _free(DEFAULT_PORT)
    out.print(f"starting a server on {data_dir()} ...")
    child = start_child("server", ["server", "--port", str(chosen)], log=data_dir() / "server.log")
    started.append(child)
    url = wait_until_serving(child)
    out.print(f"the server listens on {url} (pid {child.process.pid})")
    return url


def _worker(out: Console, url: str, started: list[Child]) -> None:
    running = ProcessFile(data_dir(), "worker").running()
    if running is not None and running.url == url:
        out.print(f"using the worker that runs already (pid {running.pid})")
        return
    arguments = ["worker", "--pid-file", "--actions", ACTIONS, "--name", "demo"]
    child = start_child("worker", arguments, log=data_dir() / "worker.log", url=url)
    started.append(child)
    out.print(f"a worker asks it for jobs (pid {child.process.pid})")


def _free(port: int) -> int:
    """Return the port, or 0 (any free one) when something else listens on it."""
    with socket.socket() as probe:
        return 0 if probe.connect_ex(("127.0.0.1", port)) == 0 else port


def _play(client: Client, scene: Scene, number: int, out: Console) -> RunDetail:
    """Run one workflow and show it to its end."""
    text = resources.files("mobius.cli.demo_workflows").joinpath(scene.file).read_text(encoding="utf-8")
    spec = yaml.safe_load(text)
    if scene.change is not None:
        scene.change(spec)
    run = client.start_run(spec=spec, inputs=scene.inputs, queue=scene.queue)
    out.print(Text.assemble((f"\n{number}. {run.workflow_name}", "bold"), f": {scene.shows}"))
    meanwhile = threading.Thread(target=_meanwhile, args=(scene, client, run.id, out), daemon=True)
    meanwhile.start()
    ended = watch_run(client, run.id, out)
    meanwhile.join()
    print_end(ended, out)
    return ended


def _meanwhile(scene: Scene, client: Client, run_id: str, out: Console) -> None:
    if scene.meanwhile is not None:
        with Client(url=client.connection.url, api_key=local_key(), project="default") as own:
            scene.meanwhile(own, run_id, out)


def _answer(client: Client, run_id: str, out: Console) -> None:
    """Be the customer who answers after a moment."""
    threading.Event().wait(SIGNAL_AFTER_SECONDS)
    client.send_run_signal(run_id, "customer-answered", {"text": "yes, please"})
    out.print(f"(sent: mobius runs signal {run_id} customer-answered ...)", style="dim", markup=False)


def _stop(children: list[Child]) -> None:
    for child in reversed(children):  # the worker first: it still has results to report
        child.stop()


def _how_to_go_on(out: Console, url: str, person: str) -> None:
    workflows = resources.files("mobius.cli.demo_workflows")
    lines = [
        "",
        f"The server goes on at {url}; its key is in {key_file()}.",
        "  mobius runs list                     what has run",
        "  mobius runs show RUN                 one run, step by step",
        "  mobius run FILE.yaml --watch         a workflow of your own",
        "  mobius worker --actions my:actions   a worker with actions of your own",
        "  mobius channels read replies         what the agent has posted",
        f"  curl {url}/openapi.json   the API",
        "  mobius stop                          stop the server, the worker and the agent",
        "Be the person who decides:",
        f"  mobius run {workflows}/6-approval.yaml --queue {demo_team.AGENT} \\",
        f"      --input 'question=When do you open?' --input approver={person}",
        "  mobius inbox; mobius respond ID --yes",
        f"The demo's workflows: {workflows}",
    ]
    for line in lines:
        out.print(line, markup=False)


SCENES = (
    Scene("1-order.yaml", "parallel branches and a join", {"order": "A-1042", "amount": 129.9}),
    Scene("2-retry-and-catch.yaml", "errors are tried again, or handled"),
    Scene("3-fan-out.yaml", "one job for each item of a list"),
    Scene("4-sleep.yaml", "a durable timer"),
    Scene("5-signal.yaml", "the run waits for word from outside", meanwhile=_answer),
)


def _scenes_of_the_team(person: str) -> tuple[Scene, Scene]:
    inputs = {"question": "Where is my parcel?", "approver": person}
    return (
        Scene(
            "6-approval.yaml",
            "an agent drafts and posts, a person approves",
            inputs,
            meanwhile=demo_team.answer,
            queue=demo_team.AGENT,
        ),
        Scene(
            "6-approval.yaml",
            "the person does not answer in time, so a group is asked",
            inputs,
            meanwhile=demo_team.answer_for_the_group,
            queue=demo_team.AGENT,
            change=_wait_two_seconds_only,
        ),
    )


def _wait_two_seconds_only(spec: dict[str, Any]) -> None:
    [approve] = [step for step in spec["steps"] if step["name"] == "approve"]
    approve["interaction"]["timeout"] = "2s"
