-- That an execution repeats what another one recorded is told by its first event: a page that folds
-- its events offers nothing then that would only find the same answers.
UPDATE execution_events v
   SET events = jsonb_set(v.events, '{0,replay}', 'true')
  FROM workflow_executions e
 WHERE e.id = v.execution_id AND e.trigger = 'replay'
   AND v.events -> 0 ->> 'kind' = 'execution.launched';

UPDATE workflow_executions
   SET summary = jsonb_set(summary, '{is_replay}', 'true')
 WHERE trigger = 'replay' AND summary IS NOT NULL;
