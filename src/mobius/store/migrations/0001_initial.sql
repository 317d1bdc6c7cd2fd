-- Tables of identity, projects, workflows and execution. The same text serves both databases.
-- Times are microseconds since 1970 (UTC), JSON is text, flags are 0 or 1.

CREATE TABLE orgs (
    id          text PRIMARY KEY,
    name        text NOT NULL,
    created_at  bigint NOT NULL,
    updated_at  bigint NOT NULL
);

CREATE TABLE users (
    id          text PRIMARY KEY,
    name        text NOT NULL,
    created_at  bigint NOT NULL,
    updated_at  bigint NOT NULL
);

CREATE TABLE org_members (
    org_id      text NOT NULL,
    user_id     text NOT NULL,
    role        text NOT NULL,
    created_at  bigint NOT NULL,
    PRIMARY KEY (org_id, user_id)
);

-- `name_folded` is the name as a search compares it: the databases do not agree on what lower case is.
CREATE TABLE projects (
    org_id       text NOT NULL,
    id           text NOT NULL,
    name         text NOT NULL,
    name_folded  text NOT NULL,
    handle       text NOT NULL,
    description  text,
    created_by   text NOT NULL,
    created_at   bigint NOT NULL,
    updated_at   bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX projects_handle ON projects (org_id, handle);

CREATE TABLE api_keys (
    org_id              text NOT NULL,
    id                  text NOT NULL,
    project_id          text,
    name                text NOT NULL,
    key_prefix          text NOT NULL,
    key_hash            text NOT NULL,
    scope               text NOT NULL,
    permissions         text,
    service_account_id  text,
    created_by          text NOT NULL,
    expires_at          bigint,
    last_used_at        bigint,
    revoked_at          bigint,
    created_at          bigint NOT NULL,
    updated_at          bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (key_hash);
CREATE UNIQUE INDEX api_keys_name ON api_keys (org_id, coalesce(project_id, ''), name) WHERE revoked_at IS NULL;

-- Answers given to requests that carried an Idempotency-Key; kept for 24 hours.
-- `status` is null while the first request is still at work.
CREATE TABLE idempotency_keys (
    org_id         text NOT NULL,
    credential_id  text NOT NULL,
    key            text NOT NULL,
    request_hash   text NOT NULL,
    status         integer,
    body           text,
    created_at     bigint NOT NULL,
    PRIMARY KEY (org_id, credential_id, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- A specification is stored once per project, under the SHA-256 of its canonical JSON.
CREATE TABLE specs (
    project_id  text NOT NULL,
    hash        text NOT NULL,
    spec        text NOT NULL,
    created_at  bigint NOT NULL,
    PRIMARY KEY (project_id, hash)
);

CREATE TABLE workflows (
    project_id         text NOT NULL,
    id                 text NOT NULL,
    org_id             text NOT NULL,
    name               text NOT NULL,
    handle             text NOT NULL,
    description        text,
    latest_version     integer NOT NULL,
    published_as_tool  integer NOT NULL,
    created_by         text NOT NULL,
    created_at         bigint NOT NULL,
    updated_at         bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX workflows_handle ON workflows (org_id, handle);
CREATE UNIQUE INDEX workflows_name ON workflows (project_id, name);
CREATE INDEX workflows_handle_in_project ON workflows (project_id, handle);

CREATE TABLE workflow_versions (
    project_id   text NOT NULL,
    workflow_id  text NOT NULL,
    version      integer NOT NULL,
    id           text NOT NULL,
    spec_hash    text NOT NULL,
    created_by   text NOT NULL,
    created_at   bigint NOT NULL,
    PRIMARY KEY (project_id, workflow_id, version)
);

CREATE TABLE runs (
    project_id        text NOT NULL,
    id                text NOT NULL,
    workflow_id       text,
    workflow_version  integer NOT NULL,
    workflow_name     text NOT NULL,
    workflow_handle   text NOT NULL,
    spec_hash         text NOT NULL,
    queue             text NOT NULL,
    status            text NOT NULL,
    attempt           integer NOT NULL,
    inputs            text NOT NULL,
    metadata          text NOT NULL,
    external_id       text,
    parent_run_id     text,
    error_message     text,
    result            text,
    actor_type        text NOT NULL,
    actor_id          text NOT NULL,
    initiated_by      text NOT NULL,
    cancel_requested  integer NOT NULL,
    created_at        bigint NOT NULL,
    started_at        bigint,
    completed_at      bigint,
    updated_at        bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX runs_by_status ON runs (project_id, status, id);
CREATE INDEX runs_by_name ON runs (project_id, workflow_name, id);
CREATE INDEX runs_by_workflow ON runs (project_id, workflow_id, id) WHERE workflow_id IS NOT NULL;
CREATE INDEX runs_by_external_id ON runs (project_id, external_id, id) WHERE external_id IS NOT NULL;
CREATE INDEX runs_by_parent ON runs (project_id, parent_run_id, id) WHERE parent_run_id IS NOT NULL;

-- Starts that named an external id: a repeat to the letter within 24 hours finds its run here.
CREATE TABLE run_starts (
    project_id    text NOT NULL,
    external_id   text NOT NULL,
    request_hash  text NOT NULL,
    run_id        text NOT NULL,
    created_at    bigint NOT NULL,
    PRIMARY KEY (project_id, external_id, request_hash)
);
CREATE INDEX run_starts_created ON run_starts (created_at);

-- What the engine remembers of a run, apart from the run's row because every step rewrites it.
-- `version` counts transitions: a writer that read an older one loses and reads again.
CREATE TABLE run_states (
    project_id  text NOT NULL,
    run_id      text NOT NULL,
    version     bigint NOT NULL,
    state       text NOT NULL,
    PRIMARY KEY (project_id, run_id)
);

-- kind: `task` is one execution of a step, `item` one of an `each` step, `group` the parent of items
-- (never claimable; `remaining` counts the items still open).
CREATE TABLE jobs (
    project_id        text NOT NULL,
    id                text NOT NULL,
    run_id            text NOT NULL,
    kind              text NOT NULL,
    parent_job_id     text,
    item_index        integer,
    remaining         integer,
    entry             integer NOT NULL,
    path_id           text NOT NULL,
    branch            text NOT NULL,
    step_name         text NOT NULL,
    workflow_name     text NOT NULL,
    action            text NOT NULL,
    action_kind       text NOT NULL,
    queue             text NOT NULL,
    parameters        text NOT NULL,
    status            text NOT NULL,
    attempt           integer NOT NULL,
    max_attempts      integer NOT NULL,
    retries           integer NOT NULL,
    retry_policy      integer,
    lost_leases       integer NOT NULL,
    timeout_us        bigint,
    scheduled_at      bigint NOT NULL,
    claimed_by        text,
    agent_id          text,
    agent_session_id  text,
    claimed_at        bigint,
    heartbeat_at      bigint,
    expires_at        bigint,
    deadline_at       bigint,
    should_cancel     integer NOT NULL,
    last_error        text,
    result            text,
    completion_hash   text,
    created_at        bigint NOT NULL,
    updated_at        bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX jobs_by_run ON jobs (project_id, run_id, id);
-- Two ways to the next job: on one queue, or on any. The last condition of each keeps a planner without statistics
-- from taking the wrong one: a query about one queue says nothing of `lost_leases`, one about any nothing of `queue`.
CREATE INDEX jobs_claimable_by_queue ON jobs (project_id, queue, scheduled_at, id)
    WHERE status = 'pending' AND kind <> 'group' AND queue IS NOT NULL;
CREATE INDEX jobs_claimable ON jobs (project_id, scheduled_at, id)
    WHERE status = 'pending' AND kind <> 'group' AND lost_leases >= 0;
CREATE INDEX jobs_expiring ON jobs (expires_at) WHERE status = 'claimed';

-- `arrival` is the version of the run's state that the signal met: the order of delivery.
CREATE TABLE signals (
    project_id   text NOT NULL,
    run_id       text NOT NULL,
    id           text NOT NULL,
    topic        text NOT NULL,
    arrival      bigint NOT NULL,
    payload      text NOT NULL,
    created_at   bigint NOT NULL,
    consumed_at  bigint,
    PRIMARY KEY (project_id, run_id, id)
);

CREATE TABLE timers (
    project_id    text NOT NULL,
    run_id        text NOT NULL,
    entry         integer NOT NULL,
    due_at        bigint NOT NULL,
    leased_until  bigint NOT NULL,
    PRIMARY KEY (project_id, run_id, entry)
);
CREATE INDEX timers_due ON timers (due_at);

CREATE TABLE action_log (
    project_id   text NOT NULL,
    run_id       text NOT NULL,
    id           text NOT NULL,
    job_id       text NOT NULL,
    attempt      integer NOT NULL,
    action       text NOT NULL,
    step_name    text NOT NULL,
    branch_id    text NOT NULL,
    parameters   text NOT NULL,
    result       text,
    error        text,
    started_at   bigint NOT NULL,
    duration_ms  bigint NOT NULL,
    PRIMARY KEY (project_id, run_id, id)
);

CREATE TABLE workers (
    project_id    text NOT NULL,
    worker_id     text NOT NULL,
    name          text,
    version       text,
    last_seen_at  bigint NOT NULL,
    PRIMARY KEY (project_id, worker_id)
);
