-- The event log. The one writer commits in the order in which it inserts, so the rowid is the order of commits.
CREATE TABLE events (
    seq         integer PRIMARY KEY AUTOINCREMENT,
    project_id  text NOT NULL,
    run_id      text NOT NULL,
    type        text NOT NULL,
    data        text NOT NULL,
    created_at  bigint NOT NULL
);
CREATE INDEX events_by_project ON events (project_id, seq);
CREATE INDEX events_by_run ON events (project_id, run_id, seq);
