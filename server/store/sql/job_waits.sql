-- A job that was never tried waits as long as another item of its node, for the same reason.
SELECT j.id, j.effect, coalesce(j.failure, beside.failure) AS "failure: Json<Failure>",
       CASE WHEN j.run_at > engine_now() THEN j.run_at END AS until,
       e.status, e.pause_reason, c.name AS "child?", c.status AS "child_status?",
       c.pause_reason AS child_pause,
       CASE WHEN e.status = 'paused' THEN (SELECT engine_pause_words($2)) END AS words,
       CASE WHEN c.status = 'paused' THEN engine_pause_words(c.id) END AS child_words,
       e.jobs_running AS "running!",
       (e.run_definition #>> '{settings,concurrency}')::bigint AS most,
       (j.job_type = 'agent' AND j.child_id IS NULL
        AND EXISTS (SELECT FROM reviews r
                     WHERE r.execution_id = j.execution_id
                       AND r.node_row_id = j.node_row_id AND r.status = 'open'))
           AS "decides!",
       CASE WHEN NOT EXISTS (SELECT FROM workers w
                              WHERE w.gone_at IS NULL
                                AND (w.serves IS NULL OR j.job_type = ANY(w.serves)))
            THEN j.job_type END AS unserved
  FROM agent_jobs j
  JOIN workflow_executions e ON e.id = j.execution_id
  LEFT JOIN workflow_executions c ON c.id = j.child_id
  LEFT JOIN LATERAL (SELECT s.failure FROM agent_jobs s
                      WHERE s.execution_id = j.execution_id AND s.node_id = j.node_id
                        AND s.status = 'pending' AND s.run_at = j.run_at
                        AND s.failure IS NOT NULL AND j.failure IS NULL
                        AND j.started_at IS NULL AND j.run_at > engine_now()
                      LIMIT 1) beside ON true
 WHERE j.workspace_id = $1 AND j.execution_id = $2 AND j.status = 'pending'
