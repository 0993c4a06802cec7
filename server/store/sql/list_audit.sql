-- Lines of the audit log of workspace $1, the latest first, at most $9 from ($7, $8) on: by person $2, of action $3,
-- about $4, from $5 on and before $6. The page is cut before anything is looked up for its rows.
WITH l AS (
    SELECT l.*
      FROM audit_log l
     WHERE l.workspace_id = $1
       AND ($2::uuid IS NULL OR l.user_id = $2)
       AND ($3::text IS NULL OR l.action = $3)
       AND ($4::text IS NULL OR l.subject_id = $4)
       AND ($5::timestamptz IS NULL OR l.at >= $5)
       AND ($6::timestamptz IS NULL OR l.at < $6)
       AND ($7::timestamptz IS NULL OR (l.at, l.id) < ($7, $8::bigint))
     ORDER BY l.at DESC, l.id DESC
     LIMIT $9
)
SELECT l.id AS "id!", l.at AS "at!", l.user_id AS "user_id?", u.name AS "user?", l.action AS "action!",
       l.subject_id AS "subject_id?",
       coalesce(l.detail ->> 'name', l.detail ->> 'email', s.name) AS "subject?",
       l.detail AS "detail!", l.credential AS "credential?", l.credential_id AS "credential_id?",
       t.name AS "token?", l.ip AS "ip?", l.user_agent AS "user_agent?", c.hash AS "hash?"
  FROM l
  LEFT JOIN users u ON u.id = l.user_id
  LEFT JOIN api_tokens t ON t.workspace_id = $1 AND t.id = l.credential_id
  LEFT JOIN audit_chain c ON c.audit_id = l.id
 CROSS JOIN LATERAL (
       SELECT CASE WHEN l.subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                   THEN l.subject_id::uuid END AS id
       ) about
  -- No two things have the same id.
  LEFT JOIN LATERAL (
       SELECT name FROM workflow_templates WHERE workspace_id = $1 AND id = about.id
        UNION ALL
       SELECT name || ' #' || number FROM workflow_executions WHERE workspace_id = $1 AND id = about.id
        UNION ALL
       SELECT title FROM documents WHERE workspace_id = $1 AND id = about.id
        UNION ALL
       SELECT alt FROM images WHERE workspace_id = $1 AND id = about.id
        UNION ALL
       SELECT name FROM projects WHERE workspace_id = $1 AND id = about.id
        UNION ALL
       SELECT name FROM launch_presets WHERE workspace_id = $1 AND id = about.id
        UNION ALL
       SELECT name FROM api_tokens WHERE workspace_id = $1 AND id = about.id
        UNION ALL
       SELECT name FROM users WHERE id = about.id
       ) s ON true
 ORDER BY l.at DESC, l.id DESC
