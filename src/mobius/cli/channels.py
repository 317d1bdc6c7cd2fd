"""`mobius channels ...`"""

from __future__ import annotations

import sys
from itertools import islice
from typing import Annotated, Literal

import msgspec
import typer
from rich.text import Text

from mobius.cli.output import console, print_json, print_table, printable, when
from mobius.cli.target import JsonOption, with_client
from mobius.client import ChannelMessage, Client, ConfigurationError

app = typer.Typer(no_args_is_help=True, help="Channels and direct messages between users and agents.")
members = typer.Typer(no_args_is_help=True, help="Who belongs to a channel.")
app.add_typer(members, name="members")

ChannelArgument = Annotated[str, typer.Argument(metavar="CHANNEL", help="Name or id.")]
UsersArgument = Annotated[list[str], typer.Argument(metavar="WHO...", help="Ids of users or agents.")]
LimitOption = Annotated[int, typer.Option(help="How many, newest first.", min=1)]


@app.command("list")
@with_client
def list_channels(
    client: Client,
    *,
    direct: Annotated[bool, typer.Option("--direct", help="Only direct messages.")] = False,
    private: Annotated[
        bool | None, typer.Option("--private/--public", help="Only private, or only public ones.")
    ] = None,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """List the channels that you see."""
    kind: Literal["dm"] | None = "dm" if direct else None
    found = list(islice(client.iter_channels(kind=kind, private=private, limit=min(limit, 200)), limit))
    if as_json:
        print_json(found)
        return
    print_table(
        ["NAME", "", "MEMBERS", "TITLE", "TOPIC", "ID"],
        (
            (
                one.name,
                "direct" if one.kind == "dm" else "private" if one.private else "",
                one.member_count,
                one.display_name,
                one.topic,
                one.id,
            )
            for one in found
        ),
        empty="no channels; create one with `mobius channels create NAME`",
    )


@app.command("create")
@with_client
def create_channel(
    client: Client,
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens; never changes.")],
    *,
    title: Annotated[str | None, typer.Option(help="Name for people.", show_default="the name")] = None,
    topic: Annotated[str | None, typer.Option(help="What it is about.")] = None,
    private: Annotated[bool, typer.Option("--private", help="Only members see it.")] = False,
    direct: Annotated[bool, typer.Option("--direct", help="A direct message with the members.")] = False,
    member: Annotated[
        list[str] | None, typer.Option("--member", help="Id of a user or an agent. May be repeated.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Create a channel, or a direct message."""
    channel = client.create_channel(
        name,
        display_name=title,
        kind="dm" if direct else "channel",
        topic=topic,
        private=private,
        member_ids=member or (),
    )
    if as_json:
        print_json(channel)
    else:
        print(f"created {'direct message' if direct else 'channel'} {channel.name} ({channel.id})")


@app.command("show")
@with_client
def show_channel(client: Client, channel: ChannelArgument, *, as_json: JsonOption = False) -> None:
    """Show a channel and its members."""
    found = client.get_channel(channel)
    who = list(client.iter_channel_members(found.id, limit=200))
    if as_json:
        print_json({"channel": found, "members": who})
        return
    seen_by = "private" if found.private else "public"
    title = f"{found.display_name}  {found.name}  {found.id}  {seen_by}  {found.topic or ''}"
    console().print(Text(printable(title)))
    print_table(
        ["WHO", "ROLE", "SINCE", "HAS READ UP TO"],
        ((one.user_id, one.role, one.joined_at, one.last_read_message_id) for one in who),
        empty="no members",
    )


@app.command("delete")
@with_client
def delete_channel(client: Client, channel: ChannelArgument) -> None:
    """Delete a channel with all its messages, for good."""
    client.delete_channel(channel)
    print(f"deleted {channel}")


@app.command("post")
@with_client
def post(
    client: Client,
    channel: ChannelArgument,
    text: Annotated[str, typer.Argument(help="Markdown; `-` reads it from standard input.")],
    *,
    reply_to: Annotated[str | None, typer.Option(help="Id of the message to answer.")] = None,
    agent: Annotated[str | None, typer.Option("--as-agent", help="Post as this agent (name or id).")] = None,
    as_json: JsonOption = False,
) -> None:
    """Post a message."""
    content = sys.stdin.read() if text == "-" else text
    if not content.strip():
        raise ConfigurationError("there is nothing to post")
    message = client.send_channel_message(channel, content, reply_to=reply_to, sender_agent_id=agent)
    if as_json:
        print_json(message)
    else:
        print(message.id)


@app.command("read")
@with_client
def read(
    client: Client,
    channel: ChannelArgument,
    *,
    thread: Annotated[str | None, typer.Option(help="Only answers to this message.")] = None,
    sender: Annotated[str | None, typer.Option(help="Only messages of this user or agent.")] = None,
    pinned: Annotated[bool, typer.Option("--pinned", help="Only pinned messages.")] = False,
    mark: Annotated[bool, typer.Option("--mark", help="Mark all of it as read.")] = False,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
) -> None:
    """Print the latest messages, the newest last."""
    newest_first = client.iter_channel_messages(
        channel, sender_id=sender, reply_to=thread, pinned=pinned or None, limit=min(limit, 200)
    )
    found = list(islice(newest_first, limit))
    if mark and found:
        client.update_channel_membership(channel, last_read_message_id=found[0].id)
    if as_json:
        print_json(found)
        return
    for message in reversed(found):
        console().print(_line(message))
    if not found:
        console().print("no messages", style="dim")


@app.command("watch")
@with_client
def watch(
    client: Client,
    channel: ChannelArgument,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print each event as a line of JSON.")] = False,
) -> None:
    """Print what is said as it is said, until Ctrl-C."""
    for event in client.follow_channel(channel):
        if as_json:
            print(msgspec.json.encode(event).decode(), flush=True)
        elif event.type == "channel.message.created" and (message := event.message) is not None:
            console().print(_line(message))


@members.command("list")
@with_client
def list_members(client: Client, channel: ChannelArgument, *, as_json: JsonOption = False) -> None:
    """List the members of a channel."""
    found = list(client.iter_channel_members(channel, limit=200))
    if as_json:
        print_json(found)
        return
    print_table(
        ["WHO", "ROLE", "SINCE"],
        ((one.user_id, one.role, one.joined_at) for one in found),
        empty="no members",
    )


@members.command("add")
@with_client
def add_members(
    client: Client,
    channel: ChannelArgument,
    who: UsersArgument,
    *,
    admin: Annotated[bool, typer.Option("--admin", help="They may change the channel.")] = False,
) -> None:
    """Add users or agents to a channel; your own id joins a public one."""
    for one in who:
        added = client.add_channel_member(channel, one, role="admin" if admin else "member")
        print(f"added {added.user_id} as {added.role}")


@members.command("remove")
@with_client
def remove_members(client: Client, channel: ChannelArgument, who: UsersArgument) -> None:
    """Remove users or agents from a channel; your own id leaves it."""
    for one in who:
        client.remove_channel_member(channel, one)
        print(f"removed {one}")


def _line(message: ChannelMessage) -> Text:
    return Text.assemble(
        (f"{when(message.created_at)}  ", "dim"),
        (message.sender_id, "bold" if message.sender_type == "member" else "bold cyan"),
        ("  pinned" if message.pinned else "", "magenta"),
        ("  answers " + message.reply_to if message.reply_to else "", "dim"),
        ("  edited" if message.edited_at else "", "dim"),
        (f"  {message.id}", "dim"),
        f"\n{printable(message.content)}",
    )
