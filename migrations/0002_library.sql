-- Pictures and texts of a workspace. Bytes lie in the blob store under their SHA-256.

CREATE TABLE blobs (
    workspace_id uuid        NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    digest       text        NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    bytes        bigint      NOT NULL CHECK (bytes >= 0),
    media_type   text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (workspace_id, digest)
);

CREATE TABLE images (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL,
    project_id   uuid        NOT NULL,
    digest       text        NOT NULL,
    media_type   text        NOT NULL,
    bytes        bigint      NOT NULL CHECK (bytes > 0),
    width        integer     NOT NULL CHECK (width > 0),
    height       integer     NOT NULL CHECK (height > 0),
    alt          text        NOT NULL DEFAULT '',
    sample       boolean     NOT NULL DEFAULT false,
    execution_id uuid,
    node_id      text,
    origin_job   uuid,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, digest) REFERENCES blobs (workspace_id, digest)
);

CREATE INDEX images_by_project ON images (workspace_id, project_id, created_at DESC);

CREATE TABLE documents (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL,
    project_id   uuid        NOT NULL,
    title        text        NOT NULL,
    content      text        NOT NULL,
    status       text        NOT NULL CHECK (status IN ('draft', 'in_review', 'published')),
    tags         text[]      NOT NULL DEFAULT '{}',
    sample       boolean     NOT NULL DEFAULT false,
    execution_id uuid,
    node_id      text,
    origin_job   uuid,
    created_by   uuid        REFERENCES users (id) ON DELETE SET NULL,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    updated_at   timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE
);

CREATE INDEX documents_by_project ON documents (workspace_id, project_id, updated_at DESC);
CREATE INDEX documents_by_execution ON documents (execution_id) WHERE execution_id IS NOT NULL;

CREATE TABLE document_attachments (
    id                     uuid        PRIMARY KEY,
    workspace_id           uuid        NOT NULL,
    document_id            uuid        NOT NULL,
    image_id               uuid        NOT NULL,
    is_primary             boolean     NOT NULL DEFAULT false,
    attachment_order       integer     NOT NULL CHECK (attachment_order BETWEEN 0 AND 19),
    caption                text        NOT NULL DEFAULT '',
    created_by_workflow_id uuid,
    created_at             timestamptz NOT NULL DEFAULT engine_now(),
    CONSTRAINT attachment_pair UNIQUE (document_id, image_id),
    FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, image_id) REFERENCES images (workspace_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX attachment_primary ON document_attachments (document_id) WHERE is_primary;
CREATE INDEX attachments_by_image ON document_attachments (image_id);
