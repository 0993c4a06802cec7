-- Long histories: rows that change often stay on their page, what is looked for often has an index
-- that does not grow with what is over, and what is old enough can be deleted.

ALTER TABLE workflow_executions SET (fillfactor = 70);
ALTER TABLE execution_nodes SET (fillfactor = 70);
ALTER TABLE execution_edges SET (fillfactor = 80);
ALTER TABLE agent_jobs SET (fillfactor = 70);
ALTER TABLE job_attempts SET (fillfactor = 80);

CREATE INDEX executions_running ON workflow_executions (id) WHERE status = 'running';
CREATE INDEX workers_present ON workers (lease_until) WHERE gone_at IS NULL;
CREATE INDEX ledger_by_execution ON spend_ledger (execution_id);

-- A worker that stops gives its jobs back: neither a loss nor an end.
ALTER TABLE job_attempts
    DROP CONSTRAINT job_attempts_status_check,
    ADD CONSTRAINT job_attempts_status_check CHECK (status IN
        ('running', 'completed', 'failed', 'lost', 'handed_back', 'cancelled'));

-- How long the history of what is over is kept, in days.
ALTER TABLE workspaces
    ADD COLUMN history_days integer NOT NULL DEFAULT 90 CHECK (history_days BETWEEN 1 AND 3650);

-- Since when an execution has only its summary (what the fold of its events was), and whether rows
-- of its history are still to be deleted.
ALTER TABLE workflow_executions
    ADD COLUMN forgotten_at timestamptz,
    ADD COLUMN summary      jsonb,
    ADD COLUMN has_remains  boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT forgotten_is_over CHECK (forgotten_at IS NULL OR completed_at IS NOT NULL),
    ADD CONSTRAINT forgotten_has_summary CHECK ((forgotten_at IS NULL) = (summary IS NULL));
CREATE INDEX executions_to_forget ON workflow_executions (workspace_id, completed_at)
    WHERE completed_at IS NOT NULL AND forgotten_at IS NULL;
CREATE INDEX executions_with_remains ON workflow_executions (forgotten_at) WHERE has_remains;
