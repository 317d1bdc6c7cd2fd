-- How many runs of each status a project has, without counting them: whoever changes a run counts it at once, since
-- there is one writer. `counted_runs` is what is read, as on PostgreSQL.
CREATE TABLE run_counts (
    project_id  text NOT NULL,
    status      text NOT NULL,
    count       bigint NOT NULL,
    PRIMARY KEY (project_id, status)
);
CREATE VIEW counted_runs (
    project_id,
    status,
    count
) AS
SELECT project_id, status, count FROM run_counts;

INSERT INTO run_counts (project_id, status, count)
SELECT project_id, status, count(*) FROM runs GROUP BY project_id, status;

CREATE TRIGGER runs_inserted AFTER INSERT ON runs BEGIN
    INSERT INTO run_counts (project_id, status, count) VALUES (NEW.project_id, NEW.status, 1)
    ON CONFLICT (project_id, status) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER runs_changed AFTER UPDATE OF status ON runs WHEN OLD.status <> NEW.status BEGIN
    UPDATE run_counts SET count = count - 1 WHERE project_id = OLD.project_id AND status = OLD.status;
    INSERT INTO run_counts (project_id, status, count) VALUES (NEW.project_id, NEW.status, 1)
    ON CONFLICT (project_id, status) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER runs_deleted AFTER DELETE ON runs BEGIN
    UPDATE run_counts SET count = count - 1 WHERE project_id = OLD.project_id AND status = OLD.status;
END;

-- The runs that ended and the jobs that were completed, by when.
CREATE INDEX runs_ended ON runs (project_id, completed_at, status, started_at) WHERE completed_at IS NOT NULL;
CREATE INDEX jobs_completed ON jobs (project_id, updated_at) WHERE status = 'completed' AND kind <> 'group';
