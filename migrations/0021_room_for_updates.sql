-- Rows that every step changes have room beside them, so that the change needs no new entries of
-- indexes; and what never changes of an execution lies apart, so that it is not written again.
ALTER TABLE workflow_executions SET (fillfactor = 60, toast_tuple_target = 256);
ALTER TABLE execution_nodes SET (fillfactor = 50);
ALTER TABLE execution_edges SET (fillfactor = 60);
ALTER TABLE agent_jobs SET (fillfactor = 70);
ALTER TABLE job_attempts SET (fillfactor = 70);
