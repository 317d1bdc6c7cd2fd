"""The rows of a past: one text for both databases.

`n` is the number of a run and `at` when it began, in microseconds; `s` counts events.
"""

from __future__ import annotations

import re

TABLES = ("runs", "run_states", "jobs", "action_log", "events", "run_counts")
MODEL = "model"
"""The queue of the run that all others are like."""

_MODEL = f"""
CREATE TEMP TABLE model AS
SELECT r.project_id AS project, r.spec_hash AS spec_hash, s.state AS state, e.seq AS seq
FROM runs r JOIN run_states s ON s.project_id = r.project_id AND s.run_id = r.id
CROSS JOIN (SELECT max(seq) AS seq FROM events) AS e
WHERE r.queue = '{MODEL}'"""

# Every twelfth run failed, but none of one workflow. A few are on a rare queue, of a rare workflow or key.
_KINDS = """
CREATE TEMP VIEW kinds AS
SELECT n, at, project, spec_hash, state, 'run' || tail AS run_id, 'job' || tail AS job_id,
    CASE WHEN n % @rare = 7 THEN 'rare' WHEN n % 10 < 7 THEN 'default' ELSE 'queue-' || (n % 10) END AS queue,
    CASE WHEN n % @rare = 11 THEN 'rare' ELSE 'flow-' || (n % 19) END AS flow,
    CASE WHEN n % @rare = 13 THEN 'rare' ELSE 'key-' || (n % 4) END AS starter,
    'act-' || (n % 7) AS action,
    CASE WHEN n >= @pending THEN 'queued' WHEN n % 12 = 5 AND n % 19 <> 3 THEN 'failed'
        ELSE 'completed' END AS status,
    CASE WHEN n < @pending THEN at + 40000 END AS started,
    CASE WHEN n < @pending THEN at + 40000 + n % 977 * 10000 END AS ended
FROM seeds CROSS JOIN model"""

_RUNS = """
INSERT INTO runs (project_id, id, workflow_id, workflow_version, workflow_name, workflow_handle, spec_hash,
    queue, status, attempt, inputs, metadata, external_id, parent_run_id, error_message, result,
    actor_type, actor_id, initiated_by, cancel_requested, created_at, started_at, completed_at, updated_at)
SELECT project, run_id, CASE WHEN n % 5 > 0 THEN 'wfl_' || flow END, 3, flow, flow, spec_hash,
    queue, status, 1, '{"order":' || n || ',"customer":"customer-' || (n % 9973) || '"}', '{"source":"shop"}',
    CASE WHEN n % 5 = 1 THEN 'order-' || n END, CASE WHEN n % 50 = 9 THEN 'parent-' || (n / 1000) END,
    CASE WHEN status = 'failed' THEN 'step "step-1" failed: Error: the shop did not answer' END,
    CASE WHEN status = 'completed' THEN '{"last":{"ok":true}}' END,
    'user', 'usr_owner', starter, 0, at, started, ended, coalesce(ended, at)
FROM kinds ORDER BY n"""

_STATES = """
INSERT INTO run_states (project_id, run_id, version, state)
SELECT project, run_id, 1, state FROM kinds ORDER BY n"""

_JOBS = """
INSERT INTO jobs (project_id, id, run_id, kind, entry, path_id, branch, step_name, workflow_name,
    action, action_kind, queue, parameters, status, attempt, max_attempts, retries, lost_leases, scheduled_at,
    claimed_by, claimed_at, heartbeat_at, should_cancel, last_error, completion_hash, created_at, updated_at)
SELECT project, job_id, run_id, 'task', 1, 'main/1', 'main', 'step-1', flow,
    action, 'worker', queue, '{"number":' || n || '}',
    CASE WHEN status = 'queued' THEN 'pending' ELSE status END, 1, 1, 0, 0, at,
    CASE WHEN status <> 'queued' THEN 'worker-' || (n % 50) END, started, started, 0,
    CASE WHEN status = 'failed' THEN 'Error: the shop did not answer' END,
    CASE WHEN status <> 'queued' THEN 'hash' END, at, coalesce(ended, at)
FROM kinds ORDER BY n"""

_ACTION_LOG = """
INSERT INTO action_log (project_id, run_id, id, job_id, attempt, action, step_name, branch_id, parameters,
    result, error, started_at, duration_ms)
SELECT project, run_id, 'alog' || substr(run_id, 4), job_id, 1, action, 'step-1', 'main',
    '{"number":' || n || '}', CASE WHEN status = 'completed' THEN '{"ok":true}' END,
    CASE WHEN status = 'failed' THEN 'Error: the shop did not answer' END, started, (ended - started) / 1000
FROM kinds WHERE status <> 'queued' ORDER BY n"""

# The events of a hundred runs lie between each other, as those of runs at the same time do.
_EVENTS = """
INSERT INTO events (seq, project_id, run_id, type, data, created_at)
SELECT seq + 1 + s, project, 'run' || tail,
    CASE s / 100 % 10 WHEN 0 THEN 'run_updated' WHEN 9 THEN 'run_updated' WHEN 5 THEN 'action_appended'
        WHEN 6 THEN 'progress' WHEN 7 THEN 'progress' ELSE 'job_updated' END,
    '{"id":"job' || tail || '","run_id":"run' || tail || '","step_name":"step-1","action":"act",'
        || '"queue":"default","status":"completed","attempt":1,"max_attempts":1,"path_id":"main/1",'
        || '"parameters":{"number":' || s || '}}',
    at + s / 100 % 10 * 1000
FROM @numbers JOIN seeds ON n = s / 1000 * 100 + s % 100 CROSS JOIN model ORDER BY s"""

_COUNTS = """
INSERT INTO run_counts (project_id, status, count)
SELECT project_id, status, count(*) FROM runs GROUP BY project_id, status"""


def statements(first_pending: int, rare: int, numbers: str) -> list[str]:
    """Return what writes the rows from a table `seeds`.

    `first_pending` is the number of the first run that has not ended, every `rare`th is of a rare kind, and
    `numbers` is a table expression with the numbers of events.
    """
    places = {"@pending": str(first_pending), "@rare": str(rare), "@numbers": numbers}
    texts = (_MODEL, _KINDS, _RUNS, _STATES, _JOBS, _ACTION_LOG, _EVENTS, "DELETE FROM run_counts", _COUNTS)
    return [re.sub(r"@\w+", lambda place: places[place[0]], text) for text in texts]
