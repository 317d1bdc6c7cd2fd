"""SQL of interactions and of those whom they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mobius.store import Table, Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row

STATUSES = ("pending", "completed", "expired")

INTERACTIONS = Table(
    "interactions",
    {
        "project_id": "text",
        "id": "text",
        "org_id": "text",
        "run_id": "text",
        "entry": "integer",
        "topic": "text",
        "type": "text",
        "message": "text",
        "context": "text",
        "spec": "text",
        "target_type": "text",
        "target_id": "text",
        "resolved_id": "text",
        "routing_policy": "text",
        "collects": "integer",
        "snapshot": "text",
        "status": "text",
        "version": "bigint",
        "remaining": "integer",
        "claimed_by": "text",
        "claimed_at": "bigint",
        "responder_type": "text",
        "responder_id": "text",
        "value": "text",
        "comment": "text",
        "expires_at": "bigint",
        "due_at": "bigint",
        "completed_at": "bigint",
        "created_at": "bigint",
        "updated_at": "bigint",
    },
)
RECIPIENTS = Table(
    "interaction_recipients",
    {
        "project_id": "text",
        "interaction_id": "text",
        "user_id": "text",
        "org_id": "text",
        "status": "text",
        "value": "text",
        "comment": "text",
        "responded_at": "bigint",
    },
)


class Filters(NamedTuple):
    """Which interactions a list shows; None does not matter. `inbox` is the user whose inbox it is."""

    status: str | None
    run_id: str | None
    target_type: str | None
    targets: tuple[str, ...] | None
    inbox: str | None


async def interaction(store: Database, project_id: str, id: str) -> Row:
    """An interaction; raises NotFound. Primary key."""
    return await store.one(
        "interaction", "SELECT * FROM interactions WHERE project_id = $1 AND id = $2", project_id, id
    )


async def interactions_page(
    store: Database, org_id: str, project_id: str, filters: Filters, before_id: str | None, at_most: int
) -> list[Row]:
    """Interactions older than `before_id`, newest first.

    By `interaction_inbox`, `interactions_by_run`, `interactions_by_target`, `interactions_by_kind`,
    `interactions_by_status` or the primary key, depending on the filters.
    """
    params: list[Any] = [project_id]

    def place(value: Any) -> str:
        params.append(value)
        return f"${len(params)}"

    source, conditions, ordered_by = "interactions i", "", "i.id"
    if filters.inbox is not None:
        source = "interaction_recipients r JOIN interactions i"
        source += " ON i.project_id = r.project_id AND i.id = r.interaction_id"
        conditions += (
            f" AND r.org_id = {place(org_id)} AND r.user_id = {place(filters.inbox)} AND r.project_id = $1"
        )
        ordered_by = "r.interaction_id"
    if filters.run_id is not None:
        conditions += f" AND i.run_id = {place(filters.run_id)}"
    if filters.target_type is not None:
        conditions += f" AND i.target_type = {place(filters.target_type)}"
    if filters.targets is not None:
        conditions += f" AND i.resolved_id @in({place(list(filters.targets))})"
    if before_id is not None:
        conditions += f" AND {ordered_by} < {place(before_id)}"
    order = f" ORDER BY {ordered_by} DESC LIMIT {at_most:d}"
    page = f"SELECT i.* FROM {source} WHERE i.project_id = $1{conditions}"
    of = "i" if filters.inbox is None else "r"
    if filters.status is not None:
        page += f" AND {of}.status = {place(filters.status)}"
    elif filters.inbox is not None or filters.targets is not None or filters.target_type is not None:
        # Those indexes have the interactions of one status in the order of the list, but not all.
        parts = [f"SELECT * FROM ({page} AND {of}.status = '{one}'{order}) AS {one}" for one in STATUSES]
        page, order = " UNION ALL ".join(parts), f" ORDER BY id DESC LIMIT {at_most:d}"
    return await store.all(page + order, *params)


async def responses(store: Database, project_id: str, ids: Sequence[str]) -> list[Row]:
    """The answers that single users gave to the interactions. Primary key."""
    return await store.all(
        """
        SELECT * FROM interaction_recipients
        WHERE project_id = $1 AND interaction_id @in($2) AND responded_at IS NOT NULL
        ORDER BY interaction_id, user_id""",
        project_id,
        list(ids),
    )


async def recipient(store: Database, project_id: str, id: str, user_id: str) -> Row | None:
    """What a user has to do with an interaction: None when it does not ask the user. Primary key."""
    return await store.first(
        """
        SELECT * FROM interaction_recipients
        WHERE project_id = $1 AND interaction_id = $2 AND user_id = $3""",
        project_id,
        id,
        user_id,
    )


async def recipients(store: Database, project_id: str, ids: Sequence[str]) -> list[Row]:
    """Whom the interactions ask. Primary key."""
    return await store.all(
        """
        SELECT interaction_id, user_id FROM interaction_recipients
        WHERE project_id = $1 AND interaction_id @in($2) ORDER BY interaction_id, user_id""",
        project_id,
        list(ids),
    )


async def pending_of_run(store: Database, project_id: str, run_id: str) -> list[Row]:
    """The interactions of a run that wait for an answer, oldest first. `interactions_by_run`."""
    return await store.all(
        "SELECT * FROM interactions WHERE project_id = $1 AND run_id = $2 AND status = 'pending' ORDER BY id",
        project_id,
        run_id,
    )


async def waiting_of_run(store: Database, project_id: str, run_id: str) -> Row:
    """How many interactions of a run are `pending`, and whom they have `asked`. `interactions_by_run`."""
    return await store.one(
        "interactions",
        """
        SELECT count(*) AS pending, coalesce(sum(remaining), 0) AS asked FROM interactions
        WHERE project_id = $1 AND run_id = $2 AND status = 'pending'""",
        project_id,
        run_id,
    )


def none_pending_for_group(project_id: str, group_id: str) -> Write:
    """Fails the batch when an interaction with the group is pending. `interactions_by_target`."""
    return Write(
        """
        SELECT 1 FROM interactions
        WHERE project_id = $1 AND resolved_id = $2 AND status = 'pending' AND target_type = 'group'
        LIMIT 1""",
        (project_id, group_id),
        rows=0,
    )


def take_response(project_id: str, id: str, user_id: str, value: str, comment: str | None, now: int) -> Write:
    """Keeps the answer of a user who has not given one yet."""
    return Write(
        """
        UPDATE interaction_recipients SET value = $4, comment = $5, responded_at = $6
        WHERE project_id = $1 AND interaction_id = $2 AND user_id = $3
            AND status = 'pending' AND responded_at IS NULL""",
        (project_id, id, user_id, value, comment, now),
        rows=1,
    )


def count_response(project_id: str, id: str, now: int) -> Write:
    """Counts an answer that is not the last one."""
    return Write(
        """
        UPDATE interactions SET remaining = remaining - 1, version = version + 1, updated_at = $3
        WHERE project_id = $1 AND id = $2 AND status = 'pending' AND remaining > 1""",
        (project_id, id, now),
        rows=1,
    )


def complete(row: Row, end: dict[str, Any]) -> Write:
    """Completes an interaction that is as it was read."""
    names = ("value", "comment", "responder_type", "responder_id", "completed_at")
    return Write(
        """
        UPDATE interactions SET status = 'completed', version = version + 1, remaining = 0, due_at = NULL,
            value = $4, comment = $5, responder_type = $6, responder_id = $7,
            completed_at = $8, updated_at = $8
        WHERE project_id = $1 AND id = $2 AND version = $3 AND status = 'pending'""",
        (row["project_id"], row["id"], row["version"], *(end[name] for name in names)),
        rows=1,
    )


def complete_recipients(
    project_id: str, id: str, user_id: str | None, value: str | None, comment: str | None, now: int
) -> Write:
    """Notes that an interaction is completed with all whom it asks, and the answer with who gave it."""
    return Write(
        """
        UPDATE interaction_recipients SET status = 'completed',
            value = CASE WHEN user_id = $3::text THEN $4::text ELSE value END,
            comment = CASE WHEN user_id = $3::text THEN $5::text ELSE comment END,
            responded_at = CASE WHEN user_id = $3::text THEN $6::bigint ELSE responded_at END
        WHERE project_id = $1 AND interaction_id = $2""",
        (project_id, id, user_id, value, comment, now),
    )


def expire(project_id: str, rows: Sequence[Row], now: int) -> list[Write]:
    """Ends interactions without an answer; all of them must be as they were read."""
    ids = [row["id"] for row in rows]
    as_read = [f"{row['id']}:{row['version']}" for row in rows]
    return [
        Write(
            """
            UPDATE interactions SET status = 'expired', version = version + 1, due_at = NULL, updated_at = $4
            WHERE project_id = $1 AND id @in($2) AND id || ':' || version @in($3) AND status = 'pending'""",
            (project_id, ids, as_read, now),
            rows=len(ids),
        ),
        Write(
            """
            UPDATE interaction_recipients SET status = 'expired'
            WHERE project_id = $1 AND interaction_id @in($2)""",
            (project_id, ids),
        ),
    ]


def set_claim(row: Row, user_id: str | None, now: int) -> Write:
    """Gives an interaction that is as it was read to a member, or (None) back to all."""
    return Write(
        """
        UPDATE interactions SET claimed_by = $4, claimed_at = $5, version = version + 1, updated_at = $6
        WHERE project_id = $1 AND id = $2 AND version = $3 AND status = 'pending'""",
        (row["project_id"], row["id"], row["version"], user_id, None if user_id is None else now, now),
        rows=1,
    )


def remove_recipient(org_id: str, user_id: str, now: int) -> list[Write]:
    """Asks a user of the org no more; what nobody else can answer comes due at once. `interaction_inbox`.

    As everywhere, interactions are locked before those whom they ask.
    """
    return [
        Write(
            """
            SELECT 1 FROM interactions
            WHERE org_id = $1 AND status = 'pending' AND (project_id, id) IN (
                SELECT project_id, interaction_id FROM interaction_recipients
                WHERE org_id = $1 AND user_id = $2 AND status = 'pending' AND responded_at IS NULL)
            ORDER BY project_id, id @for_update""",
            (org_id, user_id),
        ),
        Write(
            """
            UPDATE interaction_recipients SET status = 'left'
            WHERE org_id = $1 AND user_id = $2 AND status = 'pending' AND responded_at IS NULL""",
            (org_id, user_id),
        ),
        Write(
            """
            UPDATE interactions SET remaining = remaining - 1, version = version + 1, updated_at = $3,
                due_at = CASE WHEN remaining <= 1 THEN $3 ELSE due_at END,
                claimed_at = CASE WHEN claimed_by = $2 THEN NULL ELSE claimed_at END,
                claimed_by = CASE WHEN claimed_by = $2 THEN NULL ELSE claimed_by END
            WHERE org_id = $1 AND status = 'pending' AND (project_id, id) IN (
                SELECT project_id, interaction_id FROM interaction_recipients
                WHERE org_id = $1 AND user_id = $2 AND status = 'left')""",
            (org_id, user_id, now),
        ),
        Write(
            "DELETE FROM interaction_recipients WHERE org_id = $1 AND user_id = $2 AND status = 'left'",
            (org_id, user_id),
        ),
    ]


def end_questions_to_agent(project_id: str, agent_id: str, now: int) -> Write:
    """Lets what an agent is asked come due at once. `interactions_by_target`."""
    return Write(
        """
        UPDATE interactions SET remaining = 0, due_at = $3, version = version + 1, updated_at = $3
        WHERE project_id = $1 AND resolved_id = $2 AND status = 'pending' AND target_type = 'agent'""",
        (project_id, agent_id, now),
    )


async def due(store: Database, now: int, after: tuple[int, str], at_most: int) -> list[Row]:
    """Pending interactions of all tenants that the server has to look at. `interactions_due`."""
    return await store.all(
        """
        SELECT project_id, id, due_at FROM interactions
        WHERE status = 'pending' AND due_at <= $1 AND due_at >= $2 AND (due_at, id) > ($2, $3)
        ORDER BY due_at, id LIMIT $4""",
        now,
        *after,
        at_most,
    )


async def next_due(store: Database, now: int) -> int | None:
    """When the next interaction comes due after `now`. `interactions_due`."""
    row = await store.first(
        "SELECT due_at FROM interactions WHERE status = 'pending' AND due_at > $1 ORDER BY due_at LIMIT 1",
        now,
    )
    return None if row is None else int(row["due_at"])


def delete_interactions_of_project(project_id: str) -> Write:
    """Removes some of the interactions of a project."""
    return Write(
        "DELETE FROM interactions WHERE @some(interactions, project_id = $1) RETURNING 1", (project_id,)
    )


def delete_recipients_of_project(project_id: str) -> Write:
    """Removes whom all interactions of a project ask."""
    return Write(
        "DELETE FROM interaction_recipients WHERE @some(interaction_recipients, project_id = $1) RETURNING 1",
        (project_id,),
    )
