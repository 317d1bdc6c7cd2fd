"""The team of the demo: an agent with a channel, and people who decide about what it drafts."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable

from rich.console import Console

from mobius.cli.children import Child, local_environment, start_child
from mobius.cli.process_file import ProcessFile
from mobius.client import Client, Conflict, MobiusError, data_dir

AGENT = "drafter"
CHANNEL = "replies"
GROUP = "support"
ACTIONS = "mobius.cli.demo_workflows.drafter:actions"
ASKED_WITHIN_SECONDS = 30.0


def start_agent(out: Console, url: str, client: Client, started: list[Child]) -> None:
    """Start the worker of the agent, unless it runs."""
    running = ProcessFile(data_dir(), "agent").running()
    if running is not None and running.url == url:
        out.print(f"using the agent that runs already (pid {running.pid})")
        return
    key = _key_of_agent(client)
    arguments = ["worker", "--pid-file", "--agent", AGENT, "--actions", ACTIONS]
    child = start_child("agent", arguments, log=data_dir() / "agent.log", url=url, key=key)
    started.append(child)
    out.print(f"the agent {AGENT!r} asks it for the jobs of its own queue (pid {child.process.pid})")


def person_in_the_team(client: Client) -> str:
    """Give the id of the person who decides: the owner of the local key, alone in the group that is asked."""
    person = client.get_auth_context().user_id
    _unless_there(lambda: client.create_channel(CHANNEL, display_name="Replies", topic="What customers hear"))
    _unless_there(lambda: client.create_group("Support", handle=GROUP))
    _unless_there(lambda: client.add_group_member(GROUP, person))
    return person


def answer(client: Client, run_id: str, out: Console) -> None:
    """Be the person who looks into the inbox and answers."""
    asked = _wait_until_asked(client, run_id, target="member")
    _type(out, client, "inbox")
    _type(out, client, "respond", asked, "--yes", "--comment", "well put")


def answer_for_the_group(client: Client, run_id: str, out: Console) -> None:
    """Let the time run out, then be the one of the group who answers."""
    asked = _wait_until_asked(client, run_id, target="group")
    _type(out, client, "respond", asked, "--no", "--comment", "call the customer instead")


def _wait_until_asked(client: Client, run_id: str, target: str) -> str:
    """Give the id of the interaction with which the run asks a person or a group."""
    give_up = time.monotonic() + ASKED_WITHIN_SECONDS
    while time.monotonic() < give_up:
        for one in client.list_interactions(run_id=run_id, status="pending", target_actor_type=target).rows:
            return one.id
        time.sleep(0.2)
    raise MobiusError(f"run {run_id} has not asked within {ASKED_WITHIN_SECONDS:g} s")


def _type(out: Console, client: Client, *arguments: str) -> None:
    """Run a command as a person would in a second terminal, and show it."""
    command = [sys.executable, "-m", "mobius", *arguments]
    out.print(f"$ mobius {' '.join(arguments)}", style="bold", markup=False, highlight=False)
    environment = local_environment(client.connection.url)
    done = subprocess.run(  # noqa: S603  this very program
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    out.print((done.stdout + done.stderr).rstrip(), style="dim", markup=False, highlight=False)


def _key_of_agent(client: Client) -> str:
    """Give a new key for the agent, which is created unless it is there; its earlier keys end."""
    accounts = {account.name: account.id for account in client.iter_service_accounts()}
    account = accounts.get(AGENT) or client.create_service_account(AGENT, role_name="agent").id
    _unless_there(lambda: client.create_agent(AGENT, account, kind="demo", display_name="Drafter"))
    for key in client.list_project_api_keys():
        if key.name == AGENT:
            client.revoke_project_api_key(key.id)
    return client.create_project_api_key(AGENT, service_account_id=account).key


def _unless_there(create: Callable[[], object]) -> None:
    with contextlib.suppress(Conflict):
        create()
