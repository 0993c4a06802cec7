-- Steps of loops that a person changed for the rounds to come: by their ids as drawn, their configurations.
-- What has begun has its own, in execution_nodes.
ALTER TABLE workflow_executions ADD COLUMN redrawn jsonb;
