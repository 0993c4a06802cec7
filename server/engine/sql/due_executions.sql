-- Up to $2 running executions with due jobs of types $1 (any, when NULL), fairest first.
WITH due AS (
    SELECT execution_id, workspace_id, min(run_at) AS since
      FROM agent_jobs
     WHERE status = 'pending'
       AND run_at <= engine_now()
       AND ($1::text[] IS NULL OR job_type = ANY($1))
     GROUP BY execution_id, workspace_id
), ranked AS (
    SELECT due.execution_id,
           due.since,
           row_number() OVER (PARTITION BY due.workspace_id ORDER BY due.since, due.execution_id) AS turn
      FROM due
      JOIN workflow_executions e ON e.id = due.execution_id AND e.status = 'running'
)
SELECT execution_id
  FROM ranked
 ORDER BY turn, since, execution_id
 LIMIT $2
