-- Locks executions $1, then tells the time; and which of workers $2 are given up.
SELECT e.id, e.workspace_id, engine_root(e.id, e.parent_execution_id) AS "root!",
       engine_turn(e.id, e.parent_execution_id, e.number) AS "turn!",
       e.status, e.pause_reason, e.end_reason, e.error, e.event_seq,
       e.active_ms, e.running_since, e.input_tokens, e.output_tokens, e.total_cost,
       e.unpriced_calls, e.sample_calls, e.output, e.auto_run, e.breakpoints, e.redrawn, e.budget,
       e.status = 'running' AND NOT engine_holds_place(e.jobs_running, e.next_run_at, e.updated_at)
           AS "only_waits!",
       engine_now() AS "now!",
       ARRAY(SELECT w.id FROM workers w WHERE w.id = ANY($2::uuid[]) AND w.gone_at IS NOT NULL) AS "gone!"
  FROM (SELECT * FROM workflow_executions WHERE id = ANY($1::uuid[]) AND forgotten_at IS NULL
         ORDER BY id FOR UPDATE) AS e
