-- Executions of workspace $1 in states $2, the latest first, at most $11 from ($9, $10) on: of
-- template $3, launched by $4, kept in project $12, linked to what $13 names by kind and id, from $5 on and before $6, in whose words, those it was launched with included, all of $7 occur; with $8 only
-- those that nobody has looked after: launched by a person, no test, and not run again since.
-- The page is cut before anything is looked up for its rows.
WITH e AS (
    SELECT e.*, u.name AS launched_by, t.name AS template_name
      FROM workflow_executions e
      LEFT JOIN users u ON u.id = e.user_id
      LEFT JOIN workflow_templates t ON t.id = e.template_id
     WHERE e.workspace_id = $1 AND e.status = ANY($2)
       AND ($3::uuid IS NULL OR e.template_id = $3)
       AND ($4::uuid IS NULL OR e.user_id = $4)
       AND ($12::uuid IS NULL OR e.project_id = $12)
       AND ($13::text[] IS NULL OR EXISTS (
           SELECT FROM execution_external_refs r
            WHERE r.workspace_id = $1 AND r.execution_id = e.id
              AND r.kind = ($13::text[])[1] AND r.ref_id = ($13::text[])[2]))
       AND ($5::timestamptz IS NULL OR e.started_at >= $5)
       AND ($6::timestamptz IS NULL OR e.started_at < $6)
       AND NOT EXISTS (
           SELECT FROM unnest($7::text[]) word
            WHERE strpos(lower(concat_ws(' ', e.name, '#' || e.number, t.name, u.name, e.error,
                             (SELECT string_agg(asked.value, ' ')
                                FROM jsonb_each_text(e.config_json) asked),
                             (SELECT string_agg(concat_ws(' ', r.ref_id, r.address), ' ')
                                FROM execution_external_refs r
                               WHERE r.workspace_id = $1 AND r.execution_id = e.id))),
                         lower(word)) = 0)
       AND (NOT $8::boolean OR e.parent_execution_id IS NULL AND e.trigger <> 'test' AND NOT EXISTS (
           SELECT FROM workflow_executions later WHERE later.origin_execution_id = e.id))
       AND ($9::timestamptz IS NULL OR (e.started_at, e.id) < ($9, $10::uuid))
     ORDER BY e.started_at DESC, e.id DESC
     LIMIT $11
)
SELECT e.id, e.number, e.name, e.status, e.pause_reason,
       CASE WHEN e.status = 'paused' THEN engine_pause_words(e.id) END AS "pause_message",
       e.error, e.progress_percent, e.current_node_id,
       CASE WHEN e.completed_at IS NULL AND e.current_node_id IS NOT NULL
            THEN engine_step_name(e.run_definition, e.current_node_id) END AS "current_step?",
       e.started_at, e.completed_at, e.input_tokens AS input, e.output_tokens AS output,
       e.total_cost AS cost, e.unpriced_calls AS unpriced, e.sample_calls AS samples, e.parent_execution_id,
       e.trigger = 'test' AS "is_test!", e.template_id, e.template_name AS "template_name?",
       e.launched_by AS "launched_by?", e.user_id, e.project_id, e.trigger, c.input_tokens AS "c_input!",
       c.output_tokens AS "c_output!", c.cost AS "c_cost!", c.unpriced AS "c_unpriced!",
       c.samples AS "c_samples!",
       CASE WHEN e.status = 'pending' THEN
           engine_position($1, engine_turn(e.id, e.parent_execution_id, e.number))
       END AS "position",
       s.label AS "wait_label?", s.status AS "wait_status?", s.hold AS "wait_hold?",
       s.message AS "wait_message?", s.run_at AS "wait_until?", s.child AS "wait_child?",
       s.child_status AS "wait_child_status?", s.child_pause AS "wait_child_pause?",
       s.child_words AS "wait_child_words?", u.kind AS "unserved?", u.label AS "unserved_label?"
  FROM e
 CROSS JOIN LATERAL (
       WITH RECURSIVE below AS (
           SELECT b.* FROM workflow_executions b WHERE b.parent_execution_id = e.id
            UNION ALL
           SELECT b.* FROM workflow_executions b
             JOIN below ON b.parent_execution_id = below.id
       )
       SELECT coalesce(sum(input_tokens), 0)::bigint AS input_tokens,
              coalesce(sum(output_tokens), 0)::bigint AS output_tokens,
              coalesce(sum(total_cost), 0)::bigint AS cost,
              coalesce(sum(unpriced_calls), 0)::bigint AS unpriced,
              coalesce(sum(sample_calls), 0)::bigint AS samples
         FROM below
       ) c
  -- The step it waits for, where nothing of it works or may begin.
  LEFT JOIN LATERAL (
       SELECT n.status, n.hold, j.failure ->> 'message' AS message, j.run_at, c.name AS child,
              c.status AS child_status, c.pause_reason AS child_pause,
              CASE WHEN c.status = 'paused' THEN engine_pause_words(c.id) END AS child_words,
              (SELECT d #>> '{data,label}' FROM jsonb_array_elements(e.run_definition -> 'nodes') d
                WHERE d ->> 'id' = split_part(n.node_id, '@', 1)) AS label
         FROM execution_nodes n
         LEFT JOIN agent_jobs j ON j.execution_id = e.id AND j.node_row_id = n.id
                               AND j.status = 'pending'
         LEFT JOIN workflow_executions c ON c.id = j.child_id
        WHERE n.execution_id = e.id AND n.status IN ('waiting', 'awaiting_review')
        -- Of several that it launched, one that does not go on by itself.
        ORDER BY j.run_at, coalesce(c.status = 'paused', false) DESC, n.node_id, j.item
        LIMIT 1
       ) s ON e.status = 'running' AND e.jobs_running = 0
          AND (e.next_run_at IS NULL OR e.next_run_at > engine_now())
  -- What of it could begin, where no worker that runs takes any of that.
  LEFT JOIN LATERAL (
       SELECT due.kind, engine_step_name(e.run_definition, due.node_id) AS label
         FROM (SELECT j.job_type AS kind, j.node_id,
                      EXISTS (SELECT FROM workers w
                               WHERE w.gone_at IS NULL
                                 AND (w.serves IS NULL OR j.job_type = ANY(w.serves))) AS is_served
                 FROM agent_jobs j
                WHERE e.status = 'running' AND e.jobs_running = 0 AND e.next_run_at <= engine_now()
                  AND j.execution_id = e.id AND j.status = 'pending' AND j.run_at <= engine_now()
                ORDER BY is_served DESC, j.run_at, j.node_id, j.item
                LIMIT 1) AS due
        WHERE NOT due.is_served
       ) u ON true
 ORDER BY e.started_at DESC, e.id DESC
