-- Projects that are gone for everybody, of which something is left to be removed. `due_at` is when to go on.
CREATE TABLE removed_projects (
    org_id      text NOT NULL,
    project_id  text NOT NULL,
    removed_at  bigint NOT NULL,
    due_at      bigint NOT NULL,
    PRIMARY KEY (org_id, project_id)
);
CREATE INDEX removed_projects_due ON removed_projects (due_at);
