"""The way of one request: route, guard, body, handler, answer."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import structlog
from starlette.responses import Response

from mobius.api.call import PublicCall
from mobius.api.decoding import JsonBody, check_path_param, decode_query
from mobius.api.errors import ApiError, Conflict, Missing, Unavailable
from mobius.api.form import Form, FormBody
from mobius.server.admission import RETRY_SECONDS, Admission, Overloaded, Place
from mobius.server.bodies import BodyReader, ClientLeft
from mobius.server.idempotency import Reservation, idempotency_key, request_hash, worth_keeping
from mobius.server.routing import Router, segments_of
from mobius.store import DatabaseUnavailable, GuardMissed, NotFound, UniqueViolation

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence

    from starlette.types import Receive, Send

    from mobius.api.call import OrgCall, ProjectCall, Wire
    from mobius.api.operation import Operation
    from mobius.api.settings import Settings
    from mobius.server.guard import Guard

log = structlog.get_logger("mobius.server")

LARGE_BODY = 64 * 1024
"""A larger body is decoded beside the loop: it may take hundreds of milliseconds."""
_JSON = (b"content-type", b"application/json")
_NO_STORE = (b"cache-control", b"no-store")
_encode = msgspec.json.Encoder().encode


class Answer(NamedTuple):
    """A complete answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] | None = None


class _Endpoint:
    """An operation with what is prepared once for all its requests."""

    __slots__ = (
        "always",
        "arguments",
        "body",
        "empty",
        "first",
        "handler",
        "names",
        "operation",
        "query",
        "status",
    )

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.handler = operation.handler
        self.query = operation.query
        self.body = None if operation.body is None else _decoder(operation.body)
        self.status = operation.status
        self.empty = operation.empty
        self.always = operation.precedence == "always"
        self.first = operation.precedence == "first"
        self.names = [param.name for param in operation.path_params]
        self.arguments = [
            (param.name, param.argument)
            for param in operation.path_params
            if param.name != operation.project_param
        ]


def _decoder(body: type[Any]) -> JsonBody[Any] | FormBody[Any]:
    return FormBody(body) if issubclass(body, Form) else JsonBody(body)


class Dispatcher:
    """Answers HTTP requests with the operations."""

    def __init__(self, operations: Sequence[Operation], guard: Guard, settings: Settings) -> None:
        self._guard = guard
        self._admission = Admission(settings)
        self._read_body = BodyReader(settings)
        self._router: Router[_Endpoint] = Router()
        for operation in operations:
            self._router.add(operation.method, operation.path, _Endpoint(operation))

    def refusal(self, scope: MutableMapping[str, Any]) -> tuple[bytes, bytes] | None:
        """The head and body to refuse a request with, before anything is done for it; None to go on."""
        admission = self._admission
        if not (admission.first.full or admission.second.full):
            return None
        try:
            endpoint, _ = self._router.find(scope["method"], segments_of(scope["raw_path"]))
        except ApiError:
            return None
        line = admission.first if endpoint.first else admission.second
        return _REFUSAL if line.full and not endpoint.always else None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answers one request; whatever goes wrong becomes an answer too."""
        started: _Started | None = None
        refused = False
        place = scope["place"] = Place(self._admission)
        try:
            answer = await self._answer(scope, receive, place)
            if isinstance(answer, _Stream):
                place.rest()
                started = _Started(send)
                await answer.send(scope, receive, started)
                return
        except ClientLeft:
            return
        except Exception as error:
            if started is not None and started.yes:
                # The status is sent: the broken connection is all that can tell the client.
                log.exception("stream_failed", path=scope["path"])
                raise
            answer = _answer_to(error, scope)
            refused = isinstance(error, Overloaded)
        finally:
            place.leave()
        await _send(answer, scope, send)
        if refused:
            wire: Wire = scope["wire"]
            wire.pause(RETRY_SECONDS)

    async def _answer(
        self, scope: MutableMapping[str, Any], receive: Receive, place: Place
    ) -> Answer | _Stream:
        endpoint, segments = self._router.find(scope["method"], segments_of(scope["raw_path"]))
        if not (endpoint.always or place.taken(first=endpoint.first)):
            await place.queue()
        values = dict(zip(endpoint.names, segments, strict=True))
        call = await self._guard.admit(endpoint.operation, values, scope)
        arguments: dict[str, Any] = {
            argument: check_path_param(name, values[name]) for name, argument in endpoint.arguments
        }
        if (
            not isinstance(call, PublicCall)
            and (key := idempotency_key(endpoint.operation, call)) is not None
        ):
            return await self._once(endpoint, call, arguments, receive, key)
        raw = await self._read_body(scope, receive) if endpoint.body is not None else b""
        return await self._run(endpoint, call, arguments, raw)

    async def _run(
        self,
        endpoint: _Endpoint,
        call: PublicCall | OrgCall | ProjectCall,
        arguments: dict[str, Any],
        raw: bytes,
    ) -> Answer | _Stream:
        if endpoint.query is not None:
            arguments["query"] = decode_query(endpoint.query, call.connection.scope["query_string"])
        if endpoint.body is not None:
            decode = endpoint.body.decode
            arguments["body"] = (
                decode(raw) if len(raw) <= LARGE_BODY else await asyncio.to_thread(decode, raw)
            )
        try:
            result = await endpoint.handler(call, **arguments)
        except BaseException:
            call.connection.close()
            raise
        if isinstance(result, Response):
            return _Stream(result, call)
        call.connection.close()
        if result is None:
            return Answer(endpoint.empty)
        return Answer(endpoint.status, _encode(result))

    async def _once(
        self,
        endpoint: _Endpoint,
        call: OrgCall | ProjectCall,
        arguments: dict[str, Any],
        receive: Receive,
        key: str,
    ) -> Answer | _Stream:
        """Carries a request out unless the same one was carried out before."""
        scope = call.connection.scope
        raw = await self._read_body(scope, receive)
        fingerprint = request_hash(scope["method"], scope["raw_path"], scope["query_string"], raw)
        reservation = Reservation(endpoint.operation, call, key, fingerprint)
        if (kept := await reservation.take()) is not None:
            return Answer(kept.status, kept.body, {"Idempotency-Replayed": "true"})
        try:
            with reservation.at_work():
                answer = await self._run(endpoint, call, arguments, raw)
        except Exception as error:  # noqa: BLE001  every failure has an answer
            failed = _answer_to(error, scope)
            if worth_keeping(failed.status):
                await self._keep(reservation, failed)
            else:
                await self._free(reservation)
            return failed
        except asyncio.CancelledError:
            await asyncio.shield(self._free(reservation))
            raise
        if isinstance(answer, Answer):
            await self._keep(reservation, answer)
        else:
            await self._free(reservation)
        return answer

    @staticmethod
    async def _keep(reservation: Reservation, answer: Answer) -> None:
        # The answer is true all the same; a repetition learns that the request was carried out.
        with suppress(DatabaseUnavailable):
            await reservation.fill(answer.status, answer.body)

    @staticmethod
    async def _free(reservation: Reservation) -> None:
        # Should this fail too, the reservation ends by its age.
        with suppress(DatabaseUnavailable):
            await reservation.give_up()


class _Stream:
    """A response that sends itself, and the call that it keeps open."""

    def __init__(self, response: Response, call: PublicCall | OrgCall | ProjectCall) -> None:
        self._response = response
        self._call = call

    async def send(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        try:
            await self._response(scope, receive, send)
        finally:
            self._call.connection.close()


class _Started:
    """Passes messages on and remembers whether the status is out."""

    __slots__ = ("_send", "yes")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.yes = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        self.yes = True
        await self._send(message)


def _answer_to(error: Exception, scope: MutableMapping[str, Any]) -> Answer:
    known = _as_api_error(error)
    if known is None:
        request_id = secrets.token_hex(8)
        log.error(
            "request_failed",
            request_id=request_id,
            method=scope["method"],
            path=scope["path"],
            exc_info=error,
        )
        known = ApiError(
            500,
            "internal_error",
            f"the server failed; its log has more under request {request_id}",
            headers={"X-Request-Id": request_id},
        )
    return Answer(known.status, known.body(), known.headers)


def _as_api_error(error: Exception) -> ApiError | None:
    match error:
        case ApiError():
            return error
        case NotFound():
            return Missing(error.what)
        case DatabaseUnavailable():
            return Unavailable("database_unavailable", "the database is out of reach; try again")
        case GuardMissed() | UniqueViolation():
            return Conflict(
                "conflict", "somebody else changed the same thing at the same time; read it again and retry"
            )
        case _:
            return None


async def _send(answer: Answer, scope: MutableMapping[str, Any], send: Send) -> None:
    wire: Wire = scope["wire"]
    if "Connection" not in (answer.headers or ()) and wire.answer(_head(answer), answer.body):
        return
    headers = [_NO_STORE]
    if answer.status != 204:
        headers += (_JSON, (b"content-length", b"%d" % len(answer.body)))
    if answer.headers:
        headers += (
            (name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()
        )
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if answer.status == 204 else answer.body})


def _head(answer: Answer) -> bytes:
    """The head of an answer, up to where the connection adds its own."""
    head = _begin_of_head(answer.status)
    if answer.status != 204:
        head += b"%d\r\n" % len(answer.body)
    if answer.headers:
        own = [f"{name.lower()}: {value}\r\n" for name, value in answer.headers.items()]
        head += "".join(own).encode("latin-1")
    return head


@cache
def _begin_of_head(status: int) -> bytes:
    begin = b"HTTP/1.1 %d %b\r\n%b: %b\r\n" % (status, HTTPStatus(status).phrase.encode(), *_NO_STORE)
    return begin if status == 204 else b"%b%b: %b\r\ncontent-length: " % (begin, *_JSON)


def _refusal() -> tuple[bytes, bytes]:
    error = Overloaded("at work")
    answer = Answer(error.status, error.body(), error.headers)
    return _head(answer), answer.body


_REFUSAL = _refusal()
