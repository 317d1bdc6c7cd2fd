"""HTTP of interactions and of a user's inbox."""

from starlette.responses import Response

from mobius.api.call import ProjectCall
from mobius.api.errors import Forbidden
from mobius.api.operation import operation, operations
from mobius.api.paging import cursor_scope, decode_cursor, page_of
from mobius.api.sse import StreamQuery, sse_response, stream_start
from mobius.domains.agents.rules import find_agent
from mobius.domains.groups.rules import find_group
from mobius.domains.interactions import claiming, creating, queries, responding
from mobius.domains.interactions.shapes import (
    CreateInteractionRequest,
    CreateJobInteractionRequest,
    Interaction,
    InteractionListResponse,
    ListInteractionsQuery,
    RespondToInteractionRequest,
)
from mobius.domains.interactions.showing import shown_page, shown_whole
from mobius.execution.streams import EventTail

TAGS = ("interactions",)


class NoInbox(Forbidden):
    """Service accounts are asked as agents, not through an inbox."""

    def __init__(self) -> None:
        super().__init__("no_inbox", "this key acts for a service account; only users have an inbox")


@operation(
    "POST",
    "/projects/{project}/interactions",
    tags=TAGS,
    permission="mobius.interaction.create",
    status=201,
    errors=(400, 404, 409),
    summary="Create an interaction",
)
async def create_interaction(call: ProjectCall, body: CreateInteractionRequest) -> Interaction:
    """Asks a member, an agent or a group.

    With `run_id` and `topic` the run gets the answer as a signal, in the transaction in which it is given,
    and the interaction expires at the latest when the run ends. Jobs use `POST /jobs/{id}/interactions`.
    """
    return await shown_whole(call.store, await creating.create_interaction(call, body))


@operation(
    "GET",
    "/projects/{project}/interactions",
    tags=TAGS,
    permission="mobius.interaction.read",
    errors=(400, 404),
    summary="List interactions",
)
async def list_interactions(call: ProjectCall, query: ListInteractionsQuery) -> InteractionListResponse:
    """Answers with one page, newest first; filters combine. `inbox=true` shows what asks the calling user."""
    inbox = (call.caller.user_id or "") if query.inbox else None
    filters = queries.Filters(
        status=query.status or None,
        run_id=query.run_id or None,
        target_type=query.target_actor_type or None,
        targets=await _targets(call, query.target_actor_id) if query.target_actor_id else None,
        inbox=inbox,
    )
    scope = cursor_scope("interactions", call.project.id, *filters[:3], query.target_actor_id, inbox)
    before = decode_cursor(scope, query.cursor, str)[0] if query.cursor else None
    rows = await queries.interactions_page(
        call.store, call.project.org_id, call.project.id, filters, before, query.limit + 1
    )
    page = page_of(rows, query.limit, scope, lambda row: [row["id"]])
    return InteractionListResponse(
        items=await shown_page(call.store, call.project.id, page.rows),
        has_more=page.has_more,
        next_cursor=page.next_cursor,
    )


@operation(
    "GET",
    "/projects/{project}/interactions/{id}",
    tags=TAGS,
    permission="mobius.interaction.read",
    errors=(404,),
    summary="Get an interaction",
)
async def get_interaction(call: ProjectCall, id: str) -> Interaction:
    """Answers with the interaction and all answers so far."""
    return await shown_whole(call.store, await queries.interaction(call.store, call.project.id, id))


@operation(
    "POST",
    "/projects/{project}/interactions/{id}/respond",
    tags=TAGS,
    permission="mobius.interaction.respond",
    errors=(400, 404, 409),
    summary="Submit a response to an interaction",
)
async def respond_to_interaction(
    call: ProjectCall, id: str, body: RespondToInteractionRequest
) -> Interaction:
    """Answers an interaction, for those whom it asks only (else 403 `not_a_recipient`).

    The answer of a key that acts for no user is attributed to the agent that is asked. Answers 409
    `interaction_closed` when it was answered or has expired, `claimed_by_another` while another member has
    claimed it, and `already_responded` when this member has answered and others have to.
    """
    return await shown_whole(call.store, await responding.respond(call, id, body))


@operation(
    "POST",
    "/projects/{project}/interactions/{id}/claim",
    tags=TAGS,
    permission="mobius.interaction.claim",
    errors=(400, 404, 409),
    summary="Claim a pending first-responder group interaction",
)
async def claim_interaction(call: ProjectCall, id: str) -> Interaction:
    """Lets the calling member of the group alone answer; 409 `claimed_by_another` when it is taken."""
    return await shown_whole(call.store, await claiming.claim(call, id))


@operation(
    "POST",
    "/projects/{project}/interactions/{id}/release",
    tags=TAGS,
    permission="mobius.interaction.claim",
    errors=(400, 404, 409),
    summary="Release a claimed first-responder group interaction",
)
async def release_interaction(call: ProjectCall, id: str) -> Interaction:
    """Gives a claim back, by its holder or by an owner or admin of the organization."""
    return await shown_whole(call.store, await claiming.release(call, id))


@operation(
    "POST",
    "/projects/{project}/jobs/{id}/interactions",
    tags=("jobs",),
    permission="mobius.interaction.create",
    status=201,
    errors=(400, 404, 409),
    summary="Create a human-in-the-loop interaction from a claimed workflow job",
)
async def create_job_interaction(
    call: ProjectCall, id: str, body: CreateJobInteractionRequest
) -> Interaction:
    """Asks on behalf of a claimed job, whose run gets the answer as a signal.

    Without `topic` the signal is called `interaction.<step>`, after `step_name` or the job's own step.
    """
    return await shown_whole(call.store, await creating.create_job_interaction(call, id, body))


@operation(
    "GET",
    "/projects/{project}/inbox/events",
    tags=TAGS,
    permission="mobius.interaction.read",
    summary="Follow the calling user's inbox",
    media_type="text/event-stream",
)
async def stream_inbox_events(call: ProjectCall, query: StreamQuery) -> Response:
    """Streams an `inbox_updated` event whenever something in the calling user's own inbox changes.

    Its data hold `interaction_id`, `status`, `type`, `claimed_by` and the beginning of the `message`.
    """
    user_id = call.caller.user_id
    if user_id is None:
        raise NoInbox
    tail, push = call.room(EventTail), call.connection.push
    return sse_response(call, tail.follow(call.project.id, user_id, stream_start(call, query), push))


async def _targets(call: ProjectCall, given: str) -> tuple[str, ...]:
    """The ids that a target may have been resolved to."""
    found = [await find(call.store, call.project.id, given) for find in (find_group, find_agent)]
    return (given, *(row["id"] for row in found if row is not None and row["id"] != given))


routes = operations(__name__)
