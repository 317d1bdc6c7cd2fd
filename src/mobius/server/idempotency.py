"""A POST that is repeated with the same `Idempotency-Key` gets the answer of the first one.

The first request reserves the key, works, and leaves its answer. That it was carried out is written in the
transaction of what it did, so a server that dies between its work and its answer, or whose commit is not
answered, cannot lead to the work being done twice. A reservation under which nothing was done is free again
after some seconds; a slow request that is overtaken so can write nothing any more. Answers are sealed with
the caller's own credential, which the server does not store: an answer may hold a secret, such as a new API
key.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from cryptography.fernet import Fernet

from mobius.api.errors import Conflict, Invalid
from mobius.clock import to_micros
from mobius.server import queries
from mobius.server.guard import presented_secret
from mobius.store import along_with_next_write

if TYPE_CHECKING:
    from mobius.api.call import OrgCall, ProjectCall
    from mobius.api.operation import Operation
    from mobius.clock import Clock
    from mobius.store import Database

KEPT = 24 * 3600 * 1_000_000
RESERVED = 10 * 1_000_000
MAX_KEY = 255
MAX_ANSWER = 1024 * 1024
_NOT_KEPT = -1


class InProgress(Conflict):
    """The first request with the key is still at work."""

    def __init__(self) -> None:
        super().__init__(
            "idempotency_in_progress", "the first request with this Idempotency-Key is still at work"
        )
        self.headers = {"Retry-After": "1"}


class KeyReused(Conflict):
    """The key was used for another request."""

    def __init__(self) -> None:
        super().__init__(
            "idempotency_key_reused", "this Idempotency-Key was used for a different request within 24 hours"
        )


class AnswerNotKept(Conflict):
    """The first request was carried out, but its answer could not be kept."""

    def __init__(self) -> None:
        super().__init__(
            "idempotency_answer_not_kept",
            "the request was carried out before, but its answer was not kept; read what came of it",
        )


class KeptAnswer(NamedTuple):
    """Status and body of an earlier answer."""

    status: int
    body: bytes


class Reservation:
    """The right to carry out a request under an Idempotency-Key, until it is filled or given up."""

    def __init__(
        self, operation: Operation, call: OrgCall | ProjectCall, key: str, request_hash: str
    ) -> None:
        self._operation = operation
        self._store = call.store
        self._place = (call.caller.org_id, call.caller.credential_id, key)
        self._reserved_at = to_micros(call.clock.now())
        secret = presented_secret(call.connection, call.settings) + b"\0" + key.encode()
        # Whoever reads the database must not be able to try passwords out.
        keyed = secret + request_hash.encode() if operation.takes_password else None
        self._request_hash = request_hash if keyed is None else sha256(keyed).hexdigest()
        self._seal = Fernet(urlsafe_b64encode(sha256(secret).digest()))

    async def take(self) -> KeptAnswer | None:
        """Reserves the key. The kept answer when there is one, None when the caller shall go on."""
        now = self._reserved_at
        [taken] = await self._store.write(
            queries.reserve(
                self._place,
                self._request_hash,
                now,
                free_if_before=now - KEPT,
                unfilled_before=now - RESERVED,
            )
        )
        return None if taken else await self._earlier_answer()

    def at_work(self) -> AbstractContextManager[None]:
        """Lets the first write within this block note that the request is carried out."""
        return along_with_next_write(queries.carry_out(self._place, self._reserved_at, _NOT_KEPT))

    async def fill(self, status: int, body: bytes) -> None:
        """Leaves the answer for repetitions."""
        kept = len(body) <= MAX_ANSWER
        sealed = self._seal.encrypt(body).decode() if kept else None
        await self._store.write(
            queries.fill(self._place, self._reserved_at, status if kept else _NOT_KEPT, sealed)
        )

    async def give_up(self) -> None:
        """Frees the key when nothing was done: the request failed without an answer worth keeping."""
        await self._store.write(queries.release(self._place, self._reserved_at))

    async def _earlier_answer(self) -> KeptAnswer:
        row = await queries.kept_answer(self._store, self._place)
        if row is None:
            raise InProgress
        if row["request_hash"] != self._request_hash:
            raise KeyReused
        if row["status"] is None:
            raise InProgress
        if row["status"] == _NOT_KEPT:
            if self._operation.result is not None:
                raise AnswerNotKept
            return KeptAnswer(self._operation.empty, b"")
        return KeptAnswer(row["status"], self._seal.decrypt(row["body"].encode()))


def idempotency_key(operation: Operation, call: OrgCall | ProjectCall) -> str | None:
    """The key of a request that may be repeated: any POST that does not stream."""
    if operation.method != "POST" or operation.media_type != "application/json":
        return None
    key = call.header("idempotency-key")
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise Invalid(f"header Idempotency-Key: expected 1 to {MAX_KEY} printable ASCII characters")
    return key


def request_hash(method: str, raw_path: bytes, query: bytes, body: bytes) -> str:
    """What two requests have in common when they are the same request."""
    return sha256(b"\0".join((method.encode(), raw_path, query, body))).hexdigest()


def worth_keeping(status: int) -> bool:
    """Whether a repetition shall get the same answer: not when trying again may end differently."""
    return status < 500 and status != 429


async def forget_old_answers(store: Database, clock: Clock) -> float | None:
    """Deletes what is older than 24 hours."""
    await store.write(queries.delete_before(to_micros(clock.now()) - KEPT))
    return None
