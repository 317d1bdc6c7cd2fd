"""What the tests of channels say to a server, each in a project of its own."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.domains.conversation import answered, unique
from tests.harness.server import ServerProcess

WAIT_SECONDS = 15.0


class Talk:
    """Somebody who talks in the channels of a project."""

    def __init__(self, http: httpx.Client, project: str) -> None:
        self.http = http
        self.project = project

    @classmethod
    def of_owner(cls, server: ServerProcess) -> Talk:
        """Return the owner of the server, in a new project."""
        return cls(server.http, server.new_project())

    def by(self, http: httpx.Client) -> Talk:
        """Return somebody else in the same project."""
        return Talk(http, self.project)

    def call(self, method: str, path: str = "", body: Any = None, **params: Any) -> httpx.Response:
        where = f"/projects/{self.project}/channels{path}"
        return self.http.request(method, where, json=body, params=params)

    def create(self, name: str | None = None, **fields: Any) -> dict[str, Any]:
        body = {"name": name or unique("channel"), "display_name": "A channel", "kind": "channel"} | fields
        made: dict[str, Any] = answered(self.call("POST", "", body), 201)
        return made

    def post(self, channel: dict[str, Any], content: str = "hello", **fields: Any) -> dict[str, Any]:
        path = f"/{channel['id']}/messages"
        posted: dict[str, Any] = answered(self.call("POST", path, {"content": content} | fields), 201)
        return posted

    def page(self, channel: dict[str, Any], **params: Any) -> dict[str, Any]:
        page: dict[str, Any] = answered(self.call("GET", f"/{channel['id']}/messages", **params), 200)
        return page

    def messages(self, channel: dict[str, Any], **params: Any) -> list[dict[str, Any]]:
        """Return all messages, page by page, newest first."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.page(channel, **params, **cursor)
            found += page["items"]
            if not page["has_more"]:
                return found
            cursor = {"cursor": page["next_cursor"]}

    def change(self, message: dict[str, Any], **changes: Any) -> httpx.Response:
        return self.call("PATCH", f"/{message['channel_id']}/messages/{message['id']}", changes)

    def add(self, channel: dict[str, Any], user_id: str, role: str = "member") -> dict[str, Any]:
        body = {"user_id": user_id, "role": role}
        added: dict[str, Any] = answered(self.call("POST", f"/{channel['id']}/members", body), 201)
        return added

    def roles(self, channel: dict[str, Any]) -> dict[str, str]:
        """Return the role of each member."""
        items = answered(self.call("GET", f"/{channel['id']}/members", limit=200), 200)["items"]
        return {item["user_id"]: item["role"] for item in items}

    @contextmanager
    def following(self, channel: dict[str, Any], since: int | None = None) -> Iterator[Following]:
        """Follow a channel; the stream is open and its first event has come.

        Without `since`, events of before are left out, which PostgreSQL may give their place only now.
        """
        opened = "" if since is not None else datetime.now(UTC).isoformat()
        path = f"/projects/{self.project}/channels/{channel['id']}/events"
        params = {} if since is None else {"since": since}
        with (
            httpx.Client(base_url=self.http.base_url, headers=self.http.headers, trust_env=False) as http,
            http.stream("GET", path, params=params, timeout=40) as answer,
        ):
            assert answer.status_code == 200, answer.read()
            yield Following(answer, opened)


class Following:
    """A stream that is read as it comes."""

    def __init__(self, answer: httpx.Response, opened: str) -> None:
        self._after, self._opened = "", opened
        self._came: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._read, args=(answer,), daemon=True).start()
        self.first = self._came.get(timeout=WAIT_SECONDS) or {}

    def next(self) -> dict[str, Any]:
        """Return the next event."""
        event = self._came.get(timeout=WAIT_SECONDS)
        assert event is not None, "the stream has ended"
        return event

    def ends(self) -> list[dict[str, Any]]:
        """Return what still comes before the end, for which it waits."""
        return list(iter(lambda: self._came.get(timeout=WAIT_SECONDS), None))

    def _read(self, answer: httpx.Response) -> None:
        try:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    event = json.loads(line[6:])
                    if event["timestamp"] >= self._after:
                        self._came.put(event)
                    self._after = self._opened
        except (httpx.TransportError, httpx.StreamError):
            pass
        self._came.put(None)
