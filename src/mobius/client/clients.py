"""The two clients: they carry out what the operations describe, one by blocking, one by awaiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

import httpx

from mobius.client.agents import AgentOperations
from mobius.client.api_keys import APIKeyOperations
from mobius.client.channels import ChannelOperations
from mobius.client.connection import Connection, is_loopback, resolve_connection
from mobius.client.events import EventReader
from mobius.client.flow import Flow, Reply, Request, RetryPolicy, Sleep
from mobius.client.groups import GroupOperations
from mobius.client.interactions import InteractionOperations
from mobius.client.jobs import JobOperations
from mobius.client.metrics import MetricOperations
from mobius.client.operation import AsyncDriver, PageSource, SyncDriver
from mobius.client.people import PeopleOperations
from mobius.client.projects import ProjectOperations
from mobius.client.runs import RunOperations
from mobius.client.service_accounts import ServiceAccountOperations
from mobius.client.workflows import WorkflowOperations

T = TypeVar("T")
Event = TypeVar("Event")

_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=5.0)
# A redirect would carry the key elsewhere, so none is followed.
_REDIRECTS = False


class _Everything(
    ProjectOperations,
    APIKeyOperations,
    WorkflowOperations,
    RunOperations,
    JobOperations,
    MetricOperations,
    GroupOperations,
    InteractionOperations,
    ChannelOperations,
    AgentOperations,
    PeopleOperations,
    ServiceAccountOperations,
):
    """All operations of the API that this library knows."""


class Client(_Everything, SyncDriver):
    """Talks to a Mobius server and blocks until the answer is there. Safe to share between threads.

    ```python
    with Client() as client:
        run = client.start_run("order-fulfilment", inputs={"order_id": 17})
        print(client.wait_for_run(run.id).result)
    ```

    Without arguments it reads `MOBIUS_API_URL`, `MOBIUS_API_KEY` and `MOBIUS_PROJECT`. `timeout` bounds each
    request, in seconds; `retry` says how long a call is repeated when the server is out of reach or busy.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        project: str | None = None,
        *,
        timeout: float = 30.0,
        retry: RetryPolicy | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.connection = resolve_connection(url, api_key, project, timeout)
        self.retry = retry or RetryPolicy()
        self._http = httpx.Client(
            base_url=self.connection.url,
            headers=_headers(self.connection),
            timeout=timeout,
            limits=_LIMITS,
            follow_redirects=_REDIRECTS,
            trust_env=_uses_proxies(self.connection),
            transport=transport,
        )

    def with_options(
        self, *, project: str | None = None, timeout: float | None = None, retry: RetryPolicy | None = None
    ) -> Client:
        """A client with other options on the same connections; closing one closes both."""
        other = object.__new__(Client)
        other.connection = _changed(self.connection, project, timeout)
        other.retry = retry or self.retry
        other._http = self._http
        return other

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def carry_out(self, flow: Flow[T]) -> T:
        """Do what the flow asks for and give its result."""
        reply: Reply = None
        while True:
            try:
                step = flow.send(reply)
            except StopIteration as end:
                result: T = end.value
                return result
            if isinstance(step, Sleep):
                time.sleep(step.seconds)
                reply = None
                continue
            try:
                reply = self._http.send(_http_request(self._http, step, self.connection))
            except httpx.TransportError as fault:
                reply = fault

    def walk(self, source: PageSource[T]) -> Iterator[T]:
        """All rows of all pages."""
        cursor: str | None = None
        while True:
            page = self.carry_out(source(cursor))
            yield from page.rows
            cursor = page.next_cursor
            if cursor is None:
                return

    def follow(self, reader: EventReader[Event]) -> Iterator[Event]:
        """All events, connecting again whenever the connection breaks."""
        problem: httpx.Response | httpx.TransportError | None
        while True:
            problem = None
            request = _http_request(self._http, reader.request(), self.connection)
            try:
                response = self._http.send(request, stream=True)
                try:
                    if response.is_success:
                        reader.opened()
                        for line in response.iter_lines():
                            event = reader.feed(line)
                            if event is not None:
                                yield event
                    else:
                        response.read()
                        problem = response
                finally:
                    response.close()
            except httpx.TransportError as fault:
                problem = fault
            time.sleep(reader.broken(problem))


class AsyncClient(_Everything, AsyncDriver):
    """Talks to a Mobius server from asyncio; every operation of `Client` is a coroutine here.

    ```python
    async with AsyncClient() as client:
        run = await client.start_run("order-fulfilment", inputs={"order_id": 17})
        async for event in client.stream_run_events(run.id, since=0):
            print(event.type)
    ```

    The arguments are those of `Client`. A client belongs to the event loop that uses it first.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        project: str | None = None,
        *,
        timeout: float = 30.0,
        retry: RetryPolicy | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.connection = resolve_connection(url, api_key, project, timeout)
        self.retry = retry or RetryPolicy()
        self._http = httpx.AsyncClient(
            base_url=self.connection.url,
            headers=_headers(self.connection),
            timeout=timeout,
            limits=_LIMITS,
            follow_redirects=_REDIRECTS,
            trust_env=_uses_proxies(self.connection),
            transport=transport,
        )

    def with_options(
        self, *, project: str | None = None, timeout: float | None = None, retry: RetryPolicy | None = None
    ) -> AsyncClient:
        """A client with other options on the same connections; closing one closes both."""
        other = object.__new__(AsyncClient)
        other.connection = _changed(self.connection, project, timeout)
        other.retry = retry or self.retry
        other._http = self._http
        return other

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def carry_out(self, flow: Flow[T]) -> T:
        """Do what the flow asks for and give its result."""
        reply: Reply = None
        while True:
            try:
                step = flow.send(reply)
            except StopIteration as end:
                result: T = end.value
                return result
            if isinstance(step, Sleep):
                await asyncio.sleep(step.seconds)
                reply = None
                continue
            try:
                reply = await self._http.send(_http_request(self._http, step, self.connection))
            except httpx.TransportError as fault:
                reply = fault

    async def walk(self, source: PageSource[T]) -> AsyncIterator[T]:
        """All rows of all pages."""
        cursor: str | None = None
        while True:
            page = await self.carry_out(source(cursor))
            for row in page.rows:
                yield row
            cursor = page.next_cursor
            if cursor is None:
                return

    async def follow(self, reader: EventReader[Event]) -> AsyncIterator[Event]:
        """All events, connecting again whenever the connection breaks."""
        problem: httpx.Response | httpx.TransportError | None
        while True:
            problem = None
            request = _http_request(self._http, reader.request(), self.connection)
            try:
                response = await self._http.send(request, stream=True)
                try:
                    if response.is_success:
                        reader.opened()
                        async for line in response.aiter_lines():
                            event = reader.feed(line)
                            if event is not None:
                                yield event
                    else:
                        await response.aread()
                        problem = response
                finally:
                    await response.aclose()
            except httpx.TransportError as fault:
                problem = fault
            await asyncio.sleep(reader.broken(problem))


def _headers(connection: Connection) -> dict[str, str]:
    return {"authorization": f"Bearer {connection.api_key}", "user-agent": "mobius-python"}


def _uses_proxies(connection: Connection) -> bool:
    """A proxy of the environment cannot reach a server on this machine."""
    return not is_loopback(urlsplit(connection.url).hostname or "")


def _changed(connection: Connection, project: str | None, timeout: float | None) -> Connection:
    return Connection(
        connection.url,
        connection.api_key,
        project or connection.project,
        connection.timeout if timeout is None else timeout,
    )


def _http_request(
    http: httpx.Client | httpx.AsyncClient, request: Request, connection: Connection
) -> httpx.Request:
    read = connection.timeout if request.timeout is None else request.timeout
    connect = min(read, connection.timeout)
    return http.build_request(
        request.method,
        request.path,
        params=dict(request.query) or None,
        content=request.body,
        headers=dict(request.headers),
        timeout=httpx.Timeout(read, connect=connect, pool=connect),
    )
