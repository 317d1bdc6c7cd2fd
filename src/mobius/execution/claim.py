"""Hand the next claimable job to a worker; wait for one when there is none."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec

from mobius.api.call import Caller, Connection
from mobius.api.errors import ApiError, Invalid
from mobius.clock import to_micros
from mobius.execution import claiming
from mobius.execution.drive import event_row
from mobius.execution.large_values import MARK
from mobius.execution.limits import check_name, check_queue
from mobius.execution.loading import load_run, loaded_run
from mobius.execution.lose_lease import release_job
from mobius.execution.reading import row_in_full
from mobius.execution.records import encode, raw_json, run_shape
from mobius.execution.room import Execution
from mobius.execution.shapes import JobClaim, JobClaimRequest, JobFenceRequest
from mobius.execution.transition import append_events
from mobius.store import GuardMissed, Write

START_RUN = """
UPDATE runs SET status = 'running', started_at = coalesce(started_at, $3), updated_at = $3
WHERE project_id = $1 AND id = $2 AND status = 'queued'"""
MAX_QUEUES = 100
MAX_ACTIONS = 1_000


async def claim_job(
    room: Execution,
    caller: Caller,
    project_id: str,
    request: JobClaimRequest,
    connection: Connection | None,
) -> JobClaim | None:
    """Return a job for the worker, or None when `wait_seconds` passed without one.

    Only a request that may wait has a `connection`: whether anybody still waits for the answer. Whether the
    worker may claim is looked at again whenever it is woken: an agent may have become inactive meanwhile.
    """
    wanted = _wanted(request)
    who = (caller, project_id, request.agent_id or None, request.agent_session_id or None)
    claimant = await room.find_claimant(*who)
    room.worker_seen(
        project_id, request.worker_id, request.worker_name or None, request.worker_version or None
    )
    deadline = time.monotonic() + (request.wait_seconds or 0)
    queues, actions = frozenset(wanted.queues), frozenset(wanted.actions)
    with room.waiters.waiter(project_id, queues, actions, claimant) as waiter:
        look = connection is None or not waiter.would_look_in_vain()
        while connection is None or not connection.gone.done():
            if look:
                waiter.begin_to_look()
                claimed = await claiming.claim(room, project_id, wanted, waiter.claimant)
                if claimed is not None:
                    return await _handed_out(room, claimed, connection)
                waiter.found_nothing()
            look = True
            left = deadline - time.monotonic()
            if left <= 0 or connection is None or not await waiter.wait(left, connection):
                return None
            waiter.claimant = await room.find_claimant(*who)
    return None


async def _handed_out(
    room: Execution, claimed: claiming.Claimed, connection: Connection | None
) -> JobClaim | None:
    job = claimed.job
    room.waiters.wake(job["project_id"], job["queue"], job["action"])
    if connection is not None and connection.gone.done():
        await _hand_back(room, job)
        return None
    return await _answer(room, claimed)


def _wanted(request: JobClaimRequest) -> claiming.Wanted:
    check_name("worker_id", request.worker_id)
    for what in ("agent_id", "agent_session_id", "worker_name", "worker_version"):
        if name := getattr(request, what):
            check_name(what, name)
    queues = _filter("queues", request.queues or [], MAX_QUEUES, check_queue)
    actions = _filter("actions", request.actions or [], MAX_ACTIONS, partial(check_name, "actions"))
    return claiming.Wanted(request.worker_id, queues, actions)


def _filter(what: str, names: list[str], most: int, checked: Callable[[str], str]) -> list[str]:
    if len(names) > most:
        raise Invalid(f"{what}: {len(names)} names; at most {most} are allowed")
    return sorted({checked(name) for name in names})


async def _answer(room: Execution, claimed: claiming.Claimed) -> JobClaim:
    row, status, version, run = claimed
    if run is not None and room.recent.is_behind(row["run_id"], version):
        await _remember(room, run)
    if status == "queued":
        await _start_run(room, row["project_id"], row["run_id"], version)
        status = "running"
    room.recent.claimed(row, version, status)
    shown = await row_in_full(room.store, row, "parameters")
    claim = JobClaim(
        job_id=row["id"],
        run_id=row["run_id"],
        workflow_name=row["workflow_name"],
        step_name=row["step_name"],
        action=row["action"],
        attempt=row["attempt"],
        queue=row["queue"],
        parameters=raw_json(shown["parameters"]),
        heartbeat_interval_seconds=max(1, int(room.settings.heartbeat_seconds)),
    )
    if row["agent_id"]:
        claim.agent_id = row["agent_id"]
    if row["agent_session_id"]:
        claim.agent_session_id = row["agent_session_id"]
    return claim


async def _remember(room: Execution, run: dict[str, Any]) -> None:
    """Remember what the claim saw of the run, unless that takes more than what is at hand.

    The job is claimed already, so nothing here may fail; a state that cannot be read is told to who needs it.
    """
    spec_size = room.specs.size_to_hold(run["spec_hash"])
    if spec_size is None or any(MARK in run[name] for name in ("state", "inputs", "metadata")):
        return
    with suppress(msgspec.DecodeError):
        room.recent.remember(await loaded_run(room, run), spec_size)


async def _hand_back(room: Execution, row: Any) -> None:
    """Release a job whose claimant hung up before it could be told; a failure leaves it to its lease."""
    fence = JobFenceRequest(worker_id=row["claimed_by"], attempt=row["attempt"])
    with suppress(ApiError):
        await release_job(room, row["project_id"], row["id"], fence)


async def _start_run(room: Execution, project_id: str, run_id: str, version: int) -> None:
    """Turn a queued run to `running`, with its event.

    A transaction of its own, after the claim: so a claim never holds a job while it waits for the run, which
    transitions lock in the other order. A crash in between is made good by the next claim or completion.
    """
    run = room.recent.run(run_id, version)
    if run is None:
        run = await load_run(room, project_id, run_id)
        room.recent.remember(run, room.specs.size_to_hold(run.row["spec_hash"]))
    if run.row["status"] != "queued":
        return
    now = to_micros(room.clock.now())
    row = dict(run.row) | {"status": "running", "updated_at": now, "started_at": run.row["started_at"] or now}
    event = event_row(run, "run_updated", encode(run_shape(row)), now)
    start = Write(START_RUN, (project_id, run_id, now), rows=1)
    try:
        await room.store.write(start, *append_events([event], room.store.dialect), wake=["events:"])
    except GuardMissed:
        return
    room.recent.begun(run, row)
