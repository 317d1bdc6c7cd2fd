"""Authentication, tenant and permission, once for all operations. The only place that makes calls.

What is read about a key is trusted for `key_cache_seconds` at most. A change of a key is published as a
`keys:` hint, of its actor as `actors:`, so this server forgets it at once and the others as soon as the hint
arrives; a lost hint costs no more than the age limit. The same holds for projects with `projects:`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import structlog

from mobius.api.call import Caller, Connection, OrgCall, ProjectCall, ProjectRef, PublicCall, Standing
from mobius.api.decoding import check_path_param
from mobius.api.errors import Forbidden, Missing, PermissionDenied, Unauthenticated
from mobius.api.operation import AUTHENTICATED
from mobius.clock import to_micros
from mobius.domains.access import rules as access
from mobius.store import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from mobius.api.call import Services
    from mobius.api.operation import Operation
    from mobius.domains.access.rules import Credential
    from mobius.server.limits import RateLimits

_CHECK_SECONDS = 1.0
_FORGET_AFTER_SECONDS = 60.0
_USE_RECORDED_EVERY = 60_000_000
_MOST_PROJECTS = 10_000
_NEVER = float("-inf")

log = structlog.get_logger("mobius.guard")


@dataclass(slots=True)
class _Known:
    """A key as this server knows it: `read_at` and `asked_at` in loop time, `used_at` and `recorded_at` in
    microseconds.
    """

    credential: Credential
    caller: Caller
    read_at: float
    asked_at: float
    used_at: int
    recorded_at: int


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
        self._keys: dict[str, _Known] = {}
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
        caller = await self._authenticate(scope)
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

    async def _authenticate(self, scope: MutableMapping[str, Any]) -> Caller:
        token = bearer_token(scope)
        if token is None:
            raise Unauthenticated
        key_hash = sha256(token).hexdigest()
        now = asyncio.get_running_loop().time()
        known = self._keys.get(key_hash)
        if known is None or now - known.read_at > self._max_age:
            known = await self._read_key(key_hash)
            if known is None:
                raise Unauthenticated
        micros = to_micros(self._services.clock.now())
        if known.credential.expires_at is not None and known.credential.expires_at <= micros:
            known.caller.standing.end()
            raise Unauthenticated
        known.asked_at = now
        known.used_at = micros
        return known.caller

    async def _read_key(self, key_hash: str) -> _Known | None:
        while True:
            changes = self._changes
            credential = await access.find_credential(self._services.store, key_hash)
            if changes == self._changes:
                return self._learn(key_hash, credential)

    def _learn(self, key_hash: str, credential: Credential | None) -> _Known | None:
        """Takes over what the database says; those who wait under a key that is gone are woken."""
        before = self._keys.get(key_hash)
        if credential is None:
            if before is not None:
                before.caller.standing.end()
                del self._keys[key_hash]
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
        self._keys[key_hash] = known
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
        touched = [key_hash for key_hash, known in self._keys.items() if is_touched(known.credential)]
        for key_hash in touched:
            self._keys[key_hash].read_at = _NEVER
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
                    key_hash
                    for key_hash, known in self._keys.items()
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
            if known.credential.expires_at is not None and known.credential.expires_at <= micros:
                known.caller.standing.end()

    async def _reread(self, hashes: list[str]) -> None:
        changes = self._changes
        found = await access.find_credentials(self._services.store, hashes)
        # A change while reading has its own reading under way.
        if changes == self._changes:
            for key_hash in hashes:
                self._learn(key_hash, found.get(key_hash))

    async def _record_uses(self) -> None:
        due = [
            known for known in self._keys.values() if known.used_at - known.recorded_at >= _USE_RECORDED_EVERY
        ]
        if not due:
            return
        uses = [(known.credential.org_id, known.credential.id, known.used_at) for known in due]
        await access.note_uses(self._services.store, uses)
        for known, (_, _, used_at) in zip(due, uses, strict=True):
            known.recorded_at = used_at

    def _forget_idle(self, now: float) -> None:
        idle = [
            key_hash
            for key_hash, known in self._keys.items()
            if now - known.asked_at > _FORGET_AFTER_SECONDS and not known.caller.standing.watched
        ]
        for key_hash in idle:
            del self._keys[key_hash]

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
        credential_type="api_key",
        label=credential.name,
        permissions=credential.permissions,
        project_id=credential.project_id,
        standing=standing,
        role=credential.role,
        cut=credential.cut,
    )


def _same_rights(one: Credential, other: Credential) -> bool:
    return (one.permissions, one.role, one.project_id) == (other.permissions, other.role, other.project_id)


def bearer_token(scope: MutableMapping[str, Any]) -> bytes | None:
    """The credential of the Authorization header, if it is a bearer token."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _, token = value.partition(b" ")
            return token.strip() or None if kind.lower() == b"bearer" else None
    return None
