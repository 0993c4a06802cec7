-- Why a workflow is switched off, by whom and since when; and what an execution is about elsewhere.

ALTER TABLE workflow_templates
    ADD COLUMN disabled_reason text CHECK (length(disabled_reason) BETWEEN 1 AND 500),
    ADD COLUMN disabled_by     uuid REFERENCES users ON DELETE SET NULL,
    ADD COLUMN disabled_at     timestamptz;

-- Until now no command wrote `enabled`; who did it by hand has left no reason.
UPDATE workflow_templates
   SET disabled_reason = 'It was switched off in the database.', disabled_at = engine_now()
 WHERE NOT enabled;

ALTER TABLE workflow_templates
    ADD CONSTRAINT template_disabled
        CHECK (enabled = (disabled_at IS NULL) AND enabled = (disabled_reason IS NULL));

CREATE INDEX templates_by_disabler ON workflow_templates (disabled_by) WHERE disabled_by IS NOT NULL;

-- Issues, pull requests, runs and commits of other systems that an execution is about or has made.
-- `job_id` names the job in whose result one was found; none came with the launch or later by people.
CREATE TABLE execution_external_refs (
    workspace_id uuid        NOT NULL,
    execution_id uuid        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('issue', 'pull_request', 'run', 'commit')),
    ref_id       text        NOT NULL CHECK (length(ref_id) BETWEEN 1 AND 200),
    address      text        CHECK (length(address) BETWEEN 1 AND 2000),
    job_id       uuid,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (execution_id, kind, ref_id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id)
        ON DELETE CASCADE
);

CREATE INDEX external_refs_by_id ON execution_external_refs (workspace_id, kind, ref_id);
