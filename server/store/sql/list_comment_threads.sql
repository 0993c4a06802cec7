-- Threads of workspace $1 about template $2, document $3, execution $4 with its reviews, or review $5, at step $6 or
-- anywhere, open or resolved as $7 says, the latest first, at most $10 from ($8, $9) on.
SELECT t.id, t.template_id, t.document_id, t.execution_id, t.review_id, t.node_id, t.created_at, t.resolved_at,
       u.name AS "resolved_by?",
       CASE WHEN coalesce(t.node_id, r.node_id) IS NOT NULL
            THEN engine_step_name(coalesce(w.draft, e.run_definition), coalesce(t.node_id, r.node_id)) END AS "step?"
  FROM comment_threads t
  LEFT JOIN users u ON u.id = t.resolved_by
  LEFT JOIN workflow_templates w ON w.workspace_id = $1 AND w.id = t.template_id
  LEFT JOIN reviews r ON r.workspace_id = $1 AND r.id = t.review_id
  LEFT JOIN workflow_executions e ON e.workspace_id = $1 AND e.id = coalesce(t.execution_id, r.execution_id)
 WHERE t.workspace_id = $1
   AND (t.template_id = $2 OR t.document_id = $3 OR t.execution_id = $4 OR t.review_id = $5
        OR t.review_id = ANY (ARRAY(
               SELECT own.id FROM reviews own
                WHERE own.workspace_id = $1 AND own.execution_id = $4
                  AND ($6::text IS NULL OR split_part(own.node_id, '@', 1) = $6))))
   AND ($6::text IS NULL OR t.node_id = $6 OR t.review_id IS NOT NULL)
   AND ($7::bool IS NULL OR (t.resolved_at IS NOT NULL) = $7)
   AND ($8::timestamptz IS NULL OR (t.created_at, t.id) < ($8, $9::uuid))
 ORDER BY t.created_at DESC, t.id DESC
 LIMIT $10
