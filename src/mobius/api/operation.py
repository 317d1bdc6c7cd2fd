"""The one declaration of an operation: routing, guard, served schema, CLI and matrix tests are read from it.

    @operation("POST", "/projects/{project}/jobs/claim", tags=("jobs",), permission="mobius.job.claim",
               errors=(400, 404), empty=204, summary="Claim a job")
    async def claim_job(call: ProjectCall, body: JobClaimRequest) -> JobClaim | None:
        "The docstring is the description."

    routes = operations(__name__)          # last line of the module

* operationId: the function's name in camel case (`create_api_key` -> `createAPIKey`).
* The first parameter decides who may call: `ProjectCall` (a project of the path), `OrgCall`, `PublicCall`.
* Path parameters are keyword parameters, `{messageId}` as `message_id: str`; the project's is not passed.
* `query` is a Struct of scalars, `body` a Struct decoded from JSON.
* The answer is encoded as JSON with `status`; None is an empty answer with `empty` (default: `status`).
  A `Response` is sent as it is.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from starlette.responses import Response

from mobius.api.call import OrgCall, ProjectCall, PublicCall

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Any]])
Audience = Literal["project", "org", "public"]
Precedence = Literal["always", "first", "second"]
"""Who goes first at a server with too much to do: `first` finishes work, `second` may bring more of it."""

AUTHENTICATED: Final = "authenticated"
"""Permission of an operation that every valid credential may call."""

_AUDIENCES: dict[type, Audience] = {ProjectCall: "project", OrgCall: "org", PublicCall: "public"}
_ATTRIBUTE = "__mobius_operation__"


@dataclass(frozen=True, slots=True)
class PathParam:
    """A variable segment of the path: its name there, and as the handler's parameter."""

    name: str
    argument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Everything that is known about an operation before it is called."""

    id: str
    method: str
    path: str
    tags: tuple[str, ...]
    permission: str | None
    status: int
    empty: int
    errors: tuple[int, ...]
    summary: str
    description: str
    media_type: str
    hidden: bool
    precedence: Precedence
    audience: Audience
    project_param: str | None
    path_params: tuple[PathParam, ...]
    query: type[Any] | None
    body: type[Any] | None
    result: Any
    handler: Callable[..., Awaitable[Any]]

    @property
    def takes_password(self) -> bool:
        """Whether the body may hold a password, of which nothing may be stored that can be tried out."""
        return "password" in getattr(self.body, "__struct_fields__", ())

    @property
    def may_be_empty(self) -> bool:
        """Whether an answer without content is possible."""
        return self.result is None or self.empty != self.status or self.status == 204


def operation(
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"],
    path: str,
    *,
    tags: tuple[str, ...],
    permission: str | None,
    summary: str,
    status: int = 200,
    empty: int | None = None,
    errors: tuple[int, ...] = (),
    project: str = "project",
    media_type: str = "application/json",
    hidden: bool = False,
    precedence: Precedence = "second",
) -> Callable[[Handler], Handler]:
    """Declares a handler as an operation; the handler itself stays an ordinary function.

    `permission` may be None only for a `PublicCall`. `project` names the path parameter that holds the
    project of a `ProjectCall`. `errors` are the statuses to document beyond what every operation has.
    A `hidden` operation is not part of the served schema.
    """

    def declare(handler: Handler) -> Handler:
        arguments = _Arguments(handler)
        names = re.findall(r"{(\w+)}", path)
        declared = Operation(
            id=operation_id(handler.__name__),
            method=method,
            path=path,
            tags=tags,
            permission=permission,
            status=status,
            empty=empty or status,
            errors=errors,
            summary=summary,
            description=" ".join((handler.__doc__ or "").split()),
            media_type=media_type,
            hidden=hidden,
            precedence=precedence,
            audience=arguments.audience,
            project_param=project if arguments.audience == "project" else None,
            path_params=tuple(PathParam(name, _snake_case(name)) for name in names),
            query=arguments.types.get("query"),
            body=arguments.types.get("body"),
            result=arguments.result,
            handler=handler,
        )
        _check(declared, arguments)
        setattr(handler, _ATTRIBUTE, declared)
        return handler

    return declare


def operations(module: str) -> list[Operation]:
    """The operations that a module declares, in the order of their declaration."""
    members = vars(sys.modules[module]).values()
    found = [
        getattr(member, _ATTRIBUTE, None) for member in members if isinstance(member, types.FunctionType)
    ]
    return [declared for declared in found if declared is not None and declared.handler.__module__ == module]


def operation_id(function_name: str) -> str:
    """`create_api_key` -> `createAPIKey`."""
    first, *rest = function_name.split("_")
    return first + "".join("API" if word == "api" else word.capitalize() for word in rest)


class _Arguments:
    """The parameters of a handler, read from its annotations."""

    def __init__(self, handler: Callable[..., Any]) -> None:
        hints = get_type_hints(handler, include_extras=True)
        returned = hints.pop("return", None)
        self.result = _without_none(returned)
        first, *self.names = hints
        if hints[first] not in _AUDIENCES:
            raise TypeError(
                f"{handler.__qualname__}: the first parameter is a ProjectCall, OrgCall or PublicCall"
            )
        self.audience = _AUDIENCES[hints[first]]
        self.types = {name: hints[name] for name in self.names}


def _check(declared: Operation, arguments: _Arguments) -> None:
    place = f"{declared.method} {declared.path} ({declared.id})"
    if (declared.permission is None) != (declared.audience == "public"):
        raise TypeError(f"{place}: permission=None goes with PublicCall, and only with it")
    expected = {param.argument for param in declared.path_params if param.name != declared.project_param}
    if declared.project_param and declared.project_param not in {
        param.name for param in declared.path_params
    }:
        raise TypeError(f"{place}: a ProjectCall needs {{{declared.project_param}}} in its path")
    given = set(arguments.names) - {"query", "body"}
    if given != expected:
        raise TypeError(f"{place}: parameters {sorted(given)} but the path has {sorted(expected)}")
    if declared.result is None and declared.empty == 200:
        raise TypeError(f"{place}: an operation without a result has status=204")


def _without_none(returned: Any) -> Any:
    """The type of a non-empty answer; None when there is never one (or it is a Response)."""
    if get_origin(returned) in {Union, types.UnionType}:
        rest = [member for member in get_args(returned) if member is not types.NoneType]
        return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007
    if isinstance(returned, type) and issubclass(returned, Response):
        return Response
    return None if returned is types.NoneType else returned


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
