-- Executions that wait and have a place now, by workspace the oldest family first; of workspaces $1 (all,
-- when NULL), in each of which $2 families may work. Who belongs to a family that works needs no other
-- place.
SELECT n.id AS "id!"
  FROM (SELECT DISTINCT workspace_id FROM workflow_executions
         WHERE status = 'pending' AND ($1::uuid[] IS NULL OR workspace_id = ANY($1))) w
 CROSS JOIN LATERAL (SELECT array_agg(root) AS roots, count(*) AS taken
                       FROM engine_at_work(w.workspace_id) AS root) p
 CROSS JOIN LATERAL (
       SELECT q.id, q.turn, q.shares, row_number() OVER (PARTITION BY q.shares ORDER BY q.turn) AS nth
         FROM (SELECT e.id, e.turn, coalesce(e.root = ANY(p.roots), false) AS shares
                 FROM engine_waiting(w.workspace_id, $2) e) q
       ) n
 WHERE n.shares OR n.nth <= $2::bigint - p.taken
 ORDER BY n.turn
