"""What the commands of this room work with; `server/app.py` puts it together once per server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from mobius.api.settings import Settings
from mobius.clock import Clock
from mobius.execution.claimant import FindClaimant
from mobius.execution.compiled_specs import CompiledSpecs
from mobius.execution.event_rates import EventRates
from mobius.execution.questions import Interactions
from mobius.execution.recent import Recent
from mobius.execution.waiting import JobWaiters
from mobius.store import Database


@dataclass(frozen=True, slots=True)
class DefinitionToRun:
    """The version of a saved workflow that a new run executes."""

    workflow_id: str
    name: str
    handle: str
    version: int
    spec_hash: str


FindDefinition = Callable[[Database, str, str], Awaitable[DefinitionToRun]]
WorkerSeen = Callable[[str, str, str | None, str | None], None]


@dataclass(frozen=True, slots=True)
class Execution:
    """The room's collaborators. Those that belong to domains are handed in by `server/app.py`."""

    store: Database
    clock: Clock
    specs: CompiledSpecs
    waiters: JobWaiters
    find_definition: FindDefinition
    find_claimant: FindClaimant
    worker_seen: WorkerSeen
    interactions: Interactions
    settings: Settings
    event_rates: EventRates = field(default_factory=EventRates)
    recent: Recent = field(default_factory=Recent)
