-- What a run has behind it must not cost the steps to come: signals that wait are found without those that were
-- consumed, the items of a fan-out without all other jobs of the run.
CREATE INDEX signals_waiting ON signals (project_id, run_id, topic, arrival, id) WHERE consumed_at IS NULL;
CREATE INDEX jobs_by_parent ON jobs (project_id, parent_job_id, item_index) WHERE parent_job_id IS NOT NULL;
