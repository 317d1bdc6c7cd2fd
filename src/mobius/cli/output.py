"""How answers look in a terminal: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mobius.client import ApiError, ConnectionFailed, InvalidRequest, MobiusError, NotAuthenticated, NotFound

STATUS_STYLES = {
    "queued": "cyan",
    "pending": "cyan",
    "running": "yellow",
    "claimed": "yellow",
    "suspended": "magenta",
    "completed": "green",
    "failed": "red",
    "dropped": "dim",
    "expired": "dim",
}


def console() -> Console:
    """The terminal; without one, lines are not broken at a width that nobody sees."""
    terminal = sys.stdout.isatty()
    return Console(highlight=False, width=None if terminal else 200, soft_wrap=not terminal)


def print_json(value: Any) -> None:
    """Print a value of the API as JSON."""
    plain = msgspec.to_builtins(value)
    print(json.dumps(_without_nulls(plain), indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """Print rows under their columns, or what to say when there are none."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else _cell(cell) for cell in row))
    if table.row_count:
        console().print(table)
    else:
        console().print(empty, style="dim")


def status_text(status: str) -> Text:
    """A status in its colour."""
    return Text(status, style=STATUS_STYLES.get(status, ""))


def when(moment: datetime | None) -> str:
    """A time in the reader's own zone."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def seconds_text(seconds: float) -> str:
    """A duration in at most two units."""
    if seconds < 10:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}m{rest:02d}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02d}m"


def now() -> datetime:
    """The time of this machine, to measure durations that are still growing."""
    return datetime.now(UTC)


def printable(text: str) -> str:
    """The text without what would take over the terminal."""
    return "".join(one if one.isprintable() or one in "\n\t" else "\N{REPLACEMENT CHARACTER}" for one in text)


def error_line(error: MobiusError) -> str:
    """What went wrong, where, and what to do, as one line; the problems of a specification follow it."""
    lines = [f"mobius: {_explained(error)}"]
    if isinstance(error, InvalidRequest) and isinstance(error.details, list):
        lines += [f"  {_problem(detail)}" for detail in error.details]
    return "\n".join(lines) + "\n"


def fail(message: str) -> None:
    """Say on standard error what went wrong."""
    sys.stderr.write(f"mobius: {message}\n")


def _explained(error: MobiusError) -> str:
    if isinstance(error, ConnectionFailed):
        return (
            f"{error}; is the server running? `mobius dev` starts one here, MOBIUS_API_URL names another one"
        )
    if isinstance(error, NotAuthenticated):
        return (
            "the server does not know this key or login, or it has expired or was revoked: "
            "check MOBIUS_API_KEY (or --api-key), or sign in with `mobius login`"
        )
    if isinstance(error, NotFound) and error.request:
        return f"{error.message} [{error.code}], asked with {error.request}"
    if isinstance(error, ApiError):
        return f"{error.message} [{error.code}]"
    return str(error)


def _problem(detail: Any) -> str:
    if not isinstance(detail, dict):
        return str(detail)
    where = detail.get("path") or detail.get("step") or ""
    return f"{where}: {detail.get('message', detail)}" if where else str(detail.get("message", detail))


def _cell(value: Any) -> Text:
    if isinstance(value, datetime):
        return Text(when(value))
    return Text("" if value is None else printable(str(value)))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
