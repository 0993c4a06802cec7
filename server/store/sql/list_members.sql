-- Members of workspace $1, those who joined last first, at most $6 from ($4, $5) on: of role $2, in whose
-- name or address all words of $3 occur; with how many executions each has under way.
WITH m AS (
    SELECT m.user_id, m.role, m.created_at, m.last_seen_at, u.name, u.email
      FROM memberships m
      JOIN users u ON u.id = m.user_id
     WHERE m.workspace_id = $1
       AND ($2::text IS NULL OR m.role = $2)
       AND NOT EXISTS (
           SELECT FROM unnest($3::text[]) word
            WHERE strpos(search_fold(concat_ws(' ', u.name, u.email)), search_fold(word)) = 0)
       AND ($4::timestamptz IS NULL OR (m.created_at, m.user_id) < ($4, $5::uuid))
     ORDER BY m.created_at DESC, m.user_id DESC
     LIMIT $6
), launched AS (
    SELECT e.user_id, count(*) AS executions
      FROM workflow_executions e
     WHERE e.workspace_id = $1 AND e.status IN ('pending', 'running', 'paused')
     GROUP BY e.user_id
)
SELECT m.user_id AS "user_id!", m.role AS "role!", m.created_at AS "joined_at!",
       m.last_seen_at AS "last_seen_at?",
       m.name AS "name!", m.email AS "email!", p.version AS "picture?", coalesce(l.executions, 0) AS "executions!"
  FROM m
  LEFT JOIN launched l ON l.user_id = m.user_id
  LEFT JOIN user_pictures p ON p.user_id = m.user_id
 ORDER BY m.created_at DESC, m.user_id DESC
