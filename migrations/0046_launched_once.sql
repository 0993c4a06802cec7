-- What was asked with an idempotency key (SHA-256 of it): the same key with another request is a mistake.
ALTER TABLE workflow_executions ADD COLUMN idempotency_request bytea;
