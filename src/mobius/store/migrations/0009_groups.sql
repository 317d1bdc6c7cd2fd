-- Groups of members, who are asked together. A group's handle is unique in its project.
CREATE TABLE groups (
    project_id      text NOT NULL,
    id              text NOT NULL,
    org_id          text NOT NULL,
    handle          text NOT NULL,
    name            text NOT NULL,
    description     text,
    routing_policy  text NOT NULL,
    created_at      bigint NOT NULL,
    updated_at      bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX groups_handle ON groups (project_id, handle);

CREATE TABLE group_members (
    project_id  text NOT NULL,
    group_id    text NOT NULL,
    user_id     text NOT NULL,
    id          text NOT NULL,
    org_id      text NOT NULL,
    added_by    text,
    added_at    bigint NOT NULL,
    PRIMARY KEY (project_id, group_id, user_id)
);
CREATE UNIQUE INDEX group_members_newest ON group_members (project_id, group_id, id);
CREATE INDEX group_members_by_user ON group_members (org_id, user_id, project_id, group_id);
