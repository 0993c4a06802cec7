-- Sign-in with an OpenID provider.

-- Whom the account is of at the provider: the subject means nothing without its issuer.
ALTER TABLE users
    ADD COLUMN oidc_issuer  text,
    ADD COLUMN oidc_subject text,
    ADD CONSTRAINT identity_is_whole CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL));
CREATE UNIQUE INDEX users_by_identity ON users (oidc_issuer, oidc_subject);

-- Sign-ins that have left for the provider. The key is in a cookie of the browser that began; only its SHA-256 is
-- stored, and state, nonce and verifier are derived from it. A row is deleted by whoever comes back first.
CREATE TABLE oidc_sign_ins (
    key_hash   bytea       PRIMARY KEY CHECK (length(key_hash) = 32),
    next_path  text        NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX oidc_sign_ins_by_end ON oidc_sign_ins (expires_at);
