"""Following a run: a live table in a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from mobius.cli.output import now, seconds_text, status_text
from mobius.cli.progress import RunProgress
from mobius.client import Client, Run, RunDetail

_SHOWN_STATUS = {"claimed": "running"}


def watch_run(client: Client, run_id: str, console: Console) -> RunDetail:
    """Show a run until it has ended; gives how it ended."""
    progress = RunProgress(client.get_run(run_id))
    if not console.is_terminal:
        return _follow(client, progress, lambda line: _print_line(console, line))
    with Live(get_renderable=lambda: _table(progress), console=console, refresh_per_second=8):
        return _follow(client, progress, lambda _: None)


def print_end(run: RunDetail, console: Console) -> None:
    """Say how a run ended: its result, or its error."""
    if run.status == "completed":
        console.print(Text("completed ", style="bold green"), Text(_took(run)))
        if run.result is not None:
            console.print_json(data=run.result)
    else:
        console.print(Text("failed ", style="bold red"), Text(run.error_message or "without a message"))


def _follow(client: Client, progress: RunProgress, say: Callable[[str], None]) -> RunDetail:
    ended_before = progress.run.ended
    if not ended_before:
        for event in client.stream_run_events(progress.run.id, since=0):
            line = progress.take(event)
            if line is not None:
                say(line)
            if progress.run.ended:
                break
    ended = client.get_run(progress.run.id)
    for job in ended.jobs or []:  # what the stream had no time to tell
        line = progress.take_job(job)
        if line is not None:
            say(line)
    progress.take_run(ended)
    return ended


def _print_line(console: Console, line: str) -> None:
    console.print(f"{now().astimezone():%H:%M:%S} {line}", markup=False)


def _table(progress: RunProgress) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in ("STEP", "ACTION", "STATUS", "ATTEMPT", "TIME", ""):
        table.add_column(column, overflow="ellipsis", no_wrap=True)
    for row in progress.rows():
        status = status_text(_SHOWN_STATUS.get(row.status, row.status))
        style = "" if row.status else "dim"
        note = Text(row.note, style="red")
        table.add_row(row.step, row.kind, status, row.attempt, row.duration, note, style=style)
    return Group(_headline(progress.run), table)


def _headline(run: Run) -> Text:
    return Text.assemble(
        (run.workflow_name, "bold"), "  ", (run.id, "dim"), "  ", status_text(run.status), "  ", _took(run)
    )


def _took(run: Run) -> str:
    end = run.completed_at or (run.updated_at if run.ended else now())
    return seconds_text(max(0.0, (end - run.created_at).total_seconds()))
