"""Takes answers: the one that completes an interaction goes to its run in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from mobius.api.errors import Conflict, Forbidden, Invalid
from mobius.api.schema import timestamp
from mobius.clock import to_micros
from mobius.domains.agents.rules import ACT_PERMISSION, check_may_act, find_agent
from mobius.domains.interactions import queries
from mobius.domains.interactions.dialog import checked_answer, longest_answer
from mobius.domains.interactions.showing import encoded, in_order, inbox_told, snapshot_of, spec_of, told
from mobius.execution.answer import Answered, answer_step, answer_with_signal
from mobius.execution.drive import until_it_holds
from mobius.execution.room import Execution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mobius.api.call import ProjectCall
    from mobius.domains.interactions.shapes import RespondToInteractionRequest
    from mobius.store import Row

_json = msgspec.json.Decoder()


class InteractionClosed(Conflict):
    """It was answered, or has expired."""

    def __init__(self, row: Row, status: str) -> None:
        super().__init__(
            "interaction_closed", f"interaction {row['id']} is {status}; it takes no answer any more"
        )


class ClaimedByAnother(Conflict):
    """Another member has taken it on."""

    def __init__(self, row: Row) -> None:
        super().__init__(
            "claimed_by_another",
            f"interaction {row['id']} is claimed by {row['claimed_by']!r}, who has to release it first",
        )


class AlreadyResponded(Conflict):
    """Everybody answers once."""

    def __init__(self, row: Row) -> None:
        super().__init__(
            "already_responded", f"you have answered interaction {row['id']}; it waits for other members"
        )


class NotARecipient(Forbidden):
    """The caller is not asked."""

    def __init__(self, row: Row) -> None:
        asked = f"{row['target_type']} {row['target_id']!r}"
        super().__init__(
            "not_a_recipient",
            f"interaction {row['id']} asks {asked}; this key does not act for anybody there",
        )


@dataclass(frozen=True, slots=True)
class Responder:
    """Who answers, as it is attributed; `user_id` is the member who was asked."""

    type: Literal["member", "agent", "group"]
    id: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: `value` is JSON, `at` in microseconds."""

    value: str
    comment: str | None
    at: int


async def respond(call: ProjectCall, id: str, request: RespondToInteractionRequest) -> Row:
    """Takes an answer; raises Invalid, NotARecipient, InteractionClosed and the other conflicts, NotFound."""

    async def attempt() -> None:
        row = await queries.interaction(call.store, call.project.id, id)
        responder = await _responder(call, row)
        check_pending(row, to_micros(call.clock.now()))
        answer = _answer(call, row, request)
        if row["claimed_by"] not in (None, responder.id):
            raise ClaimedByAnother(row)
        if not row["collects"]:
            await _complete(call.room(Execution), row, answer, responder, [])
            return
        await _respond_as_one_of_all(call, row, answer, responder)

    await until_it_holds(f"interaction {id}", attempt)
    return await queries.interaction(call.store, call.project.id, id)


def check_pending(row: Row, now: int) -> None:
    """Raises InteractionClosed unless it still takes answers."""
    if row["status"] != "pending":
        raise InteractionClosed(row, row["status"])
    if row["due_at"] is not None and row["due_at"] <= now:
        raise InteractionClosed(row, "expired")


async def check_asked(call: ProjectCall, row: Row) -> Row:
    """What the calling user has to do with the interaction; raises NotARecipient."""
    user_id = call.caller.user_id
    found = (
        None if user_id is None else await queries.recipient(call.store, call.project.id, row["id"], user_id)
    )
    if found is None:
        raise NotARecipient(row)
    return found


async def complete_with_all(room: Execution, row: Row) -> None:
    """Completes an interaction that waits for nobody any more with the answers that it has."""
    responses = await queries.responses(room.store, row["project_id"], [row["id"]])
    last = max(responses, key=lambda response: response["responded_at"])
    answer = Answer(last["value"], last["comment"], to_micros(room.clock.now()))
    await _complete_collected(room, row, answer, None, responses)


async def _responder(call: ProjectCall, row: Row) -> Responder:
    if row["target_type"] != "agent":
        asked = await check_asked(call, row)
        if asked["responded_at"] is not None and row["status"] == "pending":
            raise AlreadyResponded(row)
        return Responder("member", asked["user_id"], asked["user_id"])
    caller = call.caller
    agent = await find_agent(call.store, call.project.id, row["resolved_id"])
    if agent is not None:
        check_may_act(caller, agent)
    elif caller.user_id is not None and not caller.allows(ACT_PERMISSION):
        raise NotARecipient(row)
    return (
        Responder("agent", row["target_id"])
        if caller.user_id is None
        else Responder("member", caller.user_id)
    )


def _answer(call: ProjectCall, row: Row, request: RespondToInteractionRequest) -> Answer:
    value = encoded(checked_answer(spec_of(row), request.value))
    comment = request.comment or None
    size = len(value.encode()) + len((comment or "").encode())
    limit = longest_answer(len(snapshot_of(row)), collects=bool(row["collects"]))
    if size > limit:
        raise Invalid(f"value, comment: {size} bytes; at most {limit} are allowed")
    return Answer(value, comment, to_micros(call.clock.now()))


async def _respond_as_one_of_all(call: ProjectCall, row: Row, answer: Answer, responder: Responder) -> None:
    """Counts the answer; the last one completes the interaction.

    Answers of different members count down one number, without reading it first, so they do not keep each
    other from being written.
    """
    if row["remaining"] == 1:
        responses = await queries.responses(call.store, call.project.id, [row["id"]])
        await _complete_collected(call.room(Execution), row, answer, responder.user_id, responses)
        return
    here = call.project.id, row["id"]
    await call.store.write(
        queries.count_response(*here, answer.at),
        queries.take_response(*here, responder.id, answer.value, answer.comment, answer.at),
        *inbox_told(call.store.dialect, {**row, "updated_at": answer.at}, [responder.id]),
        wake=["events:"],
    )


async def _complete_collected(
    room: Execution, row: Row, answer: Answer, user_id: str | None, responses: Sequence[Row]
) -> None:
    given: list[Mapping[str, Any]] = list(responses)
    if user_id is not None:
        own = {"value": answer.value, "comment": answer.comment, "responded_at": answer.at}
        given.append({"user_id": user_id, **own})
    ordered = in_order(row, given)
    values = [_json.decode(response["value"]) for response in ordered]
    value = all(values) if spec_of(row).mode == "confirm" else values
    responder = Responder("group", row["resolved_id"], user_id)
    await _complete(room, row, answer, responder, ordered, together=encoded(value))


async def _complete(
    room: Execution,
    row: Row,
    answer: Answer,
    responder: Responder,
    responses: Sequence[Mapping[str, Any]],
    together: str | None = None,
) -> None:
    """Writes the end of an interaction with all that follows; raises GuardMissed when it has moved.

    `together` is what the answers of all make.
    """
    end = {
        "value": answer.value if together is None else together,
        "comment": answer.comment if together is None else None,
        "responder_type": responder.type,
        "responder_id": responder.id,
        "completed_at": answer.at,
    }
    store, project_id = room.store, row["project_id"]
    after = {**row, **end, "status": "completed", "updated_at": answer.at}
    asked = await queries.recipients(store, project_id, [row["id"]])
    writes = [
        queries.complete(row, end),
        queries.complete_recipients(
            project_id, row["id"], responder.user_id, answer.value, answer.comment, answer.at
        ),
        *told(store.dialect, "interaction.completed", after, responses, [one["user_id"] for one in asked]),
    ]
    if row["run_id"] is None:
        await store.write(*writes, wake=["events:"])
        return
    answered = Answered(row["id"], _payload(after, responses), writes)
    if row["entry"] is not None:
        await answer_step(room, project_id, row["run_id"], row["entry"], answered)
    else:
        await answer_with_signal(room, project_id, row["run_id"], row["topic"], answered)


def _payload(row: Mapping[str, Any], responses: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the run learns."""
    value = _json.decode(row["value"])
    payload = {
        "interaction_id": row["id"],
        "type": row["type"],
        "value": value,
        "comment": row["comment"],
        "responder": {"type": row["responder_type"], "id": row["responder_id"]},
        "at": timestamp(row["completed_at"]),
    }
    if row["type"] == "approval":
        payload["approved"] = value
    if row["collects"]:
        payload["responses"] = [
            {
                "user_id": response["user_id"],
                "value": _json.decode(response["value"]),
                "comment": response["comment"],
                "responded_at": timestamp(response["responded_at"]),
            }
            for response in responses
        ]
    return payload
