"""HTTP of runs: start, read, follow, signal, cancel, retry, resume."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from mobius.api.call import ProjectCall
from mobius.api.errors import ApiError, Invalid, Missing
from mobius.api.operation import operation, operations
from mobius.api.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    PageQuery,
    cursor_scope,
    decode_cursor,
    page_of,
)
from mobius.api.sse import StreamQuery, sse_response, stream_start
from mobius.execution import queries
from mobius.execution.cancel import cancel_run as request_cancel
from mobius.execution.reading import row_in_full, rows_in_full, within
from mobius.execution.records import action_log_shape, job_shape, raw_json, result_b64, run_fields, run_shape
from mobius.execution.resume import resume_run as resume
from mobius.execution.retry import retry_run
from mobius.execution.room import Execution
from mobius.execution.shapes import (
    ActionLogListResponse,
    BulkRunRequest,
    BulkRunResult,
    JobListResponse,
    RunSignal,
    RunStatus,
    SendRunSignalRequest,
    StartRunRequest,
    WorkflowRun,
    WorkflowRunDetail,
    WorkflowRunListResponse,
)
from mobius.execution.signal import send_signal
from mobius.execution.start import start_run as start
from mobius.execution.streams import EventTail, run_frames
from mobius.store import NotFound, Row

MAX_BULK = 1000
JOBS_SHOWN = 1000
LARGEST_PAGE = 8 * 1024 * 1024
"""In characters of JSON, about: a page ends with the row that brings its values to this."""


class ListRunsQuery(Struct, kw_only=True):
    """Filters of the list of runs; all given ones must match."""

    status: RunStatus | UnsetType = UNSET
    workflow_type: (
        Annotated[str, Meta(description="Only runs of the workflow with this name.")] | UnsetType
    ) = UNSET
    queue: Annotated[str, Meta(description="Only runs on this queue.")] | UnsetType = UNSET
    parent_run_id: Annotated[str, Meta(description="Only runs that this run started.")] | UnsetType = UNSET
    initiated_by: Annotated[str, Meta(description="Only runs started under this label.")] | UnsetType = UNSET
    external_id: Annotated[str, Meta(description="Only runs with this external id.")] | UnsetType = UNSET
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = DEFAULT_LIMIT


class LongPageQuery(Struct, kw_only=True):
    """Pages of what belongs to one run: up to 1,000 rows unless `limit` says less."""

    cursor: (
        Annotated[str, Meta(description="Where to go on: `next_cursor` of the page before.")] | UnsetType
    ) = UNSET
    limit: Annotated[int, Meta(ge=1, le=JOBS_SHOWN, description="How many rows at most.")] = JOBS_SHOWN


@operation(
    "POST",
    "/projects/{project}/runs",
    tags=("runs",),
    permission="mobius.run.start",
    summary="Start a run",
    status=202,
    errors=(400, 404),
)
async def start_run(call: ProjectCall, body: StartRunRequest) -> WorkflowRun:
    """Starts a run of a saved workflow (`definition_id`) or of an inline `spec`, never both."""
    return await start(call.room(Execution), call.caller, call.project.id, body)


@operation(
    "POST",
    "/projects/{project}/workflows/{id}/runs",
    tags=("workflows", "runs"),
    permission="mobius.run.start",
    summary="Start a run of a saved workflow",
    status=202,
    errors=(400, 404),
)
async def start_workflow_run(call: ProjectCall, id: str, body: StartRunRequest) -> WorkflowRun:
    """Starts a run of the latest version of the workflow in the path; an inline `spec` is refused."""
    if body.spec is not UNSET:
        raise Invalid("spec: not allowed here; the workflow in the path is what runs")
    room = call.room(Execution)
    found = await room.find_definition(call.store, call.project.id, id)
    if body.definition_id and body.definition_id not in (id, found.workflow_id, found.handle):
        raise Invalid(f"definition_id: {body.definition_id!r} is not the workflow in the path; omit it")
    body.definition_id = found.workflow_id
    return await start(room, call.caller, call.project.id, body)


@operation(
    "GET",
    "/projects/{project}/workflows/{id}/runs",
    tags=("workflows", "runs"),
    permission="mobius.run.read",
    summary="List runs of a saved workflow",
)
async def list_workflow_runs(call: ProjectCall, id: str, query: PageQuery) -> WorkflowRunListResponse:
    """Lists the runs of one workflow, newest first."""
    found = await call.room(Execution).find_definition(call.store, call.project.id, id)
    return await _runs(call, {"workflow_id": found.workflow_id}, query.cursor, query.limit)


@operation(
    "GET",
    "/projects/{project}/runs",
    tags=("runs",),
    permission="mobius.run.read",
    summary="List runs",
    errors=(400,),
)
async def list_runs(call: ProjectCall, query: ListRunsQuery) -> WorkflowRunListResponse:
    """Lists runs newest first, in pages; filters combine."""
    given = {
        name: getattr(query, name) for name in queries.RUN_FILTERS if getattr(query, name, UNSET) is not UNSET
    }
    return await _runs(call, given, query.cursor, query.limit)


@operation(
    "POST",
    "/projects/{project}/runs/cancellations",
    tags=("runs",),
    permission="mobius.run.cancel",
    summary="Cancel several runs",
    errors=(400,),
)
async def bulk_cancel_runs(call: ProjectCall, body: BulkRunRequest) -> BulkRunResult:
    """Requests the end of each run; what could not be done stands under `failures`, run by run."""
    return await _each_run(call, body, request_cancel)


@operation(
    "POST",
    "/projects/{project}/runs/retries",
    tags=("runs",),
    permission="mobius.run.retry",
    summary="Retry several failed runs",
    errors=(400,),
)
async def bulk_retry_runs(call: ProjectCall, body: BulkRunRequest) -> BulkRunResult:
    """Starts each failed run again where it failed; what could not be done stands under `failures`."""
    return await _each_run(call, body, retry_run)


@operation(
    "GET",
    "/projects/{project}/runs/events",
    tags=("runs",),
    permission="mobius.run.read",
    summary="Follow the events of a project",
    media_type="text/event-stream",
)
async def stream_project_run_events(call: ProjectCall, query: StreamQuery) -> Response:
    """Streams every event of the project as server-sent events, in the order of `seq`, from `since` on."""
    tail, push = call.room(EventTail), call.connection.push
    return sse_response(call, tail.follow(call.project.id, None, stream_start(call, query), push))


@operation(
    "GET",
    "/projects/{project}/runs/{id}",
    tags=("runs",),
    permission="mobius.run.read",
    summary="Get a run",
    errors=(404,),
)
async def get_run(call: ProjectCall, id: str) -> WorkflowRunDetail:
    """Returns the run with its specification, its result and its first jobs: 1,000, or 8 MiB of them."""
    row = await queries.run(call.store, call.project.id, id)
    row = await row_in_full(call.store, row, "inputs", "metadata", "result")
    rows = await queries.jobs_page(call.store, call.project.id, id, "", JOBS_SHOWN)
    rows = rows[: within(rows, LARGEST_PAGE, "parameters")]
    jobs = await rows_in_full(call.store, call.project.id, rows, "parameters")
    return WorkflowRunDetail(
        **run_fields(row),
        spec=raw_json(await queries.spec_text(call.store, call.project.id, row["spec_hash"])),
        result_b64=result_b64(row["result"]),
        jobs=[job_shape(job) for job in jobs],
    )


@operation(
    "GET",
    "/projects/{project}/runs/{id}/action-log",
    tags=("runs",),
    permission="mobius.run.read",
    summary="List what the actions of a run did",
    errors=(404,),
)
async def get_run_action_log(call: ProjectCall, id: str, query: LongPageQuery) -> ActionLogListResponse:
    """Lists every attempt of every action of the run, oldest first."""
    scope, after = await _in_run(call, "action-log", id, query)
    rows = await queries.action_log_page(call.store, call.project.id, id, after, query.limit + 1)
    page = _page(rows, query.limit, scope, "parameters", "result")
    shown = await rows_in_full(call.store, call.project.id, page.rows, "parameters", "result")
    items = [action_log_shape(row) for row in shown]
    return ActionLogListResponse(items=items, has_more=page.has_more, next_cursor=page.next_cursor)


@operation(
    "GET",
    "/projects/{project}/runs/{id}/jobs",
    tags=("runs",),
    permission="mobius.run.read",
    summary="List the jobs of a run",
    errors=(404,),
)
async def get_run_jobs(call: ProjectCall, id: str, query: LongPageQuery) -> JobListResponse:
    """Lists the run's jobs, oldest first: one for each attempt."""
    scope, after = await _in_run(call, "jobs", id, query)
    rows = await queries.jobs_page(call.store, call.project.id, id, after, query.limit + 1)
    page = _page(rows, query.limit, scope, "parameters")
    shown = await rows_in_full(call.store, call.project.id, page.rows, "parameters")
    items = [job_shape(row) for row in shown]
    return JobListResponse(items=items, has_more=page.has_more, next_cursor=page.next_cursor)


@operation(
    "POST",
    "/projects/{project}/runs/{id}/cancellations",
    tags=("runs",),
    permission="mobius.run.cancel",
    summary="Cancel a run",
    status=204,
    errors=(404,),
)
async def cancel_run(call: ProjectCall, id: str) -> None:
    """Ends pending work at once; workers are told with their next heartbeat. An ended run stays as it is."""
    await request_cancel(call.room(Execution), call.project.id, id)


@operation(
    "POST",
    "/projects/{project}/runs/{id}/resumptions",
    tags=("runs",),
    permission="mobius.run.resume",
    summary="Resume a paused run",
    status=204,
    errors=(404,),
)
async def resume_run(call: ProjectCall, id: str) -> None:
    """Wakes the branches that stand at a pause; a run without any stays as it is."""
    await resume(call.room(Execution), call.project.id, id)


@operation(
    "POST",
    "/projects/{project}/runs/{id}/signals",
    tags=("runs",),
    permission="mobius.run.signal",
    summary="Send a signal to a run",
    status=202,
    errors=(400, 404),
)
async def send_run_signal(call: ProjectCall, id: str, body: SendRunSignalRequest) -> RunSignal:
    """Delivers the signal to the branch that waits for its topic, or keeps it until one does."""
    return await send_signal(call.room(Execution), call.project.id, id, body)


@operation(
    "GET",
    "/projects/{project}/runs/{id}/events",
    tags=("runs",),
    permission="mobius.run.read",
    summary="Follow the events of a run",
    media_type="text/event-stream",
    errors=(404,),
)
async def stream_run_events(call: ProjectCall, id: str, query: StreamQuery) -> Response:
    """Streams the run as it is, then its events as server-sent events, from `since` on."""
    await queries.run(call.store, call.project.id, id)
    room, tail, push = call.room(Execution), call.room(EventTail), call.connection.push
    return sse_response(call, run_frames(room, tail, call.project.id, id, stream_start(call, query), push))


async def _runs(
    call: ProjectCall, filters: dict[str, str], cursor: str | UnsetType, limit: int
) -> WorkflowRunListResponse:
    scope = cursor_scope("runs", call.project.id, *sorted(filters.items()))
    before = decode_cursor(scope, cursor, str)[0] if cursor else None
    rows = await queries.runs_page(call.store, call.project.id, filters, before, limit + 1)
    page = _page(rows, limit, scope, "inputs", "metadata")
    shown = await rows_in_full(call.store, call.project.id, page.rows, "inputs", "metadata")
    runs = [run_shape(row) for row in shown]
    return WorkflowRunListResponse(
        items=runs, data=runs, has_more=page.has_more, next_cursor=page.next_cursor
    )


def _page(rows: list[Row], limit: int, scope: str, *columns: str) -> Page[Row]:
    """Return a page that ends early when these columns, in full, make it too large."""
    taken = min(limit, within(rows, LARGEST_PAGE, *columns))
    return page_of(rows[: taken + 1], taken, scope, lambda row: [row["id"]])


async def _in_run(call: ProjectCall, part: str, run_id: str, query: LongPageQuery) -> tuple[str, str]:
    """Return the cursor scope of a list within a run and the id after which its page begins."""
    await queries.run(call.store, call.project.id, run_id)
    scope = cursor_scope(part, call.project.id, run_id)
    return scope, decode_cursor(scope, query.cursor, str)[0] if query.cursor else ""


async def _each_run(
    call: ProjectCall, body: BulkRunRequest, change: Callable[[Execution, str, str], Awaitable[None]]
) -> BulkRunResult:
    if len(body.run_ids) > MAX_BULK:
        raise Invalid(f"run_ids: {len(body.run_ids)} ids; at most {MAX_BULK} are allowed")
    result = BulkRunResult(succeeded=[])
    failures: dict[str, str] = {}
    for run_id in dict.fromkeys(body.run_ids):
        try:
            await change(call.room(Execution), call.project.id, run_id)
        except NotFound as error:
            failures[run_id] = Missing(error.what).message
        except ApiError as error:
            failures[run_id] = error.message
        else:
            result.succeeded.append(run_id)
    if failures:
        result.failures = failures
    return result


routes = operations(__name__)
