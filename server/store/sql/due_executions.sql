-- Up to $2 running executions with due jobs of types $1 (any, when NULL), without $3, fairest first: of
-- the workspace that has the fewest jobs running, and in it those that have the fewest.
WITH due AS (
    SELECT e.id, e.workspace_id, e.jobs_running, e.next_run_at
      FROM workflow_executions e
     WHERE e.status = 'running'
       AND e.next_run_at IS NOT NULL
       AND e.next_run_at <= (SELECT engine_now()) -- read once, so that the index serves
       AND e.id <> ALL($3::uuid[])
       AND ($1::text[] IS NULL OR EXISTS
            (SELECT FROM agent_jobs j
              WHERE j.execution_id = e.id AND j.status = 'pending' AND j.job_type = ANY($1)
                AND j.run_at <= (SELECT engine_now())))
), busy AS (
    SELECT w.workspace_id, sum(r.jobs_running) AS jobs
      FROM (SELECT DISTINCT workspace_id FROM due) w
      JOIN workflow_executions r ON r.workspace_id = w.workspace_id AND r.status = 'running'
     GROUP BY w.workspace_id
), ranked AS (
    SELECT due.id, due.jobs_running, due.next_run_at,
           busy.jobs + row_number() OVER (PARTITION BY due.workspace_id
                                              ORDER BY due.jobs_running, due.next_run_at, due.id) AS turn
      FROM due
      JOIN busy ON busy.workspace_id = due.workspace_id
)
SELECT id
  FROM ranked
 ORDER BY turn, jobs_running, next_run_at, id
 LIMIT $2
