-- Limits: waiting for a place, for a provider, for money.

-- What the search for due jobs reads, so that it never counts jobs: how many run, and when the next
-- one may be claimed (NULL: none is pending, or as many run as may).
ALTER TABLE workflow_executions
    ADD COLUMN jobs_running integer     NOT NULL DEFAULT 0 CHECK (jobs_running >= 0),
    ADD COLUMN next_run_at  timestamptz,
    ADD COLUMN budget       bigint      CHECK (budget >= 0); -- millionths of a dollar

UPDATE workflow_executions e
   SET jobs_running = (SELECT count(*) FROM agent_jobs j
                        WHERE j.execution_id = e.id AND j.status = 'running'),
       next_run_at = (SELECT min(run_at) FROM agent_jobs j
                       WHERE j.execution_id = e.id AND j.status = 'pending')
 WHERE e.status IN ('running', 'paused');

CREATE INDEX executions_due ON workflow_executions (next_run_at)
    WHERE status = 'running' AND next_run_at IS NOT NULL;
CREATE INDEX executions_waiting ON workflow_executions (workspace_id, number)
    WHERE status = 'pending';
DROP INDEX jobs_due;
CREATE INDEX jobs_pending ON agent_jobs (execution_id) WHERE status = 'pending';

-- A call that is under way: whom it asks, and what it may cost at most. Both end with the claim.
ALTER TABLE agent_jobs
    ADD COLUMN calling  text,
    ADD COLUMN reserved bigint CHECK (reserved >= 0); -- millionths of a dollar

CREATE INDEX jobs_calling ON agent_jobs (calling) WHERE calling IS NOT NULL;
CREATE INDEX jobs_reserving ON agent_jobs (workspace_id) WHERE reserved IS NOT NULL;

-- An attempt that a limit put back before anything was asked.
ALTER TABLE job_attempts
    DROP CONSTRAINT job_attempts_status_check,
    ADD CONSTRAINT job_attempts_status_check CHECK (status IN
        ('running', 'completed', 'failed', 'lost', 'handed_back', 'cancelled', 'limited'));

-- Until when a provider asked everybody to wait.
CREATE TABLE provider_cooldowns (
    provider text        NOT NULL,
    model    text        NOT NULL,
    until_at timestamptz NOT NULL,
    PRIMARY KEY (provider, model)
);

-- What may be spent in a calendar month (UTC): by the workspace, or by one of its templates.
CREATE TABLE budgets (
    workspace_id   uuid        NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    template_id    uuid,
    monthly_micros bigint      NOT NULL CHECK (monthly_micros >= 0),
    updated_at     timestamptz NOT NULL DEFAULT engine_now(),
    CONSTRAINT budget_of UNIQUE NULLS NOT DISTINCT (workspace_id, template_id),
    FOREIGN KEY (workspace_id, template_id) REFERENCES workflow_templates (workspace_id, id)
        ON DELETE CASCADE
);
