-- What somebody has launched: the list narrowed to a person, and the templates they use.
CREATE INDEX executions_by_person
    ON workflow_executions (workspace_id, user_id, started_at DESC, id DESC);
