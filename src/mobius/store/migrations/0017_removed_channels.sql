-- Channels that are gone for everybody, of which something is left to be removed. `due_at` is when to go on.
CREATE TABLE removed_channels (
    project_id  text NOT NULL,
    channel_id  text NOT NULL,
    removed_at  bigint NOT NULL,
    due_at      bigint NOT NULL,
    PRIMARY KEY (project_id, channel_id)
);
CREATE INDEX removed_channels_due ON removed_channels (due_at);
