-- What member $2 of workspace $1 has there that somebody has to look after when they go.
SELECT array(SELECT t.name FROM workflow_templates t
              WHERE t.workspace_id = $1 AND t.created_by = $2 AND t.archived_at IS NULL
              ORDER BY lower(t.name), t.id LIMIT 100) AS "templates!",
       (SELECT count(*) FROM workflow_templates t
         WHERE t.workspace_id = $1 AND t.created_by = $2 AND t.archived_at IS NULL)
           AS "template_count!",
       array(SELECT k.name FROM api_tokens k
              WHERE k.workspace_id = $1 AND k.user_id = $2
                AND (k.expires_at IS NULL OR k.expires_at > engine_now())
              ORDER BY k.created_at, k.id LIMIT 100) AS "tokens!",
       (SELECT count(*) FROM workflow_executions e
         WHERE e.workspace_id = $1 AND e.status IN ('pending', 'running', 'paused')
           AND e.user_id = $2) AS "executions!",
       (SELECT count(*) FROM reviews r
          JOIN workflow_executions e ON e.id = r.execution_id
         WHERE r.workspace_id = $1 AND r.status = 'open' AND e.user_id = $2) AS "reviews!",
       (SELECT count(*) FROM reviews r
         WHERE r.workspace_id = $1 AND r.status = 'open' AND $2 = ANY (r.people))
           AS "named_reviews!",
       (SELECT count(*) FROM review_links l
         WHERE l.workspace_id = $1 AND l.made_by = $2 AND l.expires_at > engine_now())
           AS "review_links!",
       (SELECT count(*) FROM invitations i
         WHERE i.workspace_id = $1 AND i.invited_by = $2 AND i.accepted_at IS NULL
           AND i.revoked_at IS NULL AND i.expires_at > engine_now()) AS "invitations!"
