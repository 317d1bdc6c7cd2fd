"""A member of a group takes an interaction on, so that the others leave it alone; and gives it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.api.errors import ApiError, Forbidden
from mobius.clock import to_micros
from mobius.domains.identity.rules import ActorRef, find_actors
from mobius.domains.interactions import queries
from mobius.domains.interactions.responding import ClaimedByAnother, check_asked, check_pending
from mobius.domains.interactions.showing import inbox_told
from mobius.execution.drive import until_it_holds

if TYPE_CHECKING:
    from mobius.api.call import ProjectCall
    from mobius.store import Row


class NotClaimable(ApiError):
    """Claims are for what the first of a group answers."""

    def __init__(self, row: Row) -> None:
        why = "all its members have to answer" if row["collects"] else "it does not ask a group"
        super().__init__(400, "not_claimable", f"interaction {row['id']} cannot be claimed: {why}")


class NotClaimed(ApiError):
    """There is no claim to release."""

    def __init__(self, row: Row) -> None:
        super().__init__(400, "not_claimed", f"interaction {row['id']} is not claimed by anybody")


class NotTheHolder(Forbidden):
    """Somebody else holds the claim."""

    def __init__(self, row: Row) -> None:
        super().__init__(
            "not_the_holder",
            f"interaction {row['id']} is claimed by {row['claimed_by']!r}, who or an admin releases it",
        )


async def claim(call: ProjectCall, id: str) -> Row:
    """Gives the interaction to the calling member; a repeat by the holder changes nothing.

    Raises NotClaimable, NotARecipient, InteractionClosed, ClaimedByAnother, NotFound.
    """

    async def attempt() -> None:
        row, now = await queries.interaction(call.store, call.project.id, id), to_micros(call.clock.now())
        _check_claimable(row)
        user_id = (await check_asked(call, row))["user_id"]
        check_pending(row, now)
        if row["claimed_by"] not in (None, user_id):
            raise ClaimedByAnother(row)
        if row["claimed_by"] is None:
            await _set_claim(call, row, user_id, now)

    await until_it_holds(f"interaction {id}", attempt)
    return await queries.interaction(call.store, call.project.id, id)


async def release(call: ProjectCall, id: str) -> Row:
    """Gives the interaction back to all members; raises NotClaimed or NotTheHolder, and what `claim` does."""

    async def attempt() -> None:
        row, now = await queries.interaction(call.store, call.project.id, id), to_micros(call.clock.now())
        _check_claimable(row)
        check_pending(row, now)
        if row["claimed_by"] is None:
            raise NotClaimed(row)
        user_id = call.caller.user_id
        if user_id != row["claimed_by"] and not await _is_admin(call, user_id):
            raise NotTheHolder(row)
        await _set_claim(call, row, None, now)

    await until_it_holds(f"interaction {id}", attempt)
    return await queries.interaction(call.store, call.project.id, id)


def _check_claimable(row: Row) -> None:
    if row["target_type"] != "group" or row["collects"]:
        raise NotClaimable(row)


async def _is_admin(call: ProjectCall, user_id: str | None) -> bool:
    if user_id is None:
        return False
    ref = ActorRef(call.project.org_id, "user", user_id)
    actor = (await find_actors(call.store, [ref])).get(ref)
    return actor is not None and actor.role in ("owner", "admin")


async def _set_claim(call: ProjectCall, row: Row, user_id: str | None, now: int) -> None:
    asked = await queries.recipients(call.store, call.project.id, [row["id"]])
    after = {**row, "claimed_by": user_id, "updated_at": now}
    await call.store.write(
        queries.set_claim(row, user_id, now),
        *inbox_told(call.store.dialect, after, [one["user_id"] for one in asked]),
        wake=["events:"],
    )
