"""Claims that wait for work: a future each, no connection and no thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from mobius.api.call import Connection
from mobius.execution.claimant import ANYBODY, Claimant
from mobius.store import Wakeups

VAIN_SECONDS = 1.0
"""As often as the `recheck` daemon looks for what was not hinted."""
MOST_VAIN = 1_000
"""Different wishes whose looks in vain are remembered in a project."""


def job_hint(project_id: str, queue: str, action: str) -> str:
    """Return the wake-up hint that a job of `action` became claimable on `queue`."""
    return f"jobs:{project_id}\t{queue}\t{action}"


Wanted: TypeAlias = tuple[frozenset[str], frozenset[str], frozenset[str]]


@dataclass(slots=True)
class _Project:
    """The claims that wait in a project, and when others that wanted the same last looked in vain.

    Every hint puts a new `vain` in the place of the old one, so a look that was under way says nothing.
    """

    waiters: dict[Waiter, None] = field(default_factory=dict)
    vain: dict[Wanted, float] = field(default_factory=dict)


class Waiter:
    """One claim that waits for a job on `queues` with one of `actions` (empty: any).

    Jobs on queues that are closed to its claimant are not for it.
    """

    __slots__ = ("_future", "_project", "_vain", "actions", "claimant", "queues", "woken")

    def __init__(
        self, project: _Project, queues: frozenset[str], actions: frozenset[str], claimant: Claimant
    ) -> None:
        self.queues = queues
        self.actions = actions
        self.claimant = claimant
        self.woken = False
        """True when there is a reason to look that nobody has acted on yet."""
        self._project = project
        self._vain = project.vain
        self._future: asyncio.Future[None] | None = None

    @property
    def wanted(self) -> Wanted:
        """What is the same for all claims that get the same jobs."""
        return self.queues, self.actions, self.claimant.closed

    def would_look_in_vain(self) -> bool:
        """Tell whether one that wanted the same has just found nothing, and nothing was hinted since."""
        looked = self._project.vain.get(self.wanted)
        return looked is not None and time.monotonic() - looked < VAIN_SECONDS

    def begin_to_look(self) -> None:
        """Look for work now, whatever the reasons were."""
        self.woken = False
        self._vain = self._project.vain

    def found_nothing(self) -> None:
        """Spare those who want the same a look, until there is a hint or the time for one that was lost."""
        if len(self._vain) >= MOST_VAIN:
            self._vain.clear()
        self._vain[self.wanted] = time.monotonic()

    def wants(self, queue: str, action: str) -> bool:
        """Tell whether a job could be for this claim."""
        if queue in self.claimant.closed:
            return False
        return (not self.queues or queue in self.queues) and (not self.actions or action in self.actions)

    def resembles(self, other: Waiter) -> bool:
        """Tell whether a job for `other` could be for this claim as well."""
        closed = self.claimant.closed | other.claimant.closed
        return _overlap(self.queues, other.queues, closed) and _overlap(self.actions, other.actions)

    def wake(self) -> None:
        """Let the claim look for work again."""
        self.woken = True
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    async def wait(self, seconds: float, connection: Connection) -> bool:
        """Wait until woken; return False when `seconds` passed first or nobody waits for the answer."""
        if not self.woken:
            self._future = asyncio.get_running_loop().create_future()
            await connection.wait_for(self._future, seconds)
            self._future = None
        return self.woken and not connection.gone.done()


class JobWaiters:
    """All waiting claims of this server, first come first woken.

    One hint wakes one waiter; a waiter that finds a job wakes the next, so a hint for many jobs
    reaches as many waiters as there are jobs, and a lost hint is made good by the `recheck` daemon.
    """

    def __init__(self, wakeups: Wakeups) -> None:
        self._waiting: dict[str, _Project] = {}
        self._forget = [
            wakeups.on("jobs", self._hinted),
            wakeups.on("project_deleted", self._wake_project),
            wakeups.on("agent_sessions", self._session_closed),
        ]

    def close(self) -> None:
        """Listen to hints no more and let every waiter look once."""
        for forget in self._forget:
            forget()
        self.wake_all()

    @contextmanager
    def waiter(
        self,
        project_id: str,
        queues: frozenset[str],
        actions: frozenset[str],
        claimant: Claimant = ANYBODY,
    ) -> Iterator[Waiter]:
        """Register a claim from before its first look for work until it is answered."""
        here = self._waiting.get(project_id)
        if here is None:
            here = self._waiting[project_id] = _Project()
        waiter = Waiter(here, queues, actions, claimant)
        here.waiters[waiter] = None
        try:
            yield waiter
        finally:
            del here.waiters[waiter]
            if not here.waiters and self._waiting.get(project_id) is here:
                del self._waiting[project_id]
            if waiter.woken:
                self._wake_one_like(project_id, waiter)

    def wake(self, project_id: str, queue: str, action: str) -> None:
        """Wake the longest waiting claim that could take a job of `action` on `queue`."""
        for waiter in self._hinted_in(project_id):
            if not waiter.woken and waiter.wants(queue, action):
                waiter.wake()
                return

    def wake_all(self) -> None:
        """Wake every waiting claim: anything may have happened."""
        for project_id in self._waiting:
            self._wake_project(project_id)

    def wake_one_of_each(self, project_id: str) -> None:
        """Wake the longest waiting claim of all those that want the same, whatever they want."""
        woken: set[Wanted] = set()
        for waiter in self._hinted_in(project_id):
            if waiter.wanted not in woken:
                woken.add(waiter.wanted)
                waiter.wake()

    def close_queues(self, project_id: str, closed: frozenset[str]) -> None:
        """Take over which queues of a project belong to agents now.

        Wakes who may have what was closed to them; and all agents, who may not be allowed to claim any more.
        """
        for waiter in self._hinted_in(project_id):
            if waiter.claimant.agent_id is not None:
                waiter.wake()
                continue
            opened = waiter.claimant.closed - closed
            waiter.claimant = Claimant(closed=closed)
            if opened and (not waiter.queues or not waiter.queues.isdisjoint(opened)):
                waiter.wake()

    def waits_in(self, project_id: str) -> bool:
        """Tell whether a claim waits in a project."""
        return project_id in self._waiting

    def projects(self) -> list[str]:
        """Return the projects that claims wait in."""
        return list(self._waiting)

    def _wake_one_like(self, project_id: str, leaving: Waiter) -> None:
        """Hand an unused wake-up on, so that a client that hung up cannot swallow it."""
        for waiter in self._hinted_in(project_id):
            if not waiter.woken and waiter.resembles(leaving):
                waiter.wake()
                return

    def _wake_project(self, project_id: str) -> None:
        for waiter in self._hinted_in(project_id):
            waiter.wake()

    def _hinted_in(self, project_id: str) -> Iterable[Waiter]:
        here = self._waiting.get(project_id)
        if here is None:
            return ()
        here.vain = {}
        return here.waiters

    def _hinted(self, key: str) -> None:
        if not key:
            self.wake_all()
            return
        project_id, queue, action = key.split("\t", 2)
        self.wake(project_id, queue, action)

    def _session_closed(self, key: str) -> None:
        """Let those find out who wait for an agent one of whose sessions was closed."""
        project_id, _, agent_id = key.partition("\t")
        here = self._waiting.get(project_id)
        for waiter in here.waiters if here else ():
            if waiter.claimant.agent_id == agent_id:
                waiter.wake()


def _overlap(one: frozenset[str], other: frozenset[str], without: frozenset[str] = frozenset()) -> bool:
    """Tell whether two sets of names (empty: any) have one in common that is not among those `without`."""
    if not one and not other:
        return True
    return not (one & other if one and other else one | other) <= without
