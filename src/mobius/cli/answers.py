"""From options of a command, or from what is typed, to an answer that fits an interaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from mobius.cli.output import printable
from mobius.client import ConfigurationError, Interaction


def answer_from_options(
    asked: Interaction, *, yes: bool | None, value: str | None, choose: Sequence[str]
) -> Any:
    """The answer that options give, None without any; ConfigurationError for those that do not fit."""
    given = [yes is not None, value is not None, bool(choose)]
    if not any(given):
        return None
    mode = _mode(asked)
    if sum(given) == 1:
        if mode == "confirm" and yes is not None:
            return yes
        if mode == "input" and value is not None:
            return value
        if mode == "select" and value is None and len(choose) == 1:
            return choose[0]
        if mode == "multi_select" and choose:
            return list(choose)
    raise ConfigurationError(f"this answer does not fit; answer with {what_fits(asked)}")


def answer_from_prompt(asked: Interaction) -> Any:
    """What a person types, asked again until it fits."""
    spec, mode = asked.spec, _mode(asked)
    values = _values(asked)
    if mode == "confirm":
        return typer.confirm("Yes or no", default=spec.default_confirmed if spec else None)
    if mode == "input":
        return typer.prompt("Answer", default=(spec and spec.default_text) or None)
    if mode == "select":
        while True:
            chosen = typer.prompt("Choose one", default=(spec and spec.default_value) or None)
            if chosen in values:
                return chosen
            typer.echo(printable(f"choose one of {', '.join(values)}"))
    while True:
        text = typer.prompt(
            "Choose some, with commas between", default=",".join((spec and spec.default_values) or [])
        )
        several = [one.strip() for one in text.split(",") if one.strip()]
        if set(several) <= set(values) and len(set(several)) == len(several):
            return several
        typer.echo(printable(f"choose from {', '.join(values)}, each once"))


def what_fits(asked: Interaction) -> str:
    """How an answer is given."""
    values = printable(", ".join(_values(asked)))
    return {
        "confirm": "--yes or --no",
        "select": f"--choose and one of {values}",
        "multi_select": f"--choose and one of {values}, once for each",
    }.get(_mode(asked), "--value and a text")


def _mode(asked: Interaction) -> str:
    return asked.spec.mode if asked.spec else "input"


def _values(asked: Interaction) -> list[str]:
    return [option.value for option in (asked.spec and asked.spec.options) or []]
