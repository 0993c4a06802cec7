-- Reviews of workspace $1 that people have decided, or the time has, the latest first: at most $4 of those
-- decided before the moment $2, or at it with a lower id than $3.
SELECT r.id, r.execution_id, r.node_id, r.status, r.decided_by, r.decided_name AS "decided_name?",
       r.reason, r.approvals, r.decided_at AS "decided_at!", e.name, e.number,
       engine_step_name(e.run_definition, r.node_id) AS "step!"
  FROM reviews r
  JOIN workflow_executions e ON e.id = r.execution_id
 WHERE r.workspace_id = $1 AND r.status IN ('approved', 'changes', 'rejected')
   AND ($2::timestamptz IS NULL OR (r.decided_at, r.id) < ($2, $3::uuid))
 ORDER BY r.decided_at DESC, r.id DESC
 LIMIT $4
