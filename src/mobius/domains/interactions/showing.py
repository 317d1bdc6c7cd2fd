"""How rows of interactions become what the API shows, and what events tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw

from mobius.api.schema import timestamp
from mobius.domains.interactions import queries
from mobius.domains.interactions.shapes import (
    ActorRef,
    Interaction,
    InteractionPartialResponse,
    InteractionResponse,
    InteractionSpec,
)
from mobius.execution.event_log import event, event_about_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mobius.store import Database, Dialect, Row, Write

MAX_RESPONSES_SHOWN = 2_000
SHORT_MESSAGE = 200
_json = msgspec.json.Encoder()
_spec = msgspec.json.Decoder(InteractionSpec)
_ids = msgspec.json.Decoder(list[str])


def encoded(value: Any) -> str:
    """JSON text."""
    return _json.encode(value).decode()


def spec_of(row: Mapping[str, Any]) -> InteractionSpec:
    """The stored spec."""
    return _spec.decode(row["spec"])


def snapshot_of(row: Mapping[str, Any]) -> list[str]:
    """The users who were members of the group that is asked; empty when it is none."""
    return _ids.decode(row["snapshot"]) if row["snapshot"] else []


def shown(row: Mapping[str, Any], responses: Sequence[Mapping[str, Any]] | None = None) -> Interaction:
    """An interaction; `responses` are the answers of single users, None when they are not told."""
    is_group = row["target_type"] == "group"
    return Interaction(
        id=row["id"],
        org_id=row["org_id"],
        run_id=row["run_id"],
        topic=row["topic"],
        type=row["type"],
        status=row["status"],
        message=row["message"],
        context=None if row["context"] is None else _raw(row["context"]),
        spec=_raw(row["spec"]),
        target_actor=ActorRef(type=row["target_type"], id=row["target_id"]),
        responder_actor=_responder(row),
        response=_response(row),
        expires_at=_moment(row["expires_at"]),
        completed_at=_moment(row["completed_at"]),
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
        target_group_id=row["resolved_id"] if is_group else None,
        target_member_snapshot=_raw(row["snapshot"]) if is_group else None,
        routing_policy_snapshot=row["routing_policy"],
        require_all=bool(row["collects"]),
        claimed_by=row["claimed_by"],
        claimed_at=_moment(row["claimed_at"]),
        partial_responses=_partial(row, responses),
    )


def in_order(row: Mapping[str, Any], responses: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The answers in the order of the snapshot."""
    by_user = {response["user_id"]: response for response in responses}
    return [by_user[user_id] for user_id in snapshot_of(row) if user_id in by_user]


async def shown_page(store: Database, project_id: str, rows: Sequence[Row]) -> list[Interaction]:
    """Interactions with the answers of single users, as far as they are not too many."""
    room = MAX_RESPONSES_SHOWN
    told: dict[str, list[Row]] = {}
    for row in rows:
        if row["collects"] and len(snapshot_of(row)) <= room:
            room -= len(snapshot_of(row))
            told[row["id"]] = []
    if told:
        for response in await queries.responses(store, project_id, list(told)):
            told[response["interaction_id"]].append(response)
    return [shown(row, told.get(row["id"])) for row in rows]


async def shown_whole(store: Database, row: Row) -> Interaction:
    """An interaction with all answers of single users."""
    responses = await queries.responses(store, row["project_id"], [row["id"]]) if row["collects"] else None
    return shown(row, responses)


def told(
    dialect: Dialect,
    kind: str,
    row: Mapping[str, Any],
    responses: Sequence[Mapping[str, Any]] | None,
    user_ids: Sequence[str],
) -> list[Write]:
    """The event of an interaction that begins or ends, and those in the inboxes of whom it asks."""
    data = encoded(shown(row, responses))
    return [
        *event(dialect, row["project_id"], row["id"], kind, data, row["updated_at"]),
        *inbox_told(dialect, row, user_ids),
    ]


def inbox_told(dialect: Dialect, row: Mapping[str, Any], user_ids: Sequence[str]) -> list[Write]:
    """The events in the inboxes of these users."""
    data = {
        "interaction_id": row["id"],
        "status": row["status"],
        "type": row["type"],
        "message": row["message"][:SHORT_MESSAGE],
        "claimed_by": row["claimed_by"],
    }
    return event_about_each(
        dialect, row["project_id"], user_ids, "inbox_updated", encoded(data), row["updated_at"]
    )


def _responder(row: Mapping[str, Any]) -> ActorRef | None:
    if row["responder_type"] is None:
        return None
    return ActorRef(type=row["responder_type"], id=row["responder_id"])


def _response(row: Mapping[str, Any]) -> InteractionResponse | None:
    if row["completed_at"] is None:
        return None
    return InteractionResponse(
        value=_raw(row["value"]), comment=row["comment"], at=timestamp(row["completed_at"])
    )


def _partial(
    row: Mapping[str, Any], responses: Sequence[Mapping[str, Any]] | None
) -> list[InteractionPartialResponse] | None:
    if not row["collects"] or responses is None:
        return None
    return [
        InteractionPartialResponse(
            user_id=response["user_id"],
            value=_raw(response["value"]),
            comment=response["comment"],
            responded_at=timestamp(response["responded_at"]),
        )
        for response in in_order(row, responses)
    ]


def _raw(text: str) -> Any:
    """JSON text that is put into an answer as it stands."""
    return Raw(text.encode())


def _moment(micros: int | None) -> str | None:
    return None if micros is None else timestamp(micros)
