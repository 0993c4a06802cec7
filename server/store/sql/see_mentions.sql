-- Notes that member $2 of workspace $1 has seen what names them about template $3, document $4, execution $5 with its
-- reviews, or review $6, at step $7 or anywhere.
UPDATE comment_mentions m SET seen_at = engine_now()
  FROM comments c
  JOIN comment_threads t ON t.workspace_id = $1 AND t.id = c.thread_id
 WHERE m.workspace_id = $1 AND m.user_id = $2 AND m.seen_at IS NULL
   AND c.workspace_id = $1 AND c.id = m.comment_id
   AND (t.template_id = $3 OR t.document_id = $4 OR t.execution_id = $5 OR t.review_id = $6
        OR t.review_id = ANY (ARRAY(
               SELECT own.id FROM reviews own
                WHERE own.workspace_id = $1 AND own.execution_id = $5
                  AND ($7::text IS NULL OR split_part(own.node_id, '@', 1) = $7))))
   AND ($7::text IS NULL OR t.node_id = $7 OR t.review_id IS NOT NULL)
