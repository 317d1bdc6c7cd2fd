-- Each filter of the list of runs has an index that gives its runs in the order of the list, and so have the pairs
-- that are asked for most: the failed (or running) runs of a workflow, of a queue, of whoever started them. Without a
-- status, the runs of all statuses are merged, so that no filter needs a second index.
DROP INDEX runs_by_name;
CREATE INDEX runs_by_name ON runs (project_id, workflow_name, status, id);
CREATE INDEX runs_by_queue ON runs (project_id, queue, status, id);
CREATE INDEX runs_by_initiator ON runs (project_id, initiated_by, status, id);
