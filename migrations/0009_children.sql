-- Executions that belong together: launched by a job of another one, or running it again.

ALTER TABLE workflow_executions
    ADD COLUMN parent_execution_id uuid,
    ADD COLUMN parent_node_id      text,
    ADD COLUMN parent_job_id       uuid,
    ADD COLUMN parent_generation   integer,
    ADD COLUMN depth               smallint NOT NULL DEFAULT 0 CHECK (depth BETWEEN 0 AND 5),
    ADD COLUMN origin_execution_id uuid,
    ADD COLUMN origin_node_id      text,
    ADD CONSTRAINT child_of_job UNIQUE (parent_job_id, parent_generation),
    ADD CONSTRAINT child_has_job CHECK
        ((parent_execution_id IS NULL) = (parent_job_id IS NULL)
         AND (parent_execution_id IS NULL) = (parent_generation IS NULL)
         AND (parent_execution_id IS NULL) = (depth = 0)),
    ADD CONSTRAINT execution_parent FOREIGN KEY (workspace_id, parent_execution_id)
        REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT execution_origin FOREIGN KEY (workspace_id, origin_execution_id)
        REFERENCES workflow_executions (workspace_id, id)
        ON DELETE SET NULL (origin_execution_id);

CREATE INDEX executions_by_parent ON workflow_executions (parent_execution_id)
    WHERE parent_execution_id IS NOT NULL;
CREATE INDEX executions_by_origin ON workflow_executions (origin_execution_id)
    WHERE origin_execution_id IS NOT NULL;
-- What the sweeper compares with the parents: small, since it holds only what is not over.
CREATE INDEX children_open ON workflow_executions (parent_job_id)
    WHERE parent_job_id IS NOT NULL AND status IN ('pending', 'running', 'paused');

-- The execution that a job has launched; while the job is pending it waits for that one's end.
ALTER TABLE agent_jobs ADD COLUMN child_id uuid;
CREATE INDEX jobs_waiting_for_child ON agent_jobs (child_id)
    WHERE status = 'pending' AND child_id IS NOT NULL;

-- The version of another execution that was taken over as this one.
ALTER TABLE artifacts ADD COLUMN taken_from uuid;
