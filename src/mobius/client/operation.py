"""Operations are declared once and belong to both clients.

The descriptors here turn a method that returns a flow into a plain method on `Client` and into a coroutine on
`AsyncClient`; the overloads let a type checker see the difference.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload
from urllib.parse import quote
from uuid import uuid4

import msgspec

from mobius.client.connection import Connection
from mobius.client.events import EventReader
from mobius.client.flow import Flow, QueryValue, Request, RetryPolicy, decode, exchange, json_body, query_text
from mobius.client.shapes import Page

P = ParamSpec("P")
T = TypeVar("T")
Event = TypeVar("Event")

PageSource = Callable[[str | None], Flow[Page[T]]]
"""Gives the flow that fetches the page behind a cursor (None: the first page)."""


class Operations:
    """What the operations are made of: the connection, and how a request is built and its answer read."""

    connection: Connection
    retry: RetryPolicy

    def _in_project(self, *segments: str) -> str:
        return path("projects", self.connection.project, *segments)

    def _fetch(
        self,
        method: str,
        where: str,
        shape: type[T],
        *,
        query: Mapping[str, QueryValue] | None = None,
        body: Mapping[str, Any] | None = None,
        once: bool = False,
    ) -> Flow[T]:
        response = yield from exchange(_request(method, where, query, body, once=once), self.retry)
        return decode(response, shape)

    def _page(
        self,
        where: str,
        shape: type[Page[T]],
        cursor: str | None,
        limit: int | None,
        filters: Mapping[str, QueryValue] | None = None,
    ) -> Flow[Page[T]]:
        return self._fetch("GET", where, shape, query={**(filters or {}), "cursor": cursor, "limit": limit})

    def _all_rows(self, where: str, shape: type[Page[T]]) -> Flow[list[T]]:
        """The rows of all pages of a list that belongs to one thing, and so has an end."""
        rows: list[T] = []
        cursor: str | None = None
        while True:
            page = yield from self._fetch("GET", where, shape, query={"cursor": cursor})
            rows += page.rows
            cursor = page.next_cursor
            if cursor is None:
                return rows

    def _do(
        self, method: str, where: str, *, body: Mapping[str, Any] | None = None, once: bool = False
    ) -> Flow[None]:
        yield from exchange(_request(method, where, None, body, once=once), self.retry)


class SyncDriver(ABC):
    """Carries flows out by blocking."""

    @abstractmethod
    def carry_out(self, flow: Flow[T]) -> T:
        """Do what the flow asks for and give its result."""

    @abstractmethod
    def walk(self, source: PageSource[T]) -> Iterator[T]:
        """All rows of all pages."""

    @abstractmethod
    def follow(self, reader: EventReader[Event]) -> Iterator[Event]:
        """All events, connecting again whenever the connection breaks."""


class AsyncDriver(ABC):
    """Carries flows out by awaiting."""

    @abstractmethod
    async def carry_out(self, flow: Flow[T]) -> T:
        """Do what the flow asks for and give its result."""

    @abstractmethod
    def walk(self, source: PageSource[T]) -> AsyncIterator[T]:
        """All rows of all pages."""

    @abstractmethod
    def follow(self, reader: EventReader[Event]) -> AsyncIterator[Event]:
        """All events, connecting again whenever the connection breaks."""


class operation(Generic[P, T]):  # noqa: N801  used as a decorator
    """An operation that is answered once."""

    def __init__(self, function: Callable[Concatenate[Any, P], Flow[T]]) -> None:
        self._function = function
        functools.update_wrapper(self, function)  # type: ignore[arg-type]

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: SyncDriver, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: AsyncDriver, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else _bound(self._function, client, client.carry_out)


class listing(Generic[P, T]):  # noqa: N801  used as a decorator
    """An operation that walks all pages of a list."""

    def __init__(self, function: Callable[Concatenate[Any, P], PageSource[T]]) -> None:
        self._function = function
        functools.update_wrapper(self, function)  # type: ignore[arg-type]

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: SyncDriver, owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, client: AsyncDriver, owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else _bound(self._function, client, client.walk)


class stream(Generic[P, Event]):  # noqa: N801  used as a decorator
    """An operation that is answered by an endless stream of events."""

    def __init__(self, function: Callable[Concatenate[Any, P], EventReader[Event]]) -> None:
        self._function = function
        functools.update_wrapper(self, function)  # type: ignore[arg-type]

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: SyncDriver, owner: type) -> Callable[P, Iterator[Event]]: ...
    @overload
    def __get__(self, client: AsyncDriver, owner: type) -> Callable[P, AsyncIterator[Event]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else _bound(self._function, client, client.follow)


def path(*segments: str) -> str:
    """A path in which no segment can break out of its place."""
    for segment in segments:
        if segment in ("", ".", ".."):
            raise ValueError(f"{segment!r} cannot be an id or a handle")
    return "/" + "/".join(quote(segment, safe="") for segment in segments)


def _bound(function: Callable[..., Any], client: Any, carry_out: Callable[[Any], Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return carry_out(function(client, *args, **kwargs))

    return call


def _request(
    method: str,
    where: str,
    query: Mapping[str, QueryValue] | None,
    body: Mapping[str, Any] | None,
    *,
    once: bool,
) -> Request:
    headers = {}
    encoded = None
    if body is not None:
        headers["content-type"] = "application/json"
        encoded = json_body(body)
    if once:  # the server answers a repetition from memory, so that a retry cannot do the work twice
        headers["idempotency-key"] = uuid4().hex
    return Request(method, where, query_text(query or {}), encoded, headers)


UNSET = msgspec.UNSET
Unset = msgspec.UnsetType
