"""Which server a command talks to: three options that every such command has."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from mobius.client import Client

P = ParamSpec("P")

UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url", envvar="MOBIUS_API_URL", help="Address of the server.", show_default="the local one"
    ),
]
KeyOption = Annotated[
    str | None,
    typer.Option(
        "--api-key", envvar="MOBIUS_API_KEY", help="Key to call it with.", show_default="the local server's"
    ),
]
ProjectOption = Annotated[
    str | None,
    typer.Option("--project", "-p", envvar="MOBIUS_PROJECT", help="Project.", show_default="default"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

_OPTIONS = {"url": UrlOption, "api_key": KeyOption, "project": ProjectOption}


def with_client(command: Callable[Concatenate[Client, P], None]) -> Callable[..., None]:
    """Add the three options to a command, and hand it a client of the server that they name."""

    @functools.wraps(command)
    def connected(*args: Any, **kwargs: Any) -> None:
        target = {name: kwargs.pop(name) for name in _OPTIONS}
        with Client(**target) as client:
            command(client, *args, **kwargs)

    signature = inspect.signature(command, eval_str=True)
    own = list(signature.parameters.values())[1:]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in _OPTIONS.items()
    ]
    parameters = [*own, *added]
    connected.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    connected.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    del connected.__wrapped__  # or the options would be looked up behind it
    return connected
