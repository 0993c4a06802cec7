-- OAuth for servers of tools: how a server lets Atelier in, what it has been given, and sign-ins that are on their way.

-- Method, client and scopes; no value of a secret is here, only its name.
ALTER TABLE mcp_servers ADD COLUMN auth jsonb NOT NULL DEFAULT '{}';

-- What a server lets Atelier in by. Tokens, and a client that was registered for it, are sealed as one; the version is
-- sealed in, so that whoever has waited for a new token knows one. The token is renewed a little before it ends.
CREATE TABLE mcp_authorizations (
    workspace_id uuid        NOT NULL,
    server_id    uuid        NOT NULL,
    version      integer     NOT NULL CHECK (version > 0),
    nonce        bytea       NOT NULL CHECK (length(nonce) = 24),
    ciphertext   bytea       NOT NULL,
    status       text        NOT NULL DEFAULT 'connected' CHECK (status IN ('connected', 'reauthorize')),
    -- Neither where the server does not say how long its token lasts.
    renew_at     timestamptz,
    ends_at      timestamptz,
    connected_by uuid        REFERENCES users ON DELETE SET NULL,
    connected_at timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (workspace_id, server_id),
    FOREIGN KEY (workspace_id, server_id) REFERENCES mcp_servers (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX mcp_authorizations_by_maker ON mcp_authorizations (connected_by);

-- Sign-ins that have left for an authorization server. Only the SHA-256 of the state that comes back is stored; a row is
-- deleted by whoever comes back first, and is of the session that began.
CREATE TABLE mcp_sign_ins (
    workspace_id uuid        NOT NULL,
    state_hash   bytea       NOT NULL CHECK (length(state_hash) = 32),
    server_id    uuid        NOT NULL,
    session_id   uuid        NOT NULL,
    nonce        bytea       NOT NULL CHECK (length(nonce) = 24),
    ciphertext   bytea       NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, state_hash),
    FOREIGN KEY (workspace_id, server_id) REFERENCES mcp_servers (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX mcp_sign_ins_by_server ON mcp_sign_ins (workspace_id, server_id);
CREATE INDEX mcp_sign_ins_by_end ON mcp_sign_ins (expires_at);

ALTER TABLE notices DROP CONSTRAINT notices_kind_check;
ALTER TABLE notices ADD CONSTRAINT notices_kind_check CHECK (kind IN ('review_waits', 'mention', 'execution_ended',
    'execution_failed', 'budget', 'invitation', 'tool_sign_in', 'password_reset')) NOT VALID;
ALTER TABLE notices VALIDATE CONSTRAINT notices_kind_check;
