-- Comments of workspace $1 that name member $2 and that they have not seen, the latest first, at most $3; with how many
-- there are in all.
WITH m AS (
    SELECT m.comment_id, m.created_at, count(*) OVER () AS count
      FROM comment_mentions m
     WHERE m.workspace_id = $1 AND m.user_id = $2 AND m.seen_at IS NULL
     ORDER BY m.created_at DESC, m.comment_id DESC
     LIMIT $3
)
SELECT m.comment_id AS "comment_id!", m.created_at AS "created_at!", m.count AS "count!", c.text AS "text!",
       a.name AS "by?", t.template_id AS "template_id?", t.document_id AS "document_id?",
       t.execution_id AS "execution_id?", t.review_id AS "review_id?", t.node_id AS "node_id?",
       e.id AS "of_execution?",
       coalesce(w.name, d.title, e.name || ' #' || e.number, '') AS "title!"
  FROM m
  JOIN comments c ON c.workspace_id = $1 AND c.id = m.comment_id
  JOIN comment_threads t ON t.workspace_id = $1 AND t.id = c.thread_id
  LEFT JOIN users a ON a.id = c.author_id
  LEFT JOIN workflow_templates w ON w.workspace_id = $1 AND w.id = t.template_id
  LEFT JOIN documents d ON d.workspace_id = $1 AND d.id = t.document_id
  LEFT JOIN reviews r ON r.workspace_id = $1 AND r.id = t.review_id
  LEFT JOIN workflow_executions e ON e.workspace_id = $1 AND e.id = coalesce(t.execution_id, r.execution_id)
 ORDER BY m.created_at DESC, m.comment_id DESC
