-- Files people bring along for one execution. Those that no execution has taken are swept.

CREATE TABLE uploads (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id      uuid        REFERENCES users (id) ON DELETE SET NULL,
    name         text        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('image', 'pdf', 'text')),
    digest       text        NOT NULL,
    media_type   text        NOT NULL,
    bytes        bigint      NOT NULL CHECK (bytes > 0),
    content      text, -- what prompts get to read of it
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, digest) REFERENCES blobs (workspace_id, digest)
);

CREATE INDEX uploads_by_age ON uploads (created_at);
CREATE INDEX uploads_by_digest ON uploads (workspace_id, digest);
CREATE INDEX images_by_digest ON images (workspace_id, digest);

CREATE TABLE execution_uploads (
    workspace_id uuid NOT NULL,
    execution_id uuid NOT NULL,
    upload_id    uuid NOT NULL,
    PRIMARY KEY (execution_id, upload_id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, upload_id) REFERENCES uploads (workspace_id, id)
);

CREATE INDEX executions_by_upload ON execution_uploads (upload_id);
