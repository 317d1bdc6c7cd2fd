"""Start a run of a saved workflow or of an inline specification."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET

from mobius.api.call import Caller
from mobius.api.decoding import decode_part
from mobius.api.errors import Invalid
from mobius.clock import to_micros
from mobius.engine.advance import initial_state
from mobius.engine.events import Started
from mobius.engine.inputs import InvalidInputs, check_inputs
from mobius.engine.spec import WorkflowSpec
from mobius.engine.validation import InvalidSpec
from mobius.execution import queries
from mobius.execution.compiled_specs import LARGE, spec_hash_and_size
from mobius.execution.drive import Change, until_it_holds
from mobius.execution.limits import MAX_METADATA, check_name, check_queue, check_size
from mobius.execution.loaded import LoadedRun
from mobius.execution.reading import row_in_full
from mobius.execution.records import encode, run_shape
from mobius.execution.room import Execution
from mobius.execution.shapes import StartRunRequest, WorkflowRun
from mobius.execution.transition import NewRun
from mobius.store import new_id

REPEATED_FOR = timedelta(hours=24)


class BadSpec(Invalid):
    """The specification has problems; all of them are in `details`."""

    def __init__(self, error: InvalidSpec) -> None:
        problems = [{"path": p.path, "step": p.step, "message": p.message} for p in error.problems]
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        super().__init__(
            f"spec: {count}; the first: {problems[0]['path']}: {problems[0]['message']}", problems
        )


class BadInputs(Invalid):
    """The inputs are not what the workflow declares; all problems are in `details`."""

    def __init__(self, error: InvalidInputs) -> None:
        problems = [{"path": p.path, "step": p.step, "message": p.message} for p in error.problems]
        super().__init__(f"inputs: {problems[0]['message']}", problems)


@dataclass(frozen=True, slots=True)
class _Source:
    """What is to be run."""

    spec: WorkflowSpec
    raw: bytes | None
    """The specification as it came; None for a saved one."""
    spec_hash: str
    workflow_id: str | None
    version: int
    name: str
    handle: str


async def start_run(
    room: Execution, caller: Caller, project_id: str, request: StartRunRequest
) -> WorkflowRun:
    """Start the run that `request` describes and return it.

    A repeat to the letter of a start with the same `external_id` within 24 hours returns the earlier run.
    Raises Invalid for a bad request, NotFound for an unknown workflow, TooLarge for inputs over the limit.
    """
    _check(request)
    metadata = check_size("metadata", request.metadata or {}, room.settings.max_value_bytes)
    source = await _source(room, project_id, request)
    facts = {
        "project_id": project_id,
        "workflow_id": source.workflow_id,
        "workflow_version": source.version,
        "workflow_name": source.name,
        "workflow_handle": source.handle,
        "spec_hash": source.spec_hash,
        "queue": request.queue or "default",
        "metadata": metadata,
        "external_id": request.external_id or None,
        "parent_run_id": None,
        "actor_type": caller.actor_type,
        "actor_id": caller.actor_id,
        "initiated_by": caller.label,
    }
    return await until_it_holds("the run of this external_id", lambda: _start(room, source, request, facts))  # type: ignore[no-any-return]


async def _start(room: Execution, source: _Source, request: StartRunRequest, facts: dict[str, Any]) -> Any:
    now = room.clock.now()
    request_hash = _request_hash(source, request) if request.external_id else None
    forget_before = to_micros(now - REPEATED_FOR)
    if request_hash is not None:
        earlier = await queries.start_to_repeat(
            room.store, facts["project_id"], facts["external_id"], request_hash, forget_before
        )
        if earlier is not None:
            return run_shape(await row_in_full(room.store, earlier, "inputs", "metadata"))
    micros = to_micros(now)
    row = facts | {
        "id": new_id("run"),
        "status": "queued",
        "attempt": 1,
        "error_message": None,
        "result": None,
        "cancel_requested": 0,
        "has_interactions": 0,
        "created_at": micros,
        "started_at": None,
        "completed_at": None,
        "updated_at": micros,
    }
    inputs, metadata = _inputs(room, source.spec, request), request.metadata or {}
    state = initial_state(source.spec)
    run = LoadedRun(row["project_id"], row["id"], row, 0, source.spec, state, inputs, metadata)
    change = Change(room, run)
    row["inputs"] = await change.values.taken_in(inputs)
    row["metadata"] = await change.values.taken_in(metadata, facts["metadata"])
    await change.values.taken_in(source.spec.state)
    change.transition.version = None
    place = (facts["project_id"], source.spec_hash)
    spec_text = None
    if source.raw is not None and not room.specs.is_stored(*place):
        spec_text = encode(await _document(source.raw))
    change.transition.new_run = NewRun(row, spec_text, request_hash, forget_before)
    await change.feed(Started())
    change.announce_run()
    await change.write()
    room.specs.note_stored(*place)
    if not change.values.new:
        return change.shown
    return run_shape(await row_in_full(room.store, change.row, "inputs", "metadata"))


def _check(request: StartRunRequest) -> None:
    if request.queue:
        check_queue(request.queue)
    if request.external_id:
        check_name("external_id", request.external_id)
    if request.metadata and len(request.metadata) > MAX_METADATA:
        raise Invalid(f"metadata: {len(request.metadata)} entries; at most {MAX_METADATA} are allowed")


async def _source(room: Execution, project_id: str, request: StartRunRequest) -> _Source:
    if request.spec is not UNSET and request.definition_id:
        raise Invalid("definition_id, spec: give one of them, not both")
    if request.spec is not UNSET:
        return await _inline(room, bytes(request.spec))
    if not request.definition_id:
        raise Invalid("definition_id, spec: one of them is required")
    found = await room.find_definition(room.store, project_id, request.definition_id)
    spec = await room.specs.get(project_id, found.spec_hash)
    return _Source(spec, None, found.spec_hash, found.workflow_id, found.version, found.name, found.handle)


async def _inline(room: Execution, raw: bytes) -> _Source:
    spec, spec_hash = room.specs.sent_before(raw) or await _sent_now(room, raw)
    return _Source(spec, raw, spec_hash, None, 0, spec.name, spec.name)


async def _sent_now(room: Execution, raw: bytes) -> tuple[WorkflowSpec, str]:
    document = await _document(raw)
    spec_hash, size = spec_hash_and_size(document)
    if size > room.settings.max_value_bytes:
        check_size("spec", document, room.settings.max_value_bytes)
    spec = await checked_spec(room, document, spec_hash, size)
    room.specs.note_sent(raw, spec_hash)
    return spec, spec_hash


async def _document(raw: bytes) -> dict[str, Any]:
    decode = partial(decode_part, "spec", raw, dict[str, Any])
    return decode() if len(raw) <= LARGE else await asyncio.to_thread(decode)


async def checked_spec(room: Execution, raw: Any, spec_hash: str, size: int) -> WorkflowSpec:
    """Return the compiled specification; raise BadSpec with all its problems."""
    try:
        return await room.specs.compiled(raw, spec_hash, size)
    except InvalidSpec as error:
        raise BadSpec(error) from error


def _inputs(room: Execution, spec: WorkflowSpec, request: StartRunRequest) -> dict[str, Any]:
    given = request.inputs or {}
    check_size("inputs", given, room.settings.max_value_bytes)
    try:
        return check_inputs(spec, given)
    except InvalidInputs as error:
        raise BadInputs(error) from error


def _request_hash(source: _Source, request: StartRunRequest) -> str:
    """Return the hash of all that makes two starts the same to the letter."""
    what = source.workflow_id or source.spec_hash
    said = [what, request.queue or "default", request.inputs or {}, request.metadata or {}]
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()
