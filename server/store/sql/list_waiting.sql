-- Open reviews of workspace $1 that wait for person $2 of role $3, at most $4, the oldest first, without what
-- is decided about.
SELECT r.id, r.execution_id, r.node_id, r.until_at, r.opened_at, e.name, e.number,
       engine_step_name(e.run_definition, r.node_id) AS "step!"
  FROM reviews r
  JOIN workflow_executions e ON e.id = r.execution_id
 WHERE r.workspace_id = $1 AND r.status = 'open'
   AND engine_waits_for(r.workspace_id, r.reviewers, r.people, CASE WHEN r.exclude_author THEN e.user_id END,
                        r.needed, r.approvals, $2, $3)
 ORDER BY r.opened_at, r.id
 LIMIT $4
