"""Operations on interactions: ask members, agents and groups, and answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from mobius.client.errors import WaitTimeout
from mobius.client.events import EventReader
from mobius.client.flow import Flow, QueryValue, Sleep, given
from mobius.client.operation import Operations, PageSource, listing, operation, stream
from mobius.client.shapes import InboxEvent, Interaction, Page

InteractionType = Literal["approval", "review", "input"]


class InteractionOperations(Operations):
    """Interactions of the client's project."""

    @operation
    def create_interaction(
        self,
        message: str,
        *,
        member: str | None = None,
        agent: str | None = None,
        group: str | None = None,
        type: InteractionType = "approval",
        run_id: str | None = None,
        topic: str | None = None,
        context: Mapping[str, Any] | None = None,
        spec: Mapping[str, Any] | None = None,
        require_all: bool = False,
        expires_at: datetime | None = None,
    ) -> Flow[Interaction]:
        """Ask a member (user id), an agent (name) or a group (id or handle): exactly one of the three.

        With `run_id` and `topic` the run gets the answer as a signal.
        """
        body = question(
            message,
            member=member,
            agent=agent,
            group=group,
            type=type,
            context=context,
            spec=spec,
            require_all=require_all,
            expires_at=expires_at,
        ) | given(run_id=run_id, topic=topic)
        return self._fetch("POST", self._in_project("interactions"), Interaction, body=body, once=True)

    @operation
    def create_job_interaction(self, job_id: str, interaction: Mapping[str, Any]) -> Flow[Interaction]:
        """Open an interaction on behalf of the run of a claimed job; `question` makes what is to be given."""
        where = self._in_project("jobs", job_id, "interactions")
        return self._fetch("POST", where, Interaction, body=interaction, once=True)

    @operation
    def list_interactions(
        self,
        *,
        status: str | None = None,
        run_id: str | None = None,
        target_actor_type: str | None = None,
        target_actor_id: str | None = None,
        inbox: bool = False,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Flow[Page[Interaction]]:
        """One page of interactions, newest first; with `inbox` only those that ask the caller."""
        filters = _filters(status, run_id, target_actor_type, target_actor_id, inbox=inbox)
        return self._interaction_page(filters, cursor, limit)

    @listing
    def iter_interactions(
        self,
        *,
        status: str | None = None,
        run_id: str | None = None,
        target_actor_type: str | None = None,
        target_actor_id: str | None = None,
        inbox: bool = False,
        limit: int | None = None,
    ) -> PageSource[Interaction]:
        """All interactions that match, newest first, fetched in pages of `limit`."""
        filters = _filters(status, run_id, target_actor_type, target_actor_id, inbox=inbox)
        return lambda cursor: self._interaction_page(filters, cursor, limit)

    @operation
    def get_interaction(self, interaction_id: str) -> Flow[Interaction]:
        """An interaction with all answers so far."""
        return self._fetch("GET", self._in_project("interactions", interaction_id), Interaction)

    @operation
    def wait_for_interaction(self, interaction_id: str, *, timeout: float | None = None) -> Flow[Interaction]:
        """Wait until an interaction is completed or expired; raises `WaitTimeout` after so many seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = 0.1
        while True:
            where = self._in_project("interactions", interaction_id)
            found = yield from self._fetch("GET", where, Interaction)
            if found.status != "pending":
                return found
            if deadline is not None and time.monotonic() + pause > deadline:
                raise WaitTimeout(f"interaction {interaction_id} is still pending after {timeout:g} s")
            yield Sleep(pause)
            pause = min(pause * 1.5, 5.0)

    @operation
    def respond_to_interaction(
        self, interaction_id: str, value: Any, *, comment: str | None = None
    ) -> Flow[Interaction]:
        """Answer: true or false, an option, a list of options, or text, as the interaction's `spec` says."""
        return self._act(interaction_id, "respond", {"value": value} | given(comment=comment))

    @operation
    def claim_interaction(self, interaction_id: str) -> Flow[Interaction]:
        """Take on what the first of a group is to answer, so that the others leave it alone."""
        return self._act(interaction_id, "claim")

    @operation
    def release_interaction(self, interaction_id: str) -> Flow[Interaction]:
        """Give a claim back."""
        return self._act(interaction_id, "release")

    @stream
    def follow_inbox(self, *, since: int | None = None) -> EventReader[InboxEvent]:
        """What changes in the caller's inbox, for ever: it connects again behind the last event seen."""
        return EventReader(self._in_project("inbox", "events"), InboxEvent, since)

    def _act(
        self, interaction_id: str, verb: str, body: Mapping[str, Any] | None = None
    ) -> Flow[Interaction]:
        where = self._in_project("interactions", interaction_id, verb)
        return self._fetch("POST", where, Interaction, body=body, once=True)

    def _interaction_page(
        self, filters: Mapping[str, QueryValue], cursor: str | None, limit: int | None
    ) -> Flow[Page[Interaction]]:
        return self._page(self._in_project("interactions"), Page[Interaction], cursor, limit, filters)


def question(
    message: str,
    *,
    member: str | None = None,
    agent: str | None = None,
    group: str | None = None,
    type: InteractionType = "approval",
    context: Mapping[str, Any] | None = None,
    spec: Mapping[str, Any] | None = None,
    require_all: bool = False,
    topic: str | None = None,
    timeout: str | None = None,
    expires_at: datetime | None = None,
) -> dict[str, Any]:
    """What is asked of whom, as a request says it; `topic` and `timeout` are for jobs."""
    asked = given(member=member, agent=agent, group=group)
    if len(asked) != 1:
        raise ValueError("an interaction asks a member, an agent or a group: give exactly one of them")
    [(kind, id)] = asked.items()
    target = {"type": kind, "id": id}
    return {"target_actor": target, "type": type, "message": message} | given(
        context=context,
        spec=spec,
        require_all=require_all or None,
        topic=topic,
        timeout=timeout,
        expires_at=expires_at,
    )


def _filters(
    status: str | None,
    run_id: str | None,
    target_actor_type: str | None,
    target_actor_id: str | None,
    *,
    inbox: bool,
) -> dict[str, QueryValue]:
    return {
        "status": status,
        "run_id": run_id,
        "target_actor_type": target_actor_type,
        "target_actor_id": target_actor_id,
        "inbox": inbox or None,
    }
