-- How many runs of each status a project has, without counting them. Every change of a run appends what it changes
-- to `run_count_deltas`, because a counter that all transactions update would make them wait for each other. A
-- daemon folds the deltas into `run_counts`. The sum over both, which is `counted_runs`, is exact at any moment.
CREATE TABLE run_counts (
    project_id  text NOT NULL,
    status      text NOT NULL,
    count       bigint NOT NULL,
    PRIMARY KEY (project_id, status)
);
CREATE TABLE run_count_deltas (
    project_id  text NOT NULL,
    id          bigserial NOT NULL,
    status      text NOT NULL,
    count       bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE VIEW counted_runs (
    project_id,
    status,
    count
) AS
SELECT project_id, status, count FROM run_counts
UNION ALL
SELECT project_id, status, count FROM run_count_deltas;

CREATE FUNCTION mobius_count_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO run_count_deltas (project_id, status, count) VALUES (NEW.project_id, NEW.status, 1);
    RETURN NULL;
END
$$;
CREATE FUNCTION mobius_recount_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO run_count_deltas (project_id, status, count)
    VALUES (OLD.project_id, OLD.status, -1), (NEW.project_id, NEW.status, 1);
    RETURN NULL;
END
$$;
-- Once for all rows of a statement: a project is deleted with all of its runs.
CREATE FUNCTION mobius_uncount_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO run_count_deltas (project_id, status, count)
    SELECT project_id, status, -count(*) FROM deleted GROUP BY project_id, status;
    RETURN NULL;
END
$$;
CREATE TRIGGER runs_inserted AFTER INSERT ON runs
    FOR EACH ROW EXECUTE FUNCTION mobius_count_run();
CREATE TRIGGER runs_changed AFTER UPDATE OF status ON runs
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION mobius_recount_run();
CREATE TRIGGER runs_deleted AFTER DELETE ON runs
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION mobius_uncount_runs();

-- After the triggers: from their creation on nobody else writes runs until this migration is over.
INSERT INTO run_counts (project_id, status, count)
SELECT project_id, status, count(*) FROM runs GROUP BY project_id, status;

-- The runs that ended and the jobs that were completed, by when.
CREATE INDEX runs_ended ON runs (project_id, completed_at, status, started_at) WHERE completed_at IS NOT NULL;
CREATE INDEX jobs_completed ON jobs (project_id, updated_at) WHERE status = 'completed' AND kind <> 'group';
