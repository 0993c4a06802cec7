-- What was made with a document as context is found from the document, and what is deleted keeps its name
-- for those that have read it.
CREATE INDEX artifacts_by_read_document ON artifacts USING gin ((inputs -> 'documents') jsonb_path_ops)
    WHERE inputs ? 'documents';

CREATE TABLE deleted_documents (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    title        text        NOT NULL,
    deleted_at   timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id)
);
