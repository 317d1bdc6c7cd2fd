-- A user is one person for a provider: an address that goes to somebody else there does not bring the account along.
DROP INDEX user_identities_by_user;
CREATE UNIQUE INDEX user_identities_of_user ON user_identities (user_id, issuer);
