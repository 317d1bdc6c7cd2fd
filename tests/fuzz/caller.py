"""Sends requests that may be odd, and accepts no answer that the served schema does not promise."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.fuzz.tally import Part, Tally
from tests.harness.server import ServerProcess

MOST_SHOWN = 2_000


class WrongAnswer(AssertionError):
    """The server failed, or answered something else than it should."""


class Caller:
    """Calls the operations of a server by their names."""

    def __init__(self, server: ServerProcess, part: Part, tally: Tally) -> None:
        self.server = server
        self._part, self._tally = part, tally
        described = schemathesis.openapi.from_dict(server.http.get("/openapi.json").json())
        self._operations: dict[str, APIOperation[Any, Any, Any, Any]] = {}
        for result in described.get_all_operations():
            if isinstance(result, Ok):
                operation = result.ok()
                self._operations[operation.definition.raw["operationId"]] = operation

    def call(
        self, name: str, *, content: bytes | None = None, query: str = "", **path: str
    ) -> httpx.Response:
        """Return the answer of an operation; raise WrongAnswer unless the schema allows it."""
        operation = self._operations[name]
        names = {key: quote(value, safe="", errors="replace") for key, value in path.items()}
        address = operation.path.format(**names) + query
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            answer = self.server.http.request(
                operation.method.upper(), address, content=content, headers=headers
            )
        except httpx.TransportError as error:
            raise WrongAnswer(f"{_shown(name, address, content)}: {error!r}") from error
        self._tally.count(self._part, name, answer.status_code)
        try:
            operation.validate_response(answer)
        except FailureGroup as group:
            told = "; ".join(str(failure) for failure in group.exceptions)
            raise WrongAnswer(f"{_shown(name, address, content)}: {answer.status_code} {told}") from None
        if answer.status_code >= 500:
            raise WrongAnswer(f"{_shown(name, address, content)}: {answer.status_code} {answer.text}")
        return answer

    def expect(self, answer: httpx.Response, *statuses: int) -> httpx.Response:
        """Return the answer; raise WrongAnswer unless it has one of the statuses."""
        if answer.status_code not in statuses:
            asked = f"{answer.request.method} {answer.request.url} {answer.request.content[:MOST_SHOWN]!r}"
            raise WrongAnswer(f"{asked}: {answer.status_code} {answer.text}, not {statuses}")
        return answer


def _shown(name: str, address: str, content: bytes | None) -> str:
    return f"{name} {address} {(content or b'')[:MOST_SHOWN]!r}"
