-- A job may launch another execution after one that has failed. Each id is made of the job, its
-- generation and how many have failed before: the same launch still meets its own row.
ALTER TABLE workflow_executions DROP CONSTRAINT child_of_job;
