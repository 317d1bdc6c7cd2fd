-- How people prove who they are. Of every secret only the SHA-256 is stored.
CREATE TABLE sessions (
    org_id        text NOT NULL,
    id            text NOT NULL,
    user_id       text NOT NULL,
    token_hash    text NOT NULL,
    expires_at    bigint NOT NULL,
    last_used_at  bigint NOT NULL,
    created_at    bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_by_user ON sessions (user_id, org_id);
CREATE INDEX sessions_expiring ON sessions (expires_at);

CREATE TABLE cli_credentials (
    org_id        text NOT NULL,
    id            text NOT NULL,
    user_id       text NOT NULL,
    label         text NOT NULL,
    token_prefix  text NOT NULL,
    token_hash    text NOT NULL,
    expires_at    bigint NOT NULL,
    last_used_at  bigint,
    revoked_at    bigint,
    created_at    bigint NOT NULL,
    updated_at    bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX cli_credentials_token ON cli_credentials (token_hash);
CREATE INDEX cli_credentials_by_user ON cli_credentials (org_id, user_id, id);

-- A device that waits for somebody to confirm it. `org_id` and `user_id` are set by who confirms.
CREATE TABLE device_codes (
    device_hash       text PRIMARY KEY,
    user_code         text NOT NULL,
    label             text NOT NULL,
    requested_org     text,
    requested_from    text NOT NULL,
    status            text NOT NULL,
    confirmed_org     text,
    confirmed_by      text,
    interval_seconds  integer NOT NULL,
    polled_at         bigint,
    expires_at        bigint NOT NULL,
    created_at        bigint NOT NULL
);
CREATE UNIQUE INDEX device_codes_user_code ON device_codes (user_code);
CREATE INDEX device_codes_expiring ON device_codes (expires_at);

-- Who somebody is for an OpenID provider.
CREATE TABLE user_identities (
    issuer      text NOT NULL,
    subject     text NOT NULL,
    user_id     text NOT NULL,
    created_at  bigint NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX user_identities_by_user ON user_identities (user_id);

-- Sign-ins at an OpenID provider that are under way.
CREATE TABLE oidc_sign_ins (
    state_hash     text PRIMARY KEY,
    nonce          text NOT NULL,
    code_verifier  text NOT NULL,
    next_path      text NOT NULL,
    expires_at     bigint NOT NULL
);
CREATE INDEX oidc_sign_ins_expiring ON oidc_sign_ins (expires_at);
