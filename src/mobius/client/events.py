"""Reading a stream of server-sent events that outlives its connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import httpx
import msgspec

from mobius.client.errors import ApiError
from mobius.client.flow import Request, RetryPolicy, api_error

Event = TypeVar("Event")

SILENCE_LIMIT = 45.0
"""Seconds without a byte after which a stream counts as broken: three of the server's keepalives."""


@dataclass(slots=True)
class EventReader(Generic[Event]):
    """The state of one stream: where it is, what it has read, how often it failed in a row. Does no I/O."""

    path: str
    shape: type[Event]
    since: int | None
    policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(max_delay=15.0))
    _failures: int = 0
    _id: str = ""
    _data: list[str] = field(default_factory=list)

    def request(self) -> Request:
        """The request that opens the stream behind the last event seen."""
        self._id, self._data = "", []
        query: Mapping[str, str] = {} if self.since is None else {"since": str(self.since)}
        return Request(
            "GET", self.path, query=query, headers={"accept": "text/event-stream"}, timeout=SILENCE_LIMIT
        )

    def opened(self) -> None:
        """The server answered: what fails from now on starts a new series of failures."""
        self._failures = 0

    def feed(self, line: str) -> Event | None:
        """Take one line of the stream; gives an event when the line ends one."""
        if line:
            self._take_field(line)
            return None
        if not self._data:
            return None
        text, self._data = "\n".join(self._data), []
        event = msgspec.json.decode(text, type=self.shape)
        # Only a frame with an id moves the cursor: a snapshot sent on connection may be newer than events
        # still to come.
        if self._id.isdecimal():
            self.since = max(self.since or 0, int(self._id))
        self._id = ""
        return event

    def broken(self, problem: httpx.Response | httpx.TransportError | None) -> float:
        """How many seconds to wait before the stream is opened again; raises if that is pointless.

        `problem` is the error response (with its body read), the fault of the connection, or None if the
        server ended the stream, as it does when it shuts down.
        """
        error = api_error(problem) if isinstance(problem, httpx.Response) else None
        if error is not None and not _passes(error):
            raise error
        self._failures += 1
        return self.policy.pause(self._failures) + ((error and error.retry_after) or 0.0)

    def _take_field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "id":
            self._id = value


def _passes(error: ApiError) -> bool:
    return error.status == 429 or error.status >= 500
