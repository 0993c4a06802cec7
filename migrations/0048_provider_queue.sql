-- Calls that wait for a place at a provider: one that becomes free is kept for those of whom the fewest
-- calls are under way, among equals for who waits for longest. A call is remembered until it has left, or
-- for a while after it last asked; since_at is when it asked first, or when another of its execution left.
CREATE TABLE provider_queue (
    provider     text        NOT NULL,
    job_id       uuid        NOT NULL,
    workspace_id uuid        NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    execution_id uuid        NOT NULL,
    model        text        NOT NULL,
    -- The provider has a place, but its model takes fewer calls since it asked to wait.
    only_model   boolean     NOT NULL,
    since_at     timestamptz NOT NULL DEFAULT engine_now(),
    until_at     timestamptz NOT NULL,
    PRIMARY KEY (provider, job_id)
);
