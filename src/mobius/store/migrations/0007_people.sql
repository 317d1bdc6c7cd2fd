-- Who there is. `email_folded` is the address as sign-in compares it; a user without one cannot sign in by password.
-- `password_hash` is argon2id in its own notation.
ALTER TABLE users ADD COLUMN email text;
ALTER TABLE users ADD COLUMN email_folded text;
ALTER TABLE users ADD COLUMN password_hash text;
CREATE UNIQUE INDEX users_email ON users (email_folded) WHERE email_folded IS NOT NULL;

ALTER TABLE org_members ADD COLUMN updated_at bigint NOT NULL DEFAULT 0;
CREATE INDEX org_members_by_user ON org_members (user_id, org_id);

-- `role` is the system role that the account holds in its project; null, its keys need permissions of their own.
CREATE TABLE service_accounts (
    project_id     text NOT NULL,
    id             text NOT NULL,
    org_id         text NOT NULL,
    name           text NOT NULL,
    display_name   text NOT NULL,
    description    text,
    status         text NOT NULL,
    owner_user_id  text,
    role           text,
    metadata       text NOT NULL,
    created_by     text NOT NULL,
    created_at     bigint NOT NULL,
    updated_at     bigint NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX service_accounts_name ON service_accounts (project_id, name);
CREATE INDEX service_accounts_by_owner ON service_accounts (org_id, owner_user_id) WHERE owner_user_id IS NOT NULL;
