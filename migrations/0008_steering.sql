-- People in the course of an execution: reviews, steps that wait for a word, changed nodes.

ALTER TABLE workflow_executions
    ADD COLUMN auto_run    boolean NOT NULL DEFAULT true,
    ADD COLUMN breakpoints jsonb   NOT NULL DEFAULT '[]';

ALTER TABLE execution_nodes
    ADD COLUMN hold     text CHECK (hold IN ('step', 'breakpoint')),
    ADD COLUMN config   jsonb, -- where it differs from the frozen definition
    ADD COLUMN feedback text;

-- A node that is made again has jobs of each generation.
ALTER TABLE agent_jobs
    DROP CONSTRAINT job_of_node,
    ADD CONSTRAINT job_of_node UNIQUE (node_row_id, generation, item);

CREATE TABLE reviews (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL,
    execution_id uuid        NOT NULL,
    node_row_id  uuid        NOT NULL,
    node_id      text        NOT NULL,
    generation   integer     NOT NULL,
    status       text        NOT NULL DEFAULT 'open' CHECK (status IN
        ('open', 'approved', 'changes', 'rejected', 'cancelled')),
    reviewers    text        NOT NULL CHECK (reviewers IN ('runners', 'editors')),
    instructions text        NOT NULL,
    items        jsonb       NOT NULL,
    needed       integer     NOT NULL CHECK (needed > 0),
    approvals    jsonb       NOT NULL DEFAULT '[]',
    until_at     timestamptz,
    opened_at    timestamptz NOT NULL,
    decided_by   uuid        REFERENCES users (id) ON DELETE SET NULL,
    decided_name text,
    reason       text,
    decided_at   timestamptz,
    UNIQUE (workspace_id, id),
    CONSTRAINT decided_has_end CHECK ((status = 'open') = (decided_at IS NULL)),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, node_row_id) REFERENCES execution_nodes (workspace_id, id)
        ON DELETE CASCADE
);

CREATE INDEX reviews_of_execution ON reviews (execution_id);
CREATE INDEX reviews_open ON reviews (workspace_id, opened_at) WHERE status = 'open';
CREATE INDEX reviews_with_limit ON reviews (until_at) WHERE status = 'open';
