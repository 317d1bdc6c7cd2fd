-- Agents, and the sessions in which their workers are connected. `capabilities`, `config` and `metadata` are JSON.
-- `online_until` is when an agent that was announced as online is to be looked at again; null: announced as offline.
CREATE TABLE agents (
    project_id          text NOT NULL,
    id                  text NOT NULL,
    org_id              text NOT NULL,
    service_account_id  text NOT NULL,
    name                text NOT NULL,
    display_name        text NOT NULL,
    description         text,
    kind                text,
    capabilities        text,
    config              text,
    status              text NOT NULL,
    online_until        bigint,
    created_by          text NOT NULL,
    created_at          bigint NOT NULL,
    updated_at          bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX agents_name ON agents (project_id, name);
CREATE INDEX agents_by_service_account ON agents (project_id, service_account_id, id);
CREATE INDEX agents_online ON agents (online_until) WHERE online_until IS NOT NULL;

CREATE TABLE agent_sessions (
    project_id       text NOT NULL,
    id               text NOT NULL,
    agent_id         text NOT NULL,
    org_id           text NOT NULL,
    status           text NOT NULL,
    transport        text NOT NULL,
    metadata         text,
    connected_at     bigint NOT NULL,
    last_seen_at     bigint NOT NULL,
    disconnected_at  bigint,
    created_at       bigint NOT NULL,
    updated_at       bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX agent_sessions_of_agent ON agent_sessions (project_id, agent_id, id);
