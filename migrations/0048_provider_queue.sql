-- Calls that wait for a place at a provider: a place that becomes free is kept for those of whom the
-- fewest calls are under way. One is remembered until it has left, or for a while after it last asked.
CREATE TABLE provider_queue (
    provider     text        NOT NULL,
    job_id       uuid        NOT NULL,
    workspace_id uuid        NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    execution_id uuid        NOT NULL,
    until_at     timestamptz NOT NULL,
    PRIMARY KEY (provider, job_id)
);
