-- Blobs whose bytes are on their way into the store: whoever stores some holds them first, so that
-- nobody deletes them before what needs them is on record.

CREATE TABLE blob_holds (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL,
    digest       text        NOT NULL,
    until        timestamptz NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, digest) REFERENCES blobs (workspace_id, digest) ON DELETE CASCADE
);

CREATE INDEX blob_holds_by_digest ON blob_holds (workspace_id, digest);
CREATE INDEX blob_holds_by_end ON blob_holds (until);
CREATE INDEX blobs_by_digest ON blobs (digest);
