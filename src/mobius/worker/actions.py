"""Functions under the names that workflows call them by."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from mobius.client import ConfigurationError
from mobius.worker.context import ActionContext
from mobius.worker.errors import FatalError

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Action:
    """A function with a name, and how it wants its parameters.

    The parameters of a step become keyword arguments. A function whose one parameter is called `parameters`
    gets them whole, as a dict. A parameter annotated with `ActionContext`, or called `context` and not
    annotated, gets the context of the job.
    """

    name: str
    function: Callable[..., Any]
    signature: inspect.Signature
    context_name: str | None
    whole: bool
    asynchronous: bool

    def prepare(self, parameters: Mapping[str, Any], context: ActionContext) -> Callable[[], Any]:
        """The call, ready to be made; raises FatalError if the parameters do not fit the function."""
        arguments: dict[str, Any] = {"parameters": dict(parameters)} if self.whole else dict(parameters)
        if self.context_name is not None:
            if self.context_name in arguments:
                raise FatalError(
                    f"action {self.name!r}: {self.context_name!r} is the worker's, not a parameter"
                )
            arguments[self.context_name] = context
        try:
            bound = self.signature.bind(**arguments)
        except TypeError as problem:
            raise FatalError(f"action {self.name!r} cannot take these parameters: {problem}") from problem
        return lambda: self.function(*bound.args, **bound.kwargs)


class Actions:
    """A collection of actions, to be shared by several workers or kept in a module of its own.

    ```python
    actions = Actions()


    @actions.action("greet")
    def greet(name: str) -> str:
        return f"hello {name}"


    worker.include(actions)
    ```
    """

    def __init__(self) -> None:
        self._by_name: dict[str, Action] = {}

    @overload
    def action(self, name: F) -> F: ...
    @overload
    def action(self, name: str | None = None) -> Callable[[F], F]: ...
    def action(self, name: Any = None) -> Any:
        """Register the function below under a name, else under its own."""
        if callable(name):
            self.add(name)
            return name

        def register(function: F) -> F:
            self.add(function, name)
            return function

        return register

    def add(self, function: Callable[..., Any], name: str | None = None) -> None:
        """Register a function under a name, else under its own."""
        action = _described(function, name or str(getattr(function, "__name__", "")))
        if action.name in self._by_name:
            raise ConfigurationError(f"there are two actions with the name {action.name!r}")
        self._by_name[action.name] = action

    def include(self, others: Actions) -> None:
        """Add all actions of another collection; one with the same name is replaced."""
        self._by_name.update(others._by_name)

    def get(self, name: str) -> Action | None:
        """The action with a name."""
        return self._by_name.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._by_name))

    def __len__(self) -> int:
        return len(self._by_name)


def _described(function: Callable[..., Any], name: str) -> Action:
    if not name:
        raise ConfigurationError(f"{function!r} needs a name to be called by")
    signature = inspect.signature(function)
    parameters = signature.parameters
    for parameter in parameters.values():
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            raise ConfigurationError(
                f"action {name!r}: parameter {parameter.name!r} must be usable by keyword"
            )
    context_name = _context_parameter(function, parameters)
    others = [parameter for parameter in parameters.values() if parameter.name != context_name]
    whole = (
        len(others) == 1
        and others[0].name == "parameters"
        and others[0].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    )
    asynchronous = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004  the question is not whether, but how it is called
    )
    return Action(name, function, signature, context_name, whole, asynchronous)


def _context_parameter(
    function: Callable[..., Any], parameters: Mapping[str, inspect.Parameter]
) -> str | None:
    try:
        hints = typing.get_type_hints(function)
    except (NameError, TypeError):  # annotations that exist for type checkers only
        hints = {name: parameter.annotation for name, parameter in parameters.items()}
    for name, parameter in parameters.items():
        hint = hints.get(name, parameter.annotation)
        if hint is ActionContext or hint in ("ActionContext", "mobius.ActionContext"):
            return name
        if name == "context" and hint is inspect.Parameter.empty:
            return name
    return None
