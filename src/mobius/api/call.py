"""What a handler is told about the request. Only `mobius.server.guard` makes calls, after its checks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from mobius.api.settings import Settings
    from mobius.clock import Clock
    from mobius.store.database import Database

_KEPT_DECISIONS = 512

Room = TypeVar("Room")


@dataclass(frozen=True, slots=True)
class Services:
    """What the whole server shares. `stopping` is set when it begins to stop.

    `rooms` holds what a room keeps for the life of a server (caches, waiters, collaborators), one object per
    type: `server/app.py` provides it, handlers ask for it with `call.room(Execution)`.
    """

    store: Database
    clock: Clock
    settings: Settings
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    rooms: dict[type[Any], Any] = field(default_factory=dict)

    def provide(self, room: object) -> None:
        """Makes an object available under its type."""
        self.rooms[type(room)] = room

    def room(self, kind: type[Room]) -> Room:
        """The object that was provided for this type."""
        return cast("Room", self.rooms[kind])


class Standing:
    """Whether a credential is still good, for those who wait: every open request of it holds the same one."""

    __slots__ = ("_waiting", "ended")

    def __init__(self) -> None:
        self.ended = False
        self._waiting: set[asyncio.Future[None]] = set()

    def end(self) -> None:
        """Wakes everyone who waits under this credential: it was revoked, it expired, or the server stops."""
        self.ended = True
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    @property
    def watched(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)

    def watch(self, future: asyncio.Future[None]) -> None:
        """Resolves the future when the standing ends."""
        if self.ended:
            future.set_result(None)
            return
        self._waiting.add(future)
        future.add_done_callback(self._forget)

    def _forget(self, future: asyncio.Future[None]) -> None:
        self._waiting.discard(future)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the actor, and the credential it used.

    `permissions` is what the actor's role and the credential's own limit (`cut`) both allow; None means every
    permission. `role` is the actor's, if it holds one.
    """

    org_id: str
    actor_type: str
    actor_id: str
    credential_id: str
    credential_type: str
    label: str
    permissions: tuple[str, ...] | None
    project_id: str | None
    standing: Standing
    role: str | None = None
    cut: tuple[str, ...] | None = None
    _decisions: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @property
    def user_id(self) -> str | None:
        """The user who acts; None when it is a service account."""
        return self.actor_id if self.actor_type == "user" else None

    def allows(self, permission: str) -> bool:
        """Whether the credential holds the permission, by name or by wildcard (`mobius.run.*`)."""
        if self.permissions is None:
            return True
        known = self._decisions.get(permission)
        if known is None:
            known = any(covers(granted, permission) for granted in self.permissions)
            if len(self._decisions) < _KEPT_DECISIONS:
                self._decisions[permission] = known
        return known


def covers(granted: str, permission: str) -> bool:
    """Whether a granted name includes a permission (or a narrower wildcard)."""
    return granted == permission or (granted.endswith(".*") and permission.startswith(granted[:-1]))


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """The project that the path names."""

    id: str
    handle: str
    org_id: str


class Place(Protocol):
    """Where the request is among those that the server works on; `mobius.server.admission` gives it."""

    def rest(self) -> None:
        """Waits from now on, without being at work; raises when too many do."""

    async def resume(self) -> None:
        """Is at work again."""


class Wire(Protocol):
    """What the request came over; `mobius.server.connections` gives it."""

    def watch(self, future: asyncio.Future[None]) -> None:
        """Resolves the future when the client hangs up."""

    def whole_body(self) -> bytes | None:
        """Takes the body of the request, if all of it is there."""

    def push(self, part: bytes) -> bool:
        """Adds a part to the answer that is being streamed; False when it cannot be sent without waiting."""

    def answer(self, head: bytes, body: bytes) -> bool:
        """Sends a whole answer, its head without the empty line; False when it has to take the ASGI way."""

    def pause(self, seconds: float) -> None:
        """Does not listen to the client for a while."""


class Connection:
    """The open request itself: its headers, and whether anybody still waits for the answer."""

    __slots__ = ("_gone", "scope", "standing")

    def __init__(self, scope: MutableMapping[str, Any], standing: Standing) -> None:
        self.scope = scope
        self.standing = standing
        self._gone: asyncio.Future[None] | None = None

    def header(self, name: str) -> str | None:
        """The value of a request header, or None."""
        wanted = name.lower().encode("ascii")
        for key, value in self.scope["headers"]:
            if key == wanted:
                return str(value.decode("latin-1"))
        return None

    def headers(self, name: str) -> list[str]:
        """The values of a request header, one for each line."""
        wanted = name.lower().encode("ascii")
        return [value.decode("latin-1") for key, value in self.scope["headers"] if key == wanted]

    def cookie(self, name: str) -> str | None:
        """The value of a cookie, if the request has it."""
        for part in (self.header("cookie") or "").split(";"):
            found, _, content = part.strip().partition("=")
            if found == name and content:
                return content
        return None

    @property
    def gone(self) -> asyncio.Future[None]:
        """Resolves when the client hung up, its credential ended, or the server stops. Made on first use."""
        if self._gone is None:
            self._gone = asyncio.get_running_loop().create_future()
            self.standing.watch(self._gone)
            self._wire.watch(self._gone)
        return self._gone

    async def wait_for(self, woken: asyncio.Future[None], seconds: float) -> None:
        """Waits until `woken` resolves, so many seconds have passed or nobody waits for the answer any more.

        The request is not at work meanwhile, and is so again only if it was woken.
        """
        place: Place = self.scope["place"]
        place.rest()
        await asyncio.wait({woken, self.gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if woken.done():
            await place.resume()

    def push(self, part: bytes) -> bool:
        """Adds a part to the answer that is being streamed; False when it cannot be sent without waiting."""
        return self._wire.push(part)

    def close(self) -> None:
        """Nobody waits any more; the dispatcher calls it when the handler is done."""
        if self._gone is not None and not self._gone.done():
            self._gone.cancel()

    @property
    def _wire(self) -> Wire:
        wire: Wire = self.scope["wire"]
        return wire


@dataclass(frozen=True, slots=True)
class _Call:
    """What every call offers.

    `gone` is for handlers that wait (long polls, streams): a future that resolves when waiting makes no sense
    any more, because the client hung up, the key was revoked or expired, or the server stops. Wait with
    `connection.wait_for`, and answer as if the time were up:

        await call.connection.wait_for(woken, left)
        if call.gone.done():
            return None
    """

    services: Services
    connection: Connection

    @property
    def store(self) -> Database:
        """The database."""
        return self.services.store

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.services.clock

    @property
    def settings(self) -> Settings:
        """The server's settings."""
        return self.services.settings

    @property
    def gone(self) -> asyncio.Future[None]:
        """Resolves when nobody waits for the answer any more, or nobody may."""
        return self.connection.gone

    def room(self, kind: type[Room]) -> Room:
        """What a room keeps for the life of the server, e.g. `call.room(Execution)`."""
        return self.services.room(kind)

    def header(self, name: str) -> str | None:
        """The value of a request header, or None."""
        return self.connection.header(name)


@dataclass(frozen=True, slots=True)
class PublicCall(_Call):
    """A request that needs no credential."""


@dataclass(frozen=True, slots=True)
class OrgCall(_Call):
    """An authenticated request about the caller's org, allowed by its permission."""

    caller: Caller


@dataclass(frozen=True, slots=True)
class ProjectCall(_Call):
    """An authenticated request about a project of the caller's org, allowed by its permission."""

    caller: Caller
    project: ProjectRef
