-- The one clock. `atelier.clock_offset` (an interval) is set by tests only. STABLE, so that
-- comparisons with it can use an index.
CREATE FUNCTION engine_now() RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS
$$
BEGIN
    RETURN clock_timestamp()
         + coalesce(nullif(current_setting('atelier.clock_offset', true), ''), '0')::interval;
END
$$;

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    email         text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT engine_now()
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

CREATE TABLE workspaces (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT engine_now()
);

CREATE TABLE memberships (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role         text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'runner', 'viewer')),
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX memberships_user_idx ON memberships (user_id);

CREATE TABLE projects (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id)
);

-- The cookie's 32 random bytes are never stored, only their SHA-256.
CREATE TABLE sign_in_sessions (
    id           uuid PRIMARY KEY,
    key_hash     bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    user_id      uuid NOT NULL,
    workspace_id uuid NOT NULL,
    user_agent   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    last_seen_at timestamptz NOT NULL DEFAULT engine_now(),
    expires_at   timestamptz NOT NULL,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships ON DELETE CASCADE
);
CREATE INDEX sign_in_sessions_user_idx ON sign_in_sessions (user_id);
CREATE INDEX sign_in_sessions_expires_idx ON sign_in_sessions (expires_at);

CREATE TABLE api_tokens (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    user_id      uuid NOT NULL,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role         text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'runner', 'viewer')),
    token_hash   bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships ON DELETE CASCADE
);

-- When passwords were checked for a bucket (an account seen from an address, or an address), newest last.
CREATE TABLE sign_in_attempts (
    bucket       text PRIMARY KEY,
    evaluated_at timestamptz[] NOT NULL DEFAULT '{}',
    updated_at   timestamptz NOT NULL DEFAULT engine_now()
);
CREATE INDEX sign_in_attempts_updated_idx ON sign_in_attempts (updated_at);

CREATE TABLE audit_log (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id uuid REFERENCES workspaces ON DELETE CASCADE,
    user_id      uuid REFERENCES users ON DELETE SET NULL,
    action       text NOT NULL CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    subject_id   text,
    detail       jsonb NOT NULL DEFAULT '{}',
    at           timestamptz NOT NULL DEFAULT engine_now()
);
CREATE INDEX audit_log_workspace_idx ON audit_log (workspace_id, id DESC);

CREATE TABLE instance_settings (
    name       text PRIMARY KEY,
    value      jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT engine_now()
);
