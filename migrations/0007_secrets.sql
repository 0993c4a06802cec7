-- Credentials of other services, sealed with a key that is not in the database (see engine::vault).

CREATE TABLE secrets (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name         text        NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    hosts        text[]      NOT NULL CHECK (cardinality(hosts) BETWEEN 1 AND 20),
    version      integer     NOT NULL CHECK (version > 0), -- sealed in, raised by every replacement
    nonce        bytea       NOT NULL CHECK (length(nonce) = 24),
    ciphertext   bytea       NOT NULL CHECK (length(ciphertext) BETWEEN 17 AND 8208),
    created_by   uuid        REFERENCES users ON DELETE SET NULL,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    updated_at   timestamptz NOT NULL DEFAULT engine_now(),
    last_used_at timestamptz,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, name)
);
