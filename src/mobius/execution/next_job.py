"""The query for the next job of a worker: read from an index that holds only what the worker wants.

What a worker wants is a set of places: queues, or pairs of queue and action. The oldest job of each place is
at the head of the place's own stretch of an index, so a backlog elsewhere costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from mobius.store import Dialect

MOST_PLACES = 200
"""With more of them one index is read in the order of time instead, past what the worker does not want."""

_JOBS = """
    SELECT project_id, id, scheduled_at FROM jobs
    WHERE project_id = $1 AND status = 'pending' AND kind <> 'group' AND scheduled_at <= $5 AND {which}"""
_OLDEST = " ORDER BY scheduled_at, id LIMIT 1"

# Each begins with the condition that belongs to its index alone.
_ANY = "lost_leases >= 0"  # jobs_claimable
_ON_QUEUE = "retries >= 0 AND queue = {queue}"  # jobs_claimable_by_queue
_OF_ACTION = "attempt >= 1 AND queue = {queue} AND action = {action}"  # jobs_claimable_by_action


def next_job(
    queues: Sequence[str], actions: Sequence[str], dialect: Dialect, closed: Collection[str] = ()
) -> tuple[str, list[Any]]:
    """Return the query for the next job, and its parameters from `$7` on; `$1` is the project, `$5` the time.

    Empty queues or actions mean any, but for the queues that are `closed`. PostgreSQL locks the job and skips
    those that others have locked.
    """
    if closed and not queues and not actions:
        return _on_open_queues(dialect), [sorted(closed)]
    pairs = [(queue, action) for queue in queues for action in actions]
    places: list[tuple[str, ...]] = [*pairs] if actions else [(queue,) for queue in queues]
    if not 0 < len(places) <= MOST_PLACES:
        return _anywhere(queues, actions, closed)
    which = _OF_ACTION if actions else _ON_QUEUE
    if len(places) == 1:
        return _jobs(which, "$7", "$8") + _OLDEST + " @skip_locked", [*places[0]]
    if dialect == "postgres":
        return _in_turn(which, len(places[0])), [list(names) for names in zip(*places, strict=True)]
    return _merged(which, places), [name for place in places for name in place]


def _jobs(which: str, queue: str = "", action: str = "") -> str:
    return _JOBS.format(which=which.format(queue=queue, action=action))


def _anywhere(
    queues: Sequence[str], actions: Sequence[str], closed: Collection[str]
) -> tuple[str, list[Any]]:
    which = _ANY
    values: list[list[str]] = []
    for column, wanted in (("queue", queues), ("action", actions)):
        if wanted:
            values.append(list(wanted))
            which += f" AND {column} @in(${6 + len(values)})"
    if closed:
        values.append(sorted(closed))
        which += f" AND NOT (queue @in(${6 + len(values)}))"
    return _jobs(which) + _OLDEST + " @skip_locked", values


def _in_turn(which: str, width: int) -> str:
    """Return the query that tries the places in the order of their oldest jobs until one has a job to lock.

    One text for any number of places, which never locks a second job.
    """
    names = ", ".join(("queue", "action")[:width])
    return _of_places(which, names, ", ".join(f"${7 + n}::text[]" for n in range(width)))


def _of_places(which: str, names: str, lists: str) -> str:
    jobs = _jobs(which, "place.queue", "place.action")
    return f"""
WITH places AS MATERIALIZED (
    SELECT {names} FROM unnest({lists}) AS place({names})
    CROSS JOIN LATERAL ({jobs}{_OLDEST}) AS oldest ORDER BY scheduled_at, id)
SELECT project_id, id FROM places AS place CROSS JOIN LATERAL ({jobs}{_OLDEST} @skip_locked) AS job LIMIT 1"""


_PENDING = "project_id = $1 AND status = 'pending' AND kind <> 'group' AND retries >= 0"
# Each queue costs one look into the index, however many jobs it holds.
_OPEN_QUEUES = f"""
    WITH RECURSIVE found(queue) AS (
        SELECT min(queue) FROM jobs WHERE {_PENDING}
        UNION ALL
        SELECT (SELECT min(jobs.queue) FROM jobs WHERE {_PENDING} AND jobs.queue > found.queue)
        FROM found WHERE found.queue IS NOT NULL)
    SELECT queue FROM found WHERE NOT (queue @in($7))"""


def _on_open_queues(dialect: Dialect) -> str:
    """Return the query that tries all queues that have jobs, but for those that are closed.

    In the order of time it would read past everything that waits on the closed ones.
    """
    if dialect == "postgres":
        return _of_places(_ON_QUEUE, "queue", f"ARRAY({_OPEN_QUEUES})")
    oldest = _jobs(_ON_QUEUE, "place.queue") + _OLDEST
    return f"""
SELECT $1 AS project_id, id FROM (
    SELECT (SELECT id FROM ({oldest})) AS id, (SELECT scheduled_at FROM ({oldest})) AS scheduled_at
    FROM ({_OPEN_QUEUES}) AS place)
WHERE id IS NOT NULL{_OLDEST}"""


def _merged(which: str, places: Sequence[tuple[str, ...]]) -> str:
    """Return the query that merges the stretches of all places."""
    width = len(places[0])
    each = [_jobs(which, f"${7 + width * n}", f"${8 + width * n}") for n in range(len(places))]
    return f"SELECT project_id, id FROM ({' UNION ALL '.join(each)}{_OLDEST})"
