-- Reviews of workspace $1, at most $5, the oldest first: only open ones where $2 says so, of execution
-- $3 and the one $4 where those are given. With each how many versions its step has asked about before,
-- and what was asked to be different of the last of them.
SELECT r.id, r.execution_id, r.node_id, r.status, r.reviewers, r.instructions,
       r.items AS "items: Json<Vec<Value>>", r.needed, r.approvals, r.until_at, r.opened_at,
       r.decided_name, r.reason, r.decided_at, e.name, e.number,
       engine_step_name(e.run_definition, r.node_id) AS "step!",
       (SELECT count(*) FROM reviews p
         WHERE p.execution_id = r.execution_id AND p.node_row_id = r.node_row_id
           AND p.generation < r.generation) AS "earlier!",
       b.decided_name AS "before_name?", b.reason AS "before_reason?",
       b.decided_at AS "before_at?"
  FROM reviews r
  JOIN workflow_executions e ON e.id = r.execution_id
  LEFT JOIN LATERAL (
       SELECT p.status, p.decided_name, p.reason, p.decided_at
         FROM reviews p
        WHERE p.execution_id = r.execution_id AND p.node_row_id = r.node_row_id
          AND p.generation < r.generation
        ORDER BY p.generation DESC
        LIMIT 1
       ) b ON b.status = 'changes'
 WHERE r.workspace_id = $1 AND (NOT $2 OR r.status = 'open')
   AND ($3::uuid IS NULL OR r.execution_id = $3) AND ($4::uuid IS NULL OR r.id = $4)
 ORDER BY r.opened_at, r.id
 LIMIT $5
