-- Calls that nobody knows the end of: their jobs wait for a person's word.

ALTER TABLE agent_jobs
    DROP CONSTRAINT agent_jobs_effect_check,
    ADD CONSTRAINT agent_jobs_effect_check CHECK (effect IN
        ('intent', 'sent', 'done', 'unknown', 'asked')),
    ADD COLUMN sent_at timestamptz; -- when its last call left

CREATE INDEX jobs_asked ON agent_jobs (workspace_id) WHERE status = 'pending' AND effect = 'asked';
