"""Authentication, tenant and permission, once for all operations. The only place that makes calls.

What is read about a key is trusted for `key_cache_seconds` at most. A change of a key is published as a
`keys:` hint, of its actor as `actors:`, so this server forgets it at once and the others as soon as the hint
arrives; a lost hint costs no more than the age limit. The same holds for projects with `projects:`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import structlog

from mobius.api.call import Caller, Connection, OrgCall, ProjectCall, ProjectRef, PublicCall, Standing
from mobius.api.decoding import check_path_param
from mobius.api.errors import ApiError, Forbidden, Missing, PermissionDenied, Unauthenticated
from mobius.api.operation import AUTHENTICATED
from mobius.api.origins import check_same_site
from mobius.clock import to_micros
from mobius.domains.access.credentials import (
    Presented,
    bearer,
    find_credentials,
    note_uses,
    session_cookie,
)
from mobius.domains.access.sessions import cookie_name
from mobius.store import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from mobius.api.call import Services
    from mobius.api.operation import Operation
    from mobius.api.settings import Settings
    from mobius.domains.access.credentials import Credential
    from mobius.server.limits import RateLimits

_CHECK_SECONDS = 1.0
_FORGET_AFTER_SECONDS = 60.0
_USE_RECORDED_EVERY = 60_000_000
_MOST_PROJECTS = 10_000
_NEVER = float("-inf")
PAGE = "text/html"

log = structlog.get_logger("mobius.guard")


@dataclass(slots=True)
class _Known:
    """A credential as this server knows it: `read_at` and `asked_at` in loop time, `used_at` and
    `recorded_at` in microseconds.
    """

    credential: Credential
    caller: Caller
    read_at: float
    asked_at: float
    used_at: int
    recorded_at: int

    def has_ended(self, micros: int) -> bool:
        """Whether the credential has expired, or was idle for too long."""
        one = self.credential
        if one.expires_at is not None and one.expires_at <= micros:
            return True
        return one.idle is not None and max(one.last_used_at or 0, self.used_at) + one.idle <= micros


class SignInFirst(ApiError):
    """A page is for people who are signed in."""

    def __init__(self, scope: MutableMapping[str, Any]) -> None:
        path = scope["raw_path"].decode("ascii", "replace")
        query = scope["query_string"].decode("ascii", "replace")
        to = quote(f"{path}?{query}" if query else path, safe="/")
        super().__init__(303, "sign_in", "sign in first", headers={"Location": f"/sign-in?next={to}"})


class Guard:
    """Lets requests in, or says why not."""

    def __init__(
        self,
        services: Services,
        limits: RateLimits,
        find_project: Callable[..., Awaitable[ProjectRef | None]],
    ) -> None:
        self._services = services
        self._limits = limits
        self._find_project = find_project
        self._max_age = services.settings.key_cache_seconds
        self._idle = int(services.settings.session_idle_seconds * 1_000_000)
        self._keys: dict[Presented, _Known] = {}
        self._projects: dict[tuple[str, str], tuple[ProjectRef, float]] = {}
        self._changes = 0
        self._public = Standing()
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsubscribe: list[Callable[[], None]] = []

    async def admit(
        self, operation: Operation, values: dict[str, str], scope: MutableMapping[str, Any]
    ) -> PublicCall | OrgCall | ProjectCall:
        """The call of a request that may go on; otherwise 401, 403, 404 or 429."""
        if operation.permission is None:
            return PublicCall(self._services, Connection(scope, self._public))
        caller = await self._authenticate(operation, scope)
        self._limits.take(caller)
        connection = Connection(scope, caller.standing)
        if operation.project_param is None:
            if caller.project_id is not None and operation.permission != AUTHENTICATED:
                raise Forbidden(
                    "permission_denied", "this key is pinned to one project; this is about the org"
                )
            self._check_permission(caller, operation.permission)
            return OrgCall(self._services, connection, caller)
        name = operation.project_param
        project = await self._project(caller, check_path_param(name, values[name]))
        self._check_permission(caller, operation.permission)
        return ProjectCall(self._services, connection, caller, project)

    def start(self) -> None:
        """Listens for changes and begins the upkeep of what is known."""
        wakeups = self._services.store.wakeups
        self._unsubscribe = [
            wakeups.on("keys", self._key_changed),
            wakeups.on("actors", self._actor_changed),
            wakeups.on("projects", self._project_changed),
        ]
        self._spawn(self._upkeep())

    def end_waiting(self) -> None:
        """Wakes all long polls and streams, because the server stops."""
        self._public.end()
        for known in self._keys.values():
            known.caller.standing.end()

    async def stop(self) -> None:
        """Ends the upkeep and records the last uses of keys."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._record_uses()

    @staticmethod
    def _check_permission(caller: Caller, permission: str) -> None:
        if permission != AUTHENTICATED and not caller.allows(permission):
            raise PermissionDenied(permission)

    async def _authenticate(self, operation: Operation, scope: MutableMapping[str, Any]) -> Caller:
        is_page = operation.media_type == PAGE
        presented = self._presented(operation, scope, is_page=is_page)
        now = asyncio.get_running_loop().time()
        micros = to_micros(self._services.clock.now())
        known = None if presented is None else self._keys.get(presented)
        if presented is not None and (known is None or now - known.read_at > self._max_age):
            known = await self._read_key(presented)
        if known is not None and known.has_ended(micros):
            known.caller.standing.end()
            known = None
        if known is None:
            raise SignInFirst(scope) if is_page else Unauthenticated
        known.asked_at = now
        known.used_at = micros
        return known.caller

    def _presented(
        self, operation: Operation, scope: MutableMapping[str, Any], *, is_page: bool
    ) -> Presented | None:
        """The bearer token, else the cookie of a browser; pages take the cookie only."""
        token = None if is_page else bearer_token(scope)
        if token is not None:
            return bearer(token)
        settings = self._services.settings
        connection = Connection(scope, self._public)
        cookie = connection.cookie(cookie_name(settings))
        if cookie is None:
            return None
        if operation.method != "GET":
            check_same_site(connection, settings, needs_proof=True)
        return session_cookie(cookie.encode("latin-1"))

    async def _read_key(self, key: Presented) -> _Known | None:
        while True:
            changes = self._changes
            found = await find_credentials(self._services.store, [key], self._idle)
            if changes == self._changes:
                return self._learn(key, found.get(key))

    def _learn(self, key: Presented, credential: Credential | None) -> _Known | None:
        """Takes over what the database says; those who wait under a key that is gone are woken."""
        before = self._keys.get(key)
        if credential is None:
            if before is not None:
                before.caller.standing.end()
                del self._keys[key]
            return None
        now = asyncio.get_running_loop().time()
        if before is not None:
            before.read_at = now
            if _same_rights(before.credential, credential):
                before.credential = credential
                return before
            # What waits was let in under other rights: it asks again.
            before.caller.standing.end()
        standing = Standing()
        if self._services.stopping.is_set():
            standing.end()
        known = _Known(
            credential=credential,
            caller=_caller(credential, standing),
            read_at=now,
            asked_at=now,
            used_at=0 if before is None else before.used_at,
            recorded_at=credential.last_used_at or 0,
        )
        self._keys[key] = known
        return known

    async def _project(self, caller: Caller, reference: str) -> ProjectRef:
        now = asyncio.get_running_loop().time()
        place = (caller.org_id, reference)
        project, read_at = self._projects.get(place, (None, _NEVER))
        if project is None or now - read_at > self._max_age:
            project = await self._read_project(place)
        if project is None or caller.project_id not in {None, project.id}:
            raise Missing("project")
        return project

    async def _read_project(self, place: tuple[str, str]) -> ProjectRef | None:
        while True:
            changes = self._changes
            project = await self._find_project(self._services.store, *place)
            if changes == self._changes:
                break
        self._projects.pop(place, None)
        if project is not None:
            if len(self._projects) >= _MOST_PROJECTS:
                self._projects.clear()
            self._projects[place] = (project, asyncio.get_running_loop().time())
        return project

    def _key_changed(self, key_id: str) -> None:
        self._changed(lambda credential: not key_id or credential.id == key_id)

    def _actor_changed(self, actor_id: str) -> None:
        self._changed(lambda credential: not actor_id or credential.actor.id == actor_id)

    def _changed(self, is_touched: Callable[[Credential], bool]) -> None:
        self._changes += 1
        touched = [key for key, known in self._keys.items() if is_touched(known.credential)]
        for key in touched:
            self._keys[key].read_at = _NEVER
        if touched:
            self._spawn(self._reread(touched))

    def _project_changed(self, _: str) -> None:
        self._changes += 1
        self._projects.clear()

    async def _upkeep(self) -> None:
        """Every second: expired keys end, keys in use are read again, idle ones forgotten, uses recorded."""
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            now = asyncio.get_running_loop().time()
            try:
                self._end_expired()
                # Only those who wait need it: a request reads again by itself when what is known is too old.
                waiting = [
                    key
                    for key, known in self._keys.items()
                    if known.caller.standing.watched
                    and now - known.read_at > self._max_age - 2 * _CHECK_SECONDS
                ]
                if waiting:
                    await self._reread(waiting)
                await self._record_uses()
                self._forget_idle(now)
            except DatabaseUnavailable as error:
                log.debug("upkeep_waits_for_database", error=str(error))
            except Exception:
                log.exception("upkeep_failed")

    def _end_expired(self) -> None:
        micros = to_micros(self._services.clock.now())
        for known in self._keys.values():
            if known.has_ended(micros):
                known.caller.standing.end()

    async def _reread(self, keys: list[Presented]) -> None:
        changes = self._changes
        found = await find_credentials(self._services.store, keys, self._idle)
        # A change while reading has its own reading under way.
        if changes == self._changes:
            for key in keys:
                self._learn(key, found.get(key))

    async def _record_uses(self) -> None:
        due = [
            known for known in self._keys.values() if known.used_at - known.recorded_at >= _USE_RECORDED_EVERY
        ]
        if not due:
            return
        uses = [(one.presented.kind, one.org_id, one.id) for one in (known.credential for known in due)]
        used_at = [known.used_at for known in due]
        await note_uses(self._services.store, [(*use, at) for use, at in zip(uses, used_at, strict=True)])
        for known, at in zip(due, used_at, strict=True):
            known.recorded_at = at

    def _forget_idle(self, now: float) -> None:
        idle = [
            key
            for key, known in self._keys.items()
            if now - known.asked_at > _FORGET_AFTER_SECONDS and not known.caller.standing.watched
        ]
        for key in idle:
            del self._keys[key]

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("reading_keys_failed", error=repr(error))


def _caller(credential: Credential, standing: Standing) -> Caller:
    return Caller(
        org_id=credential.org_id,
        actor_type=credential.actor.kind,
        actor_id=credential.actor.id,
        credential_id=credential.id,
        credential_type=credential.presented.kind,
        label=credential.name,
        permissions=credential.permissions,
        project_id=credential.project_id,
        standing=standing,
        role=credential.role,
        cut=credential.cut,
    )


def _same_rights(one: Credential, other: Credential) -> bool:
    return (one.permissions, one.role, one.project_id) == (other.permissions, other.role, other.project_id)


def presented_secret(connection: Connection, settings: Settings) -> bytes:
    """The secret of the credential that a request was let in with."""
    token = bearer_token(connection.scope)
    return token or (connection.cookie(cookie_name(settings)) or "").encode("latin-1")


def bearer_token(scope: MutableMapping[str, Any]) -> bytes | None:
    """The credential of the Authorization header, if it is a bearer token."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _, token = value.partition(b" ")
            return token.strip() or None if kind.lower() == b"bearer" else None
    return None
