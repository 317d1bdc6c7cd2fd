"""For whom a claim is; the domain of agents says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mobius.api.call import Caller


@dataclass(frozen=True, slots=True)
class Claimant:
    """The agent that a claim is for, if any, and the queues of others, which are `closed` to it."""

    agent_id: str | None = None
    session_id: str | None = None
    closed: frozenset[str] = frozenset()


ANYBODY = Claimant()

FindClaimant = Callable[[Caller, str, str | None, str | None], Awaitable[Claimant]]
"""Return who claims, given the project's id and what the claim says of agent and session, or refuse it."""
