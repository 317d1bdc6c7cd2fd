-- Channels and direct messages. `participants` is the set of people of a direct message, as one text; null for a channel.
-- `members` and `messages` count, so that a limit is a condition on this row; it is locked by whatever changes them.
CREATE TABLE channels (
    project_id    text NOT NULL,
    id            text NOT NULL,
    org_id        text NOT NULL,
    name          text NOT NULL,
    display_name  text NOT NULL,
    topic         text,
    kind          text NOT NULL,
    private       integer NOT NULL,
    participants  text,
    members       integer NOT NULL,
    messages      bigint NOT NULL,
    created_by    text NOT NULL,
    created_at    bigint NOT NULL,
    updated_at    bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX channels_name ON channels (project_id, name);
CREATE UNIQUE INDEX channels_participants ON channels (project_id, participants) WHERE participants IS NOT NULL;
CREATE INDEX channels_public ON channels (project_id, id) WHERE private = 0;
CREATE INDEX channels_forsaken ON channels (project_id, id) WHERE private = 1 AND members = 0;

-- `user_id` is a user or an agent. `last_read_number` is the number of the message that `last_read_message_id` names.
CREATE TABLE channel_members (
    project_id            text NOT NULL,
    channel_id            text NOT NULL,
    user_id               text NOT NULL,
    id                    text NOT NULL,
    org_id                text NOT NULL,
    role                  text NOT NULL,
    last_read_message_id  text,
    last_read_number      bigint NOT NULL,
    muted                 integer NOT NULL,
    starred               integer NOT NULL,
    joined_at             bigint NOT NULL,
    PRIMARY KEY (project_id, channel_id, user_id)
);
CREATE INDEX channel_members_by_user ON channel_members (project_id, user_id, channel_id);
CREATE INDEX channel_members_in_org ON channel_members (org_id, user_id);

-- The messages of a channel are numbered in the order of their commits, whatever the clocks of the servers say. Each
-- filter of their list, and each combination, has an index that gives them in that order.
CREATE TABLE channel_messages (
    project_id         text NOT NULL,
    channel_id         text NOT NULL,
    number             bigint NOT NULL,
    id                 text NOT NULL,
    sender_type        text NOT NULL,
    sender_id          text NOT NULL,
    sender_session_id  text,
    display            text NOT NULL,
    type               text NOT NULL,
    content            text NOT NULL,
    reply_to           text,
    metadata           text NOT NULL,
    pinned             integer NOT NULL,
    pinned_by          text,
    edited_at          bigint,
    created_at         bigint NOT NULL,
    PRIMARY KEY (project_id, channel_id, number)
);
CREATE UNIQUE INDEX channel_messages_id ON channel_messages (project_id, channel_id, id);
CREATE INDEX channel_messages_by_sender ON channel_messages (project_id, channel_id, sender_id, number);
CREATE INDEX channel_messages_replies ON channel_messages (project_id, channel_id, reply_to, number)
    WHERE reply_to IS NOT NULL;
CREATE INDEX channel_messages_replies_by_sender ON channel_messages (project_id, channel_id, reply_to, sender_id, number)
    WHERE reply_to IS NOT NULL;
CREATE INDEX channel_messages_pinned ON channel_messages (project_id, channel_id, number) WHERE pinned = 1;
