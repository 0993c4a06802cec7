-- The list of a workspace's executions is read in parts by this order, whatever it is narrowed to.
CREATE INDEX executions_by_start
    ON workflow_executions (workspace_id, started_at DESC, id DESC);
