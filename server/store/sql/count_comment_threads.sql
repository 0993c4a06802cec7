-- How many open threads of workspace $1 there are about each of $2, by step; those about a review count for its
-- execution, too.
SELECT coalesce(t.template_id, t.document_id, t.execution_id, t.review_id) AS "subject!",
       r.execution_id AS "execution?", coalesce(t.node_id, split_part(r.node_id, '@', 1)) AS "node?",
       count(*) AS "count!"
  FROM comment_threads t
  LEFT JOIN reviews r ON r.workspace_id = $1 AND r.id = t.review_id
 WHERE t.workspace_id = $1 AND t.resolved_at IS NULL
   AND (t.template_id = ANY ($2::uuid[]) OR t.document_id = ANY ($2) OR t.execution_id = ANY ($2)
        OR t.review_id = ANY ($2)
        OR t.review_id = ANY (ARRAY(
               SELECT own.id FROM reviews own WHERE own.workspace_id = $1 AND own.execution_id = ANY ($2))))
 GROUP BY 1, 2, 3
