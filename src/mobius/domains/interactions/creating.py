"""Creates interactions: on their own, for a run, or for a job."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from mobius.api.errors import Invalid, TooManyRequests
from mobius.api.schema import LATEST
from mobius.clock import to_micros
from mobius.domains.interactions import queries
from mobius.domains.interactions.dialog import checked_spec
from mobius.domains.interactions.opening import (
    NobodyToAsk,
    Question,
    checked_context,
    checked_message,
    find_target,
    opened,
)
from mobius.engine.durations import parse_duration
from mobius.execution.answer import ask_for_run, asking_job, asking_run
from mobius.execution.drive import until_it_holds
from mobius.execution.limits import MAX_NAME, check_name, check_queue
from mobius.execution.room import Execution

if TYPE_CHECKING:
    from datetime import datetime

    from mobius.api.call import ProjectCall
    from mobius.domains.interactions.shapes import CreateInteractionRequest, CreateJobInteractionRequest
    from mobius.execution.loaded import LoadedRun
    from mobius.store import Row

MAX_PENDING = 1_000
"""Of one run."""
MAX_ASKED = 10_000
"""By all of a run's pending interactions together: they all are told when the run ends."""
HINTS = ("events:", "interactions:")


async def create_interaction(call: ProjectCall, request: CreateInteractionRequest) -> Row:
    """Opens an interaction; with `run_id` the run gets the response as a signal on `topic`.

    Raises Invalid, NotFound for an unknown run, RunOver for one that has ended, TooManyRequests.
    """
    run_id, topic = request.run_id or None, request.topic or None
    if (run_id is None) != (topic is None):
        raise Invalid("run_id, topic: give both, or neither for an interaction without a run")
    if topic is not None:
        check_name("topic", topic)
    expires_at = _expiry(call.clock.now(), request.expires_at)

    async def attempt() -> str:
        run = None if run_id is None else await asking_run(call.room(Execution), call.project.id, run_id)
        return await _open(call, request, expires_at, run, topic)

    id = await until_it_holds("the interaction", attempt)
    return await queries.interaction(call.store, call.project.id, id)


async def create_job_interaction(call: ProjectCall, job_id: str, request: CreateJobInteractionRequest) -> Row:
    """Opens an interaction of the run of a claimed job.

    Raises Invalid, NotFound, JobNotClaimed, RunOver, TooManyRequests.
    """
    now = call.clock.now()
    if request.timeout is not UNSET and request.expires_at is not UNSET:
        raise Invalid("timeout, expires_at: give one of them, not both")
    expires_at = _expiry(
        now, request.expires_at if request.timeout is UNSET else _after(now, request.timeout)
    )
    if request.topic is not UNSET:
        check_name("topic", request.topic)

    async def attempt() -> str:
        job = await asking_job(call.room(Execution), call.project.id, job_id)
        topic = request.topic or topic_of(request.step_name or job.row["step_name"])
        return await _open(call, request, expires_at, job.run, topic, job_id)

    id = await until_it_holds("the interaction", attempt)
    return await queries.interaction(call.store, call.project.id, id)


def topic_of(step_name: str) -> str:
    """The signal with which the run of a step is told of a response."""
    return f"interaction.{step_name}"[:MAX_NAME]


async def _open(
    call: ProjectCall,
    request: CreateInteractionRequest | CreateJobInteractionRequest,
    expires_at: int | None,
    run: LoadedRun | None,
    topic: str | None,
    job_id: str | None = None,
) -> str:
    store, project = call.store, call.project
    question = Question(
        type=request.type,
        message=checked_message(request.message),
        context=None if request.context is UNSET else checked_context(request.context),
        spec=checked_spec(request.type, None if request.spec is UNSET else request.spec),
        require_all=request.require_all,
        expires_at=expires_at,
        due_at=expires_at,
        run_id=None if run is None else run.id,
        topic=topic,
    )
    asked = request.target_actor
    if asked.type == "agent":
        check_queue(asked.id)
    try:
        target = await find_target(store, project.org_id, project.id, asked.type, asked.id)
    except NobodyToAsk as error:
        raise Invalid(f"target_actor.id: {error}") from error
    now = to_micros(call.clock.now())
    id, writes = opened(store.dialect, project.org_id, project.id, question, target, now)
    if run is None:
        await store.write(*writes, wake=HINTS)
        return id
    waiting = await queries.waiting_of_run(store, project.id, run.id)
    if waiting["pending"] >= MAX_PENDING:
        raise TooManyRequests(f"run {run.id}: {MAX_PENDING} interactions wait to be answered already", 60)
    if waiting["asked"] + len(target.user_ids) > MAX_ASKED:
        raise TooManyRequests(
            f"run {run.id}: its interactions ask {waiting['asked']} people already; {MAX_ASKED} are the most",
            60,
        )
    await ask_for_run(call.room(Execution), run, writes, job_id)
    store.wakeups.publish(*HINTS)
    return id


def _after(now: datetime, timeout: str) -> datetime:
    try:
        length = parse_duration(timeout)
    except ValueError as error:
        raise Invalid(f"timeout: {error}") from None
    if length <= timedelta():
        raise Invalid(f"timeout: {timeout!r} is not longer than nothing")
    if length > LATEST - now:
        raise Invalid(f"timeout: {timeout!r} is too long")
    return now + length


def _expiry(now: datetime, moment: datetime | UnsetType) -> int | None:
    if moment is UNSET:
        return None
    if moment > LATEST:
        raise Invalid("expires_at: too far in the future")
    if moment <= now:
        raise Invalid(f"expires_at: {moment.isoformat()} is not in the future")
    return to_micros(moment)
