-- Images that were paid for and that the storage has not taken yet: neither is one lost when the process
-- ends, nor is another paid for in its place. One goes with the statement that records its job's output.
CREATE TABLE paid_images (
    workspace_id uuid        NOT NULL,
    execution_id uuid        NOT NULL,
    job_id       uuid        PRIMARY KEY,
    bills        bigint      NOT NULL, -- what its job was charged for before: one more says that this is billed
    inputs       jsonb       NOT NULL,
    charge       jsonb       NOT NULL,
    image        bytea       NOT NULL,
    paid_at      timestamptz NOT NULL DEFAULT engine_now(),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id)
        ON DELETE CASCADE
);

CREATE INDEX paid_images_by_execution ON paid_images (workspace_id, execution_id);
-- It is compressed already.
ALTER TABLE paid_images ALTER COLUMN image SET STORAGE EXTERNAL;
