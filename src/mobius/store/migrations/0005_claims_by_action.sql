-- A third way to the next job: of one action on one queue, so that a worker does not read past the jobs that other
-- kinds of workers are for. Each of the three now has a last condition that no other condition of a claim implies,
-- which keeps a planner without statistics from taking the wrong one.
DROP INDEX jobs_claimable_by_queue;
CREATE INDEX jobs_claimable_by_queue ON jobs (project_id, queue, scheduled_at, id)
    WHERE status = 'pending' AND kind <> 'group' AND retries >= 0;
CREATE INDEX jobs_claimable_by_action ON jobs (project_id, queue, action, scheduled_at, id)
    WHERE status = 'pending' AND kind <> 'group' AND attempt >= 1;
