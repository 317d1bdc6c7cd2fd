-- Orgs have a handle, unique on the server. Up to here there was one org, the one that the first start made.
ALTER TABLE orgs ADD COLUMN handle text;
ALTER TABLE orgs ADD COLUMN metadata text NOT NULL DEFAULT '{}';
UPDATE orgs SET handle = 'default';
CREATE UNIQUE INDEX orgs_handle ON orgs (handle);

-- A credential names its actor by org and id.
CREATE UNIQUE INDEX service_accounts_id ON service_accounts (org_id, id);
CREATE INDEX api_keys_by_creator ON api_keys (org_id, created_by) WHERE revoked_at IS NULL;
CREATE INDEX api_keys_by_account ON api_keys (org_id, service_account_id)
    WHERE service_account_id IS NOT NULL AND revoked_at IS NULL;
