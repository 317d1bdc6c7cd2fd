"""`mobius inbox ...`, `mobius respond`, `mobius ask`: people are asked, and answer."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Annotated, Any

import msgspec
import typer
from rich.text import Text

from mobius.cli.answers import answer_from_options, answer_from_prompt, what_fits
from mobius.cli.output import console, print_json, print_table, printable, status_text, when
from mobius.cli.target import JsonOption, with_client
from mobius.client import Client, ConfigurationError, Interaction
from mobius.client.shapes import ActorRef

app = typer.Typer(help="What asks you: list, follow, claim.")

InteractionArgument = Annotated[str, typer.Argument(metavar="INTERACTION", help="Id of the interaction.")]


@app.callback(invoke_without_command=True)
@with_client
def inbox(
    client: Client,
    context: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Print what comes in, until Ctrl-C.")] = False,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 50,
    as_json: JsonOption = False,
) -> None:
    """List what waits for your answer."""
    if context.invoked_subcommand is not None:
        return
    if watch:
        _watch(client, as_json=as_json)
        return
    status = None if everything else "pending"
    found = list(islice(client.iter_interactions(inbox=True, status=status, limit=min(limit, 200)), limit))
    if as_json:
        print_json(found)
        return
    print_table(
        ["INTERACTION", "QUESTION", "TYPE", "STATUS", "ASKED", "EXPIRES", "CLAIMED BY"],
        (
            (
                one.id,
                Text(_short(one.message)),
                one.type,
                status_text(one.status),
                when(one.created_at),
                when(one.expires_at),
                one.claimed_by,
            )
            for one in found
        ),
        empty="nothing waits for you",
    )


@app.command("show")
@with_client
def show(client: Client, interaction: InteractionArgument, *, as_json: JsonOption = False) -> None:
    """Show an interaction with all that is known about it."""
    found = client.get_interaction(interaction)
    if as_json:
        print_json(found)
    else:
        _print_question(found)


@app.command("claim")
@with_client
def claim(client: Client, interaction: InteractionArgument) -> None:
    """Take on what your group is asked, so that the others leave it alone."""
    client.claim_interaction(interaction)
    print(f"{interaction} is yours")


@app.command("release")
@with_client
def release(client: Client, interaction: InteractionArgument) -> None:
    """Give a claim back to the group."""
    client.release_interaction(interaction)
    print(f"{interaction} is free")


@with_client
def respond(
    client: Client,
    interaction: InteractionArgument,
    *,
    yes: Annotated[
        bool | None, typer.Option("--yes/--no", help="The answer to a yes-or-no question.")
    ] = None,
    value: Annotated[str | None, typer.Option(help="The answer in text.")] = None,
    choose: Annotated[
        list[str] | None, typer.Option(help="An option to choose; once for each of several.")
    ] = None,
    comment: Annotated[str | None, typer.Option(help="What you add in words.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Answer what you are asked; without an answer the command asks you."""
    found = client.get_interaction(interaction)
    answer = answer_from_options(found, yes=yes, value=value, choose=choose or [])
    if answer is None:
        if not sys.stdin.isatty():
            raise ConfigurationError(f"say the answer with {what_fits(found)}")
        _print_question(found)
        answer = answer_from_prompt(found)
        if comment is None:
            comment = typer.prompt("Comment", default="", show_default=False) or None
    done = client.respond_to_interaction(interaction, answer, comment=comment)
    if as_json:
        print_json(done)
    elif done.status == "completed":
        print(f"{done.id} completed")
    else:
        print(f"{done.id} answered; it waits for other members")


@with_client
def ask(
    client: Client,
    message: Annotated[str, typer.Argument(help="The question.")],
    *,
    member: Annotated[str | None, typer.Option(help="Id of the user to ask.")] = None,
    group: Annotated[str | None, typer.Option(help="Handle or id of the group to ask.")] = None,
    agent: Annotated[str | None, typer.Option(help="Name of the agent to ask.")] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="What to choose from; without any it is yes or no.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="The answer is text.")] = False,
    require_all: Annotated[
        bool, typer.Option("--all", help="Every member of the group has to answer.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the answer and print it.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask a member, a group or an agent; yes or no, unless options or text are wanted."""
    if option and text:
        raise ConfigurationError("--option, --text: the answer is one of the two")
    options = [{"value": one, "label": one} for one in option or []]
    try:
        asked = client.create_interaction(
            message,
            member=member,
            agent=agent,
            group=group,
            type="review" if options else "input" if text else "approval",
            spec={"mode": "select", "options": options} if options else None,
            require_all=require_all,
        )
    except ValueError:
        raise ConfigurationError("say who is asked: --member, --group or --agent, one of them") from None
    if wait:
        asked = client.wait_for_interaction(asked.id)
    if as_json:
        print_json(asked)
    elif asked.response is not None:
        print(msgspec.json.encode(asked.response.value).decode())
    else:
        print(f"asked {asked.id}" if asked.status == "pending" else f"{asked.id} {asked.status}")


def _watch(client: Client, *, as_json: bool) -> None:
    for event in client.follow_inbox():
        if as_json:
            print(msgspec.json.encode(event).decode(), flush=True)
            continue
        update = event.data
        claimed = f"  claimed by {update.claimed_by}" if update.claimed_by else ""
        console().print(
            Text.assemble(
                (f"{when(event.timestamp)}  ", "dim"),
                (f"{update.interaction_id}  ", "bold"),
                status_text(update.status),
                f"{claimed}  {_short(update.message)}",
            )
        )


def _print_question(one: Interaction) -> None:
    out = console()
    out.print(Text.assemble((one.id, "bold"), "  ", one.type, "  ", status_text(one.status)))
    out.print(Text(printable(one.message or "")))
    if one.context:
        out.print_json(data=one.context)
    for option in (one.spec and one.spec.options) or []:
        more = f": {option.description}" if option.description else ""
        out.print(Text(printable(f"  {option.value}  {option.label}{more}")))
    out.print(f"asks {_who(one.target_actor)}", style="dim")
    for name, moment in (("expires", one.expires_at), ("completed", one.completed_at)):
        if moment is not None:
            out.print(f"{name} {when(moment)}", style="dim")
    if one.claimed_by:
        out.print(f"claimed by {one.claimed_by}", style="dim")
    for answer in one.partial_responses or []:
        out.print(_answer_line(answer.user_id, answer.value, answer.comment))
    if one.response is not None:
        by = "all" if one.responder_actor is None else _who(one.responder_actor)
        out.print(_answer_line(by, one.response.value, one.response.comment))


def _answer_line(by: str, value: Any, comment: str | None) -> Text:
    said = (msgspec.json.encode(value).decode(), "green")
    return Text.assemble("answer ", said, f"  of {by}", f"  {printable(comment)}" if comment else "")


def _who(actor: ActorRef) -> str:
    return printable(f"{actor.type} {actor.id}")


def _short(message: str | None) -> str:
    line = " ".join(printable(message or "").split())
    return line if len(line) <= 70 else f"{line[:67]}..."
