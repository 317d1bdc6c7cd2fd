"""Puts the rooms together: their operations, what a server keeps, what they do for each other."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from mobius import daemons
from mobius.api.operation import AUTHENTICATED
from mobius.api.permissions import PERMISSIONS
from mobius.daemons.loop import Loop
from mobius.daemons.presence import announce_silent_agents
from mobius.daemons.removals import Removals
from mobius.domains.access import routes as access
from mobius.domains.access import rules as access_rules
from mobius.domains.access.provider import OpenIdProvider
from mobius.domains.access.throttle import Throttles
from mobius.domains.agents import routes as agents
from mobius.domains.agents import rules as agent_rules
from mobius.domains.agents.claiming import Claimants
from mobius.domains.agents.rules import AgentRemovals
from mobius.domains.agents.sessions import AgentSessions
from mobius.domains.channels import routes as channels
from mobius.domains.channels import rules as channel_rules
from mobius.domains.channels.removal import ChannelRemovals
from mobius.domains.groups import routes as groups
from mobius.domains.groups import rules as group_rules
from mobius.domains.groups.rules import GroupUses
from mobius.domains.identity import routes as identity
from mobius.domains.identity import rules as identity_rules
from mobius.domains.identity.passwords import Passwords
from mobius.domains.identity.rules import (
    AccountUse,
    FirstKey,
    MemberRemovals,
    OrgRemovals,
    ServiceAccountUses,
)
from mobius.domains.interactions import ending as interaction_endings
from mobius.domains.interactions import routes as interactions
from mobius.domains.interactions.of_runs import InteractionsOfRuns
from mobius.domains.metrics import routes as metrics
from mobius.domains.projects import routes as projects
from mobius.domains.projects import rules as project_rules
from mobius.domains.projects.removal import ProjectRemovals
from mobius.domains.projects.rules import find_project
from mobius.domains.workers import routes as workers
from mobius.domains.workers import rules as worker_rules
from mobius.domains.workers.registry import WorkerRegistry
from mobius.domains.workflows import routes as workflows
from mobius.domains.workflows import rules as workflow_rules
from mobius.execution import routes as execution
from mobius.execution.compiled_specs import CompiledSpecs
from mobius.execution.remove import writes_removing_project
from mobius.execution.room import Execution
from mobius.execution.streams import EventTail
from mobius.execution.waiting import JobWaiters
from mobius.server import routes as server
from mobius.server.dispatch import Dispatcher
from mobius.server.guard import Guard
from mobius.server.idempotency import forget_old_answers
from mobius.server.limits import RateLimits
from mobius.server.openapi import document, encoded
from mobius.server.routes import ServedSchema
from mobius.store import DatabaseUnavailable

if TYPE_CHECKING:
    from mobius.api.call import Services
    from mobius.api.operation import Operation

log = structlog.get_logger("mobius.server")

WORKERS_WRITTEN_EVERY = 0.5
ANSWERS_FORGOTTEN_EVERY = 600.0

ROOMS: tuple[Any, ...] = (
    server,
    access,
    identity,
    projects,
    workflows,
    execution,
    workers,
    metrics,
    groups,
    agents,
    channels,
    interactions,
)


class Declared(NamedTuple):
    """What all rooms declare together: their operations, and types that only schemas name."""

    operations: list[Operation]
    schemas: list[Any]


def declared() -> Declared:
    """The operations of all rooms; their ids and permissions are checked here."""
    found = [one for room in ROOMS for one in room.routes]
    unknown = {one.permission for one in found} - PERMISSIONS - {AUTHENTICATED, None}
    if unknown:
        raise ValueError(f"operations ask for unknown permissions: {sorted(map(str, unknown))}")
    ids = [one.id for one in found]
    if repeated := sorted({one for one in ids if ids.count(one) > 1}):
        raise ValueError(f"operations declared twice: {repeated}")
    return Declared(found, [one for room in ROOMS for one in getattr(room, "schemas", ())])


class App:
    """A composed server without its sockets: `asgi` answers requests between `start` and `stop`."""

    def __init__(self, services: Services) -> None:
        everything = declared()
        store, settings = services.store, services.settings
        self._services = services
        self._guard = Guard(services, RateLimits(settings), find_project)
        self._registry = WorkerRegistry(store, services.clock)
        self._agent_sessions = AgentSessions(store, services.clock, settings.presence_seconds)
        self._waiters = JobWaiters(store.wakeups)
        self._claimants = Claimants(
            store, self._agent_sessions, self._waiters, max_age=settings.key_cache_seconds
        )
        self._execution = Execution(
            store=store,
            clock=services.clock,
            specs=CompiledSpecs(store),
            waiters=self._waiters,
            find_definition=workflow_rules.definition_to_run,
            find_claimant=self._claimants.claimant,
            worker_seen=self._registry.seen,
            interactions=InteractionsOfRuns(store),
            settings=settings,
        )
        self._tail = EventTail(store)
        removals = ProjectRemovals(
            at_once=(workflow_rules.delete_all_of_project, access_rules.delete_all_of_project),
            in_time=(
                workflow_rules.delete_versions_of_project,
                worker_rules.delete_all_of_project,
                agent_rules.delete_all_of_project,
                identity_rules.delete_all_of_project,
                group_rules.delete_all_of_project,
                channel_rules.delete_all_of_project,
                interaction_endings.delete_all_of_project,
                partial(writes_removing_project, dialect=store.dialect),
            ),
        )
        self._removals = {
            "removed_projects": Removals(store, services.clock, removals),
            "removed_channels": Removals(store, services.clock, ChannelRemovals()),
        }
        leaving = (
            removals,
            AgentRemovals((channel_rules.leave_all_of_project, interaction_endings.ask_agent_no_more)),
            GroupUses((interaction_endings.no_pending_for_group,)),
            MemberRemovals(
                (
                    access_rules.end_all_of_member,
                    channel_rules.leave_all_of_org,
                    group_rules.leave_all_groups,
                    interaction_endings.ask_member_no_more,
                )
            ),
            OrgRemovals((project_rules.keeps_org, access_rules.delete_all_of_org)),
            ServiceAccountUses(
                (
                    AccountUse(
                        "a live API key acts as it: revoke it first", access_rules.live_keys_of_account
                    ),
                    AccountUse("an agent uses it: delete the agent first", agent_rules.uses_of_account),
                )
            ),
        )
        self._passwords = Passwords()
        described = ServedSchema(encoded(document(everything.operations, everything.schemas)))
        for room in (
            self._registry,
            self._execution,
            self._tail,
            self._agent_sessions,
            self._passwords,
            described,
            *leaving,
            FirstKey(access_rules.new_first_key),
            Throttles(services.clock),
            OpenIdProvider(settings, services.clock),
        ):
            services.provide(room)
        self.asgi = Dispatcher(everything.operations, self._guard, settings)
        self._daemons: daemons.Daemons | None = None
        self._loops: list[Loop] = []

    def start(self) -> None:
        """Begins the background work."""
        self._guard.start()
        self._daemons = daemons.start(self._execution, self._tail)
        store, clock = self._services.store, self._services.clock
        sessions = self._agent_sessions
        self._loops = [
            Loop(
                "presence",
                lambda: announce_silent_agents(store, clock, sessions),
                store.wakeups,
                interval=1.0,
                kinds=["presence"],
            ),
            *(
                Loop(kind, removals.work, store.wakeups, interval=daemons.MINUTE, kinds=[kind])
                for kind, removals in self._removals.items()
            ),
            Loop("workers", self._registry.flush, store.wakeups, interval=WORKERS_WRITTEN_EVERY),
            Loop(
                "kept answers",
                lambda: forget_old_answers(store, clock),
                store.wakeups,
                interval=ANSWERS_FORGOTTEN_EVERY,
            ),
        ]

    def end_waiting(self) -> None:
        """Long polls answer, streams end: the server stops."""
        self._services.stopping.set()
        self._guard.end_waiting()

    async def stop(self) -> None:
        """Ends the background work, after the last request was answered."""
        if self._daemons is not None:
            await self._daemons.stop()
        self._waiters.close()
        self._passwords.close()
        await self._claimants.close()
        await asyncio.gather(*(loop.stop(daemons.GRACE_SECONDS) for loop in self._loops))
        for last_words in (self._registry.flush(), self._guard.stop()):
            try:
                await last_words
            except DatabaseUnavailable:
                log.warning("not_written_at_stop")
