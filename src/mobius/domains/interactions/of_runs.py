"""Interactions as transitions of runs open and end them; `server/app.py` hands this to `execution`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from mobius.api.errors import Invalid
from mobius.domains.interactions import queries
from mobius.domains.interactions.creating import topic_of
from mobius.domains.interactions.dialog import checked_spec
from mobius.domains.interactions.ending import expired
from mobius.domains.interactions.opening import (
    NobodyToAsk,
    Question,
    checked_context,
    checked_message,
    find_target,
    opened,
)
from mobius.domains.interactions.shapes import InteractionSpec
from mobius.domains.projects.rules import org_of_project
from mobius.execution.questions import CannotAsk

if TYPE_CHECKING:
    from mobius.engine.effects import OpenInteraction
    from mobius.store import Database, Write

TARGETS: dict[str, Literal["member", "group"]] = {"user": "member", "group": "group"}


@dataclass(frozen=True, slots=True)
class InteractionsOfRuns:
    """What `execution.questions.Interactions` asks for."""

    store: Database

    async def open(self, project_id: str, run_id: str, effect: OpenInteraction, now: int) -> list[Write]:
        """The writes that open the interaction of a step; raises CannotAsk."""
        try:
            org_id = await org_of_project(self.store, project_id)
            question = _question(run_id, effect, now)
            target = await find_target(
                self.store, org_id, project_id, TARGETS[effect.target_type], effect.target_id
            )
        except (Invalid, NobodyToAsk) as error:
            raise CannotAsk(str(error)) from error
        _, writes = opened(self.store.dialect, org_id, project_id, question, target, now)
        return writes

    async def expire(
        self, project_id: str, run_id: str, entries: Collection[int] | None, answered: str | None, now: int
    ) -> list[Write]:
        """The writes that end what is pending of these entries, or of the whole run."""
        rows = [
            row
            for row in await queries.pending_of_run(self.store, project_id, run_id)
            if row["id"] != answered and (entries is None or row["entry"] in entries)
        ]
        return await expired(self.store, project_id, rows, now)


def _question(run_id: str, effect: OpenInteraction, now: int) -> Question:
    spec = None if effect.spec is None else msgspec.convert(effect.spec, InteractionSpec)
    return Question(
        type=effect.type,
        message=checked_message(effect.message.replace("\0", " ")),
        context=None if effect.context is None else checked_context(effect.context),
        spec=checked_spec(effect.type, spec),
        require_all=effect.require_all,
        expires_at=now + int(effect.timeout_seconds * 1_000_000),
        due_at=None,
        run_id=run_id,
        entry=effect.entry,
        topic=topic_of(effect.step),
    )
