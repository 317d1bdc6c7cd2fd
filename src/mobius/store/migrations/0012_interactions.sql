-- Whether the run has opened interactions: who ends a run without any need not look for them.
ALTER TABLE runs ADD COLUMN has_interactions integer NOT NULL DEFAULT 0;

-- What a run's transition knows of its project is the id.
CREATE UNIQUE INDEX projects_id ON projects (id);

-- Questions to members, agents and groups. `entry` is the execution of a step that asks, `topic` the signal that
-- another run-backed one is answered with. `target_id` is as it was given, `resolved_id` the id of the user, group
-- or agent. `remaining` counts those who may still answer, `version` every change. `due_at` is when the server
-- has to look at it: when it expires (unless a timer of its run says so), or at once when nobody is left to answer.
CREATE TABLE interactions (
    project_id      text NOT NULL,
    id              text NOT NULL,
    org_id          text NOT NULL,
    run_id          text,
    entry           integer,
    topic           text,
    type            text NOT NULL,
    message         text NOT NULL,
    context         text,
    spec            text NOT NULL,
    target_type     text NOT NULL,
    target_id       text NOT NULL,
    resolved_id     text NOT NULL,
    routing_policy  text,
    collects        integer NOT NULL,
    snapshot        text,
    status          text NOT NULL,
    version         bigint NOT NULL,
    remaining       integer NOT NULL,
    claimed_by      text,
    claimed_at      bigint,
    responder_type  text,
    responder_id    text,
    value           text,
    comment         text,
    expires_at      bigint,
    due_at          bigint,
    completed_at    bigint,
    created_at      bigint NOT NULL,
    updated_at      bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX interactions_by_status ON interactions (project_id, status, id);
CREATE INDEX interactions_by_run ON interactions (project_id, run_id, id) WHERE run_id IS NOT NULL;
CREATE INDEX interactions_by_target ON interactions (project_id, resolved_id, status, id);
CREATE INDEX interactions_due ON interactions (due_at, id) WHERE status = 'pending' AND due_at IS NOT NULL;

-- Whom an interaction asks, a row for each user, with the answer once it is there. `status` repeats that of the
-- interaction, so that an inbox shows what is pending without looking at all the rest; `left` is only seen within
-- the transaction in which a member leaves the org.
CREATE TABLE interaction_recipients (
    project_id      text NOT NULL,
    interaction_id  text NOT NULL,
    user_id         text NOT NULL,
    org_id          text NOT NULL,
    status          text NOT NULL,
    value           text,
    comment         text,
    responded_at    bigint,
    PRIMARY KEY (project_id, interaction_id, user_id)
);
CREATE INDEX interaction_inbox ON interaction_recipients (org_id, user_id, project_id, status, interaction_id);
