-- Files that belong to a document: they go along wherever it is read as context.

CREATE TABLE document_uploads (
    workspace_id uuid        NOT NULL,
    document_id  uuid        NOT NULL,
    upload_id    uuid        NOT NULL,
    added_at     timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (document_id, upload_id),
    FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, upload_id) REFERENCES uploads (workspace_id, id)
);

CREATE INDEX documents_by_upload ON document_uploads (upload_id);
