-- The library of agents: what people edit, and the versions that workflows pin, which never change.

CREATE TABLE agents (
    id                uuid        PRIMARY KEY,
    workspace_id      uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    -- By which workflows name it. It never changes, and an archived agent keeps it.
    key               text        NOT NULL CHECK (key ~ '^[a-z][A-Za-z0-9_-]*$' AND length(key) <= 63),
    name              text        NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    picture           uuid,
    draft             jsonb       NOT NULL,
    draft_revision    bigint      NOT NULL DEFAULT 1,
    published_version integer,
    is_system         boolean     NOT NULL DEFAULT false,
    system_key        text,
    archived_at       timestamptz,
    created_by        uuid        REFERENCES users ON DELETE SET NULL,
    created_at        timestamptz NOT NULL DEFAULT engine_now(),
    updated_at        timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id),
    CONSTRAINT agent_key UNIQUE (workspace_id, key),
    CONSTRAINT agent_system_key UNIQUE (workspace_id, system_key),
    FOREIGN KEY (workspace_id, picture) REFERENCES images (workspace_id, id) ON DELETE SET NULL (picture),
    CHECK (is_system = (system_key IS NOT NULL))
);
CREATE INDEX agents_by_maker ON agents (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX agents_by_picture ON agents (workspace_id, picture) WHERE picture IS NOT NULL;

CREATE TABLE agent_versions (
    workspace_id uuid        NOT NULL,
    agent_id     uuid        NOT NULL,
    version      integer     NOT NULL CHECK (version > 0),
    definition   jsonb       NOT NULL,
    note         text        NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    published_by uuid        REFERENCES users ON DELETE SET NULL,
    published_at timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (agent_id, version),
    FOREIGN KEY (workspace_id, agent_id) REFERENCES agents (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_versions_by_publisher ON agent_versions (published_by) WHERE published_by IS NOT NULL;
