-- Executions that wait and have a place now, by workspace the oldest first; of workspaces $1 (all,
-- when NULL), each of which may run $2.
SELECT n.id
  FROM (SELECT DISTINCT workspace_id FROM workflow_executions
         WHERE status = 'pending' AND ($1::uuid[] IS NULL OR workspace_id = ANY($1))) w
 CROSS JOIN LATERAL (SELECT count(*) AS running FROM engine_at_work(w.workspace_id)) r
 CROSS JOIN LATERAL (SELECT e.id, e.number FROM workflow_executions e
                      WHERE e.workspace_id = w.workspace_id AND e.status = 'pending'
                      ORDER BY e.number
                      LIMIT greatest(0, $2::bigint - r.running)) n
 ORDER BY n.number
