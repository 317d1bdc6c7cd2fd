"""The job protocol in memory, to show a worker faults that a real server shows rarely."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from mobius.client import AsyncClient, RetryPolicy
from mobius.worker import Worker

QUICK = RetryPolicy(attempts=4, first_delay=0.001, max_delay=0.01)


@dataclass
class ScriptedServer:
    """Hands out the jobs put into it and notes what the worker says about them.

    `answers` gives the next answers of an endpoint (`claim`, `heartbeat`, `complete`, `events`, `release`,
    `sessions`, `disconnect`) before it works as usual.
    """

    jobs: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, list[httpx.Response | Exception]] = field(default_factory=dict)
    claims: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    events: list[list[dict[str, Any]]] = field(default_factory=list)
    heartbeats: int = 0
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    cancelling: bool = False
    fenced: bool = False
    can_release: bool = True
    order: list[str] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, action: str, *, job_id: str | None = None, **parameters: Any) -> None:
        number = len(self.jobs) + len(self.claims) + 1
        self.jobs.append(
            {
                "job_id": job_id or f"job_{number}",
                "run_id": "run_1",
                "workflow_name": "flow",
                "step_name": action,
                "action": action,
                "attempt": 1,
                "queue": "default",
                "parameters": parameters,
                "heartbeat_interval_seconds": 1,
            }
        )
        self._note()

    def worker(self, **options: Any) -> Worker:
        transport = httpx.MockTransport(self._handle)
        client = AsyncClient("http://mobius.test", "mbx_key", retry=QUICK, transport=transport)
        return Worker(client, worker_id="w1", **options)

    async def until(self, condition: Callable[[], bool], within: float = 10.0) -> None:
        """Wait until something has happened to this server."""
        async with asyncio.timeout(within):
            while not condition():
                await self._changed.wait()

    def result(self, index: int = 0) -> Any:
        """What a report carries."""
        return json.loads(base64.b64decode(self.reports[index]["result_b64"]))

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        verb = request.url.path.rsplit("/", 1)[-1]
        self.order.append(verb)
        if self.answers.get(verb):
            answer = self.answers[verb].pop(0)
            self._note()
            if isinstance(answer, Exception):
                raise answer
            return answer
        body = json.loads(request.content or "{}")
        try:
            response: httpx.Response = await getattr(self, f"_{verb}")(body, request.url.path)
        finally:
            self._note()
        return response

    async def _claim(self, body: dict[str, Any], _path: str) -> httpx.Response:
        self.claims.append(body)
        self._note()
        while not self.jobs:
            await self._changed.wait()
        return httpx.Response(200, json=self.jobs.pop(0))

    async def _sessions(self, body: dict[str, Any], path: str) -> httpx.Response:
        session = f"ses_{len(self.sessions) + 1}"
        self.sessions[session] = {"agent": path.split("/")[-2], **body, "status": "connected", "beats": 0}
        return self._session(session)

    async def _disconnect(self, _body: dict[str, Any], path: str) -> httpx.Response:
        session = path.split("/")[-2]
        self.sessions[session]["status"] = "disconnected"
        return self._session(session)

    async def _heartbeat(self, _body: dict[str, Any], path: str) -> httpx.Response:
        if "/sessions/" in path:
            session = path.split("/")[-2]
            self.sessions[session]["beats"] += 1
            return self._session(session)
        self.heartbeats += 1
        if self.fenced:
            return problem(409, "stale_fence")
        return httpx.Response(200, json={"ok": True, "directives": {"should_cancel": self.cancelling}})

    async def _complete(self, body: dict[str, Any], _path: str) -> httpx.Response:
        if self.fenced:
            return problem(409, "stale_fence")
        self.reports.append(body)
        return httpx.Response(204)

    async def _events(self, body: dict[str, Any], _path: str) -> httpx.Response:
        if self.fenced:
            return problem(409, "stale_fence")
        self.events.append(body["events"])
        return httpx.Response(204)

    async def _release(self, _body: dict[str, Any], path: str) -> httpx.Response:
        if not self.can_release:
            return problem(404, "not_found")
        self.released.append(path.split("/")[-2])
        return httpx.Response(204)

    def _session(self, session: str) -> httpx.Response:
        moment = "2026-01-31T12:00:00.000000Z"
        shown = {"id": session, "org_id": "org_1", "agent_id": "agt_1", "transport": "polling"}
        times = {"created_at": moment, "updated_at": moment}
        return httpx.Response(200, json={**shown, **times, "status": self.sessions[session]["status"]})

    def _note(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def problem(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": code}})
