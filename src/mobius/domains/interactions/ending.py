"""How interactions end without an answer, and what becomes of them when those whom they ask are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.api.errors import TooManyRequests
from mobius.clock import to_micros
from mobius.domains.interactions import queries
from mobius.domains.interactions.responding import complete_with_all
from mobius.domains.interactions.showing import snapshot_of, told
from mobius.execution.fire_timer import fire_timer
from mobius.store import GuardMissed, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.execution.room import Execution
    from mobius.store import Database, Row, Write


async def expired(store: Database, project_id: str, rows: Sequence[Row], now: int) -> list[Write]:
    """The writes that end pending interactions as they were read, with their events."""
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    asked: dict[str, list[str]] = {id: [] for id in ids}
    for one in await queries.recipients(store, project_id, ids):
        asked[one["interaction_id"]].append(one["user_id"])
    given: dict[str, list[Row]] = {id: [] for id in ids}
    if any(row["collects"] for row in rows):
        for response in await queries.responses(store, project_id, ids):
            given[response["interaction_id"]].append(response)
    writes = queries.expire(project_id, rows, now)
    for row in rows:
        after = {**row, "status": "expired", "updated_at": now}
        writes += told(store.dialect, "interaction.expired", after, given[row["id"]], asked[row["id"]])
    return writes


async def due_interactions(store: Database, now: int, after: tuple[int, str], at_most: int) -> list[Row]:
    """Pending interactions of all tenants that have come due, in the order of `due_at` and id."""
    return await queries.due(store, now, after, at_most)


async def next_due_interaction(store: Database, now: int) -> int | None:
    """When the next one comes due, in microseconds."""
    return await queries.next_due(store, now)


async def end_due(room: Execution, project_id: str, id: str) -> None:
    """Ends an interaction that has come due; one that is not due (any more) stays as it is.

    One that waits for nobody any more but has answers is completed with them. A step's ends as its timer
    does. Of several servers one succeeds. While the run has no room for another signal it waits for that.
    """
    try:
        row = await queries.interaction(room.store, project_id, id)
        now = to_micros(room.clock.now())
        if row["status"] != "pending" or row["due_at"] is None or row["due_at"] > now:
            return
        if await _is_answered(room, row):
            await complete_with_all(room, row)
        elif row["entry"] is not None:
            await fire_timer(room, project_id, row["run_id"], row["entry"])
        else:
            await room.store.write(*await expired(room.store, project_id, [row], now), wake=["events:"])
    except (GuardMissed, NotFound, TooManyRequests):
        return


async def _is_answered(room: Execution, row: Row) -> bool:
    """Whether all who have not left have answered."""
    if not row["collects"] or row["remaining"] > 0:
        return False
    return bool(await queries.responses(room.store, row["project_id"], [row["id"]])) and bool(
        snapshot_of(row)
    )


def no_pending_for_group(project_id: str, group_id: str) -> Write:
    """A write that fails its batch while an interaction with the group is pending."""
    return queries.none_pending_for_group(project_id, group_id)


def ask_member_no_more(org_id: str, user_id: str, now: int) -> list[Write]:
    """The writes for the batch in which a member leaves the org: what was asked and not answered is void.

    What nobody else can answer comes due at once, and is ended by the daemon.
    """
    return queries.remove_recipient(org_id, user_id, now)


def ask_agent_no_more(project_id: str, agent_id: str, now: int) -> list[Write]:
    """The writes for the batch that deletes an agent: what it was asked expires."""
    return [queries.end_questions_to_agent(project_id, agent_id, now)]


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove all interactions of a project."""
    return [
        queries.delete_interactions_of_project(project_id),
        queries.delete_recipients_of_project(project_id),
    ]
