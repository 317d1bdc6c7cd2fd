"""How an interaction begins: whom it asks, and what is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mobius.api.errors import Invalid
from mobius.domains.agents.rules import find_agent, holds_agent
from mobius.domains.groups.rules import find_group, holds_group, members_of
from mobius.domains.identity.rules import holds_members, members_among
from mobius.domains.interactions import queries
from mobius.domains.interactions.showing import encoded, told
from mobius.store import new_id

if TYPE_CHECKING:
    from mobius.domains.interactions.shapes import ActorType, InteractionSpec
    from mobius.store import Database, Dialect, Write

MAX_MESSAGE = 10_000
MAX_CONTEXT = 64 * 1024
MAX_TARGET = 256


class NobodyToAsk(Exception):
    """The target does not exist, or has no members; the message says which."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom an interaction asks. `holds` are the writes that fail when that has changed meanwhile."""

    type: ActorType
    id: str
    resolved_id: str
    user_ids: list[str]
    policy: str | None = None
    holds: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. Times are in microseconds; `due_at` is None when a timer of the run ends it."""

    type: str
    message: str
    context: str | None
    spec: InteractionSpec
    require_all: bool
    expires_at: int | None
    due_at: int | None
    run_id: str | None = None
    entry: int | None = None
    topic: str | None = None


async def find_target(store: Database, org_id: str, project_id: str, kind: ActorType, id: str) -> Target:
    """Whom the target stands for now; raises NobodyToAsk."""
    if not 1 <= len(id) <= MAX_TARGET or "\0" in id:
        raise NobodyToAsk(f"{id[:80]!r} is no id; use 1 to {MAX_TARGET} characters")
    if kind == "group":
        return await _group(store, org_id, project_id, id)
    if kind == "agent":
        agent = await find_agent(store, project_id, id)
        if agent is None:
            raise NobodyToAsk(f"the project has no agent {id[:80]!r}")
        return Target("agent", agent["name"], agent["id"], [], holds=(holds_agent(project_id, agent["id"]),))
    if not await members_among(store, org_id, [id]):
        raise NobodyToAsk(f"user {id[:80]!r} is not a member of the organization")
    return Target("member", id, id, [id], holds=(holds_members(org_id, [id]),))


async def _group(store: Database, org_id: str, project_id: str, id: str) -> Target:
    group = await find_group(store, project_id, id)
    if group is None:
        raise NobodyToAsk(f"the project has no group {id[:80]!r}")
    user_ids = await members_of(store, project_id, group["id"])
    if not user_ids:
        raise NobodyToAsk(f"group {group['handle']!r} has no members; add some first")
    holds = (holds_group(project_id, group["id"]), holds_members(org_id, user_ids))
    return Target("group", id, group["id"], user_ids, group["routing_policy"], holds)


def checked_message(message: str) -> str:
    """The question; raises Invalid when it is blank or too long."""
    if not message.strip():
        raise Invalid("message: it is blank; say what is asked")
    if len(message) > MAX_MESSAGE:
        raise Invalid(f"message: {len(message)} characters; at most {MAX_MESSAGE} are allowed")
    return message


def checked_context(context: dict[str, Any]) -> str:
    """The context as JSON; raises Invalid when it is too large."""
    text = encoded(context)
    size = len(text.encode())
    if size > MAX_CONTEXT:
        raise Invalid(f"context: {size} bytes of JSON; at most {MAX_CONTEXT} are allowed")
    return text


def opened(
    dialect: Dialect, org_id: str, project_id: str, question: Question, target: Target, now: int
) -> tuple[str, list[Write]]:
    """The id of a new interaction, and the writes that open it."""
    collects = target.type == "group" and (question.require_all or target.policy == "all_members")
    row: dict[str, Any] = dict.fromkeys(queries.INTERACTIONS.columns) | {
        "project_id": project_id,
        "id": new_id("int"),
        "org_id": org_id,
        "run_id": question.run_id,
        "entry": question.entry,
        "topic": question.topic,
        "type": question.type,
        "message": question.message,
        "context": question.context,
        "spec": encoded(question.spec),
        "target_type": target.type,
        "target_id": target.id,
        "resolved_id": target.resolved_id,
        "routing_policy": target.policy,
        "collects": int(collects),
        "snapshot": encoded(target.user_ids) if target.type == "group" else None,
        "status": "pending",
        "version": 1,
        "remaining": len(target.user_ids) or 1,
        "expires_at": question.expires_at,
        "due_at": question.due_at,
        "created_at": now,
        "updated_at": now,
    }
    recipients = [
        {
            "project_id": project_id,
            "interaction_id": row["id"],
            "user_id": user_id,
            "org_id": org_id,
            "status": "pending",
            "value": None,
            "comment": None,
            "responded_at": None,
        }
        for user_id in target.user_ids
    ]
    return row["id"], [
        *target.holds,
        *queries.INTERACTIONS.insert([row], dialect),
        *queries.RECIPIENTS.insert(recipients, dialect),
        *told(dialect, "interaction.created", row, [], target.user_ids),
    ]
