-- Calls of tools: one row for each attempt that called, written before the call leaves. Deleted with the execution,
-- and with its history.
CREATE TABLE mcp_tool_calls (
    id              uuid        PRIMARY KEY,
    workspace_id    uuid        NOT NULL,
    execution_id    uuid        NOT NULL,
    job_id          uuid        NOT NULL,
    node_id         text        NOT NULL,
    attempt         integer     NOT NULL,
    fence           bigint      NOT NULL,
    -- As `server.toolName`, as the workflow writes it.
    tool            text        NOT NULL,
    -- The SHA-256 of the definition that the arguments were judged by.
    definition_hash text        NOT NULL,
    arguments       jsonb       NOT NULL,
    state           text        NOT NULL CHECK (state IN ('sent', 'answered', 'failed')),
    result          jsonb,
    -- The result refers to images, which are in the library once the job has settled: it cannot be given again by
    -- itself.
    has_images      boolean     NOT NULL DEFAULT false,
    error           text,
    started_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    cost            bigint, -- millionths of a dollar; none where it is not known
    sample          boolean     NOT NULL DEFAULT false,
    UNIQUE (workspace_id, id),
    CONSTRAINT tool_call_of_attempt UNIQUE (execution_id, job_id, fence),
    CONSTRAINT sent_is_open CHECK ((state = 'sent') = (ended_at IS NULL)),
    CONSTRAINT failed_says_why CHECK ((state = 'failed') = (error IS NOT NULL)),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id)
        ON DELETE CASCADE
);

-- The calls of an execution, or of one of its nodes, the newest first.
CREATE INDEX tool_calls_by_start ON mcp_tool_calls (execution_id, started_at DESC, id DESC);
