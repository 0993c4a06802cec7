-- How many open reviews of workspace $1 wait for person $2 of role $3, and the latest of them.
SELECT w.id AS "id!", w.execution_id AS "execution_id!", w.node_id AS "node_id!", w.until_at,
       w.opened_at AS "opened_at!", w.name AS "name!", w.number AS "number!", w.count AS "count!",
       engine_step_name(w.run_definition, w.node_id) AS "step!"
  FROM (SELECT r.id, r.execution_id, r.node_id, r.until_at, r.opened_at, e.name, e.number, e.run_definition,
               count(*) OVER ()
          FROM reviews r
          JOIN workflow_executions e ON e.id = r.execution_id
         WHERE r.workspace_id = $1 AND r.status = 'open'
           AND engine_waits_for(r.workspace_id, r.reviewers, r.people,
                                CASE WHEN r.exclude_author THEN e.user_id END, r.needed, r.approvals, $2, $3)
         ORDER BY r.opened_at DESC, r.id DESC
         LIMIT 1) w
