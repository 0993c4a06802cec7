-- What a test run wrote, and what the same step has written again since, is a document like any other, but lists,
-- searches and pickers leave it out until a person changes it. What people have changed already stays listed.
ALTER TABLE documents
    ADD COLUMN aside text CHECK (aside IN ('test', 'superseded'));

UPDATE documents d
   SET aside = 'test'
  FROM workflow_executions e
 WHERE e.workspace_id = d.workspace_id AND e.id = d.execution_id AND e.trigger = 'test' AND d.revision = 1;

UPDATE documents d
   SET aside = 'superseded'
 WHERE d.aside IS NULL AND d.revision = 1
   AND EXISTS (SELECT FROM artifacts a
                WHERE a.execution_id = d.execution_id AND a.job_id = d.origin_job)
   AND NOT EXISTS (SELECT FROM artifacts a
                    WHERE a.execution_id = d.execution_id AND a.job_id = d.origin_job AND a.is_latest);
