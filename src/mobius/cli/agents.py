"""`mobius agents ...`"""

from __future__ import annotations

import json
import shlex
from enum import StrEnum
from typing import Annotated, Any

import typer

from mobius.cli.output import console, print_json, print_table
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client
from mobius.client.operation import UNSET

app = typer.Typer(no_args_is_help=True, help="Agents: programs that work under names of their own.")


class Status(StrEnum):
    """Whether an agent gets jobs."""

    ACTIVE = "active"
    INACTIVE = "inactive"


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"it is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise typer.BadParameter("it is not a JSON object")
    return value


AgentArgument = Annotated[str, typer.Argument(metavar="AGENT", help="Name or id.")]
DisplayNameOption = Annotated[str | None, typer.Option(help="Name for people.")]
DescriptionOption = Annotated[str | None, typer.Option(help="What the agent is for.")]
KindOption = Annotated[str | None, typer.Option(help="A word of your own, such as llm.")]
CapabilitiesOption = Annotated[
    Any, typer.Option(parser=_json_object, metavar="JSON", help="What the agent can do.")
]
ConfigOption = Annotated[
    Any, typer.Option(parser=_json_object, metavar="JSON", help="Settings of the agent.")
]


@app.command("list")
@with_client
def list_agents(
    client: Client,
    *,
    status: Annotated[Status | None, typer.Option(help="Only those of this status.")] = None,
    service_account: Annotated[
        str | None, typer.Option(metavar="ID", help="Only those that use this service account.")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=200)] = 50,
    as_json: JsonOption = False,
) -> None:
    """List agents and who of them is online."""
    found = client.list_agents(service_account_id=service_account, status=status, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ["NAME", "PRESENCE", "STATUS", "KIND", "DISPLAY NAME", "ID"],
        ((one.name, one.presence, one.status, one.kind, one.display_name, one.id) for one in found),
        empty="no agents; create one with `mobius agents create NAME --service-account ID`",
    )


@app.command("show")
@with_client
def show_agent(client: Client, agent: AgentArgument, *, as_json: JsonOption = False) -> None:
    """Show an agent."""
    found = client.get_agent(agent)
    if as_json:
        print_json(found)
        return
    console().print(f"{found.display_name}  {found.name}  {found.presence}  {found.status}")
    print_table(
        ["WHAT", "IS"],
        (
            ("id", found.id),
            ("service account", found.service_account_id),
            ("kind", found.kind),
            ("description", found.description),
            ("capabilities", json.dumps(found.capabilities) if found.capabilities else None),
            ("config", json.dumps(found.config) if found.config else None),
            ("created", found.created_at),
            ("updated", found.updated_at),
        ),
        empty="",
    )


@app.command("create")
@with_client
def create_agent(
    client: Client,
    name: Annotated[str, typer.Argument(help="Name of the agent and of its queue.")],
    service_account: Annotated[
        str, typer.Option(metavar="ID", help="The service account whose keys it uses.")
    ],
    *,
    display_name: DisplayNameOption = None,
    description: DescriptionOption = None,
    kind: KindOption = None,
    capabilities: CapabilitiesOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Create an agent. From then on only it gets the jobs of the queue of its name."""
    agent = client.create_agent(
        name,
        service_account,
        display_name=display_name,
        description=description,
        kind=kind,
        capabilities=capabilities,
        config=config,
    )
    if as_json:
        print_json(agent)
    else:
        quoted = shlex.quote(agent.name)
        print(f"created agent {agent.name} ({agent.id}); run it with `mobius worker --agent {quoted}`")


@app.command("update")
@with_client
def update_agent(
    client: Client,
    agent: AgentArgument,
    *,
    status: Annotated[Status | None, typer.Option(help="Whether it gets jobs.")] = None,
    display_name: DisplayNameOption = None,
    description: DescriptionOption = None,
    kind: KindOption = None,
    capabilities: CapabilitiesOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change what is given. An inactive agent gets no further jobs; what it holds goes on."""
    changed = client.update_agent(
        agent,
        status=UNSET if status is None else status,
        display_name=UNSET if display_name is None else display_name,
        description=UNSET if description is None else description,
        kind=UNSET if kind is None else kind,
        capabilities=UNSET if capabilities is None else capabilities,
        config=UNSET if config is None else config,
    )
    if as_json:
        print_json(changed)
    else:
        print(f"changed agent {changed.name}: {changed.status}")


@app.command("delete")
@with_client
def delete_agent(client: Client, agent: AgentArgument) -> None:
    """Delete an agent. The jobs that it holds go on; its queue is everybody's."""
    client.delete_agent(agent)
    print(f"deleted agent {agent}")


@app.command("sessions")
@with_client
def list_sessions(
    client: Client,
    agent: AgentArgument,
    *,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=200)] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the sessions of an agent."""
    found = client.list_agent_sessions(agent, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ["SESSION", "STATUS", "TRANSPORT", "HOST", "CONNECTED", "LAST SEEN"],
        (
            (
                one.id,
                one.status,
                one.transport,
                (one.metadata or {}).get("hostname"),
                one.connected_at,
                one.last_seen_at,
            )
            for one in found
        ),
        empty=f"no sessions; connect a worker with `mobius worker --agent {agent}`",
    )
