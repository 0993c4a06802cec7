-- The budgets of the month that executions $2 of workspace $1 spend: the workspace's and those of their own
-- templates and of the templates of the executions that they belong to, with what is spent of each, as in
-- `call_caps.sql`; in the order in which their notices are written.
WITH RECURSIVE line AS (
    SELECT id, template_id, parent_execution_id
      FROM workflow_executions
     WHERE workspace_id = $1 AND id = ANY ($2)
     UNION ALL
    SELECT p.id, p.template_id, p.parent_execution_id
      FROM line
      JOIN workflow_executions p ON p.id = line.parent_execution_id
), month AS (
    SELECT date_trunc('month', engine_now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS since
), spenders AS (
    SELECT x.id AS spender, x.template_id, x.parent_execution_id
      FROM workflow_executions x
     WHERE x.id IN (SELECT l.execution_id FROM spend_ledger l, month
                     WHERE l.workspace_id = $1 AND l.at >= month.since AND NOT l.sample)
     UNION ALL
    SELECT s.spender, p.template_id, p.parent_execution_id
      FROM spenders s
      JOIN workflow_executions p ON p.id = s.parent_execution_id
)
SELECT b.id, b.template_id, b.monthly_micros AS limit_micros,
       to_char(month.since AT TIME ZONE 'UTC', 'YYYY-MM') AS "month!",
       (SELECT coalesce(sum(l.cost), 0)::bigint
          FROM spend_ledger l
         WHERE l.workspace_id = $1 AND l.at >= month.since AND NOT l.sample
           AND (b.template_id IS NULL
                OR l.execution_id IN (SELECT spender FROM spenders s
                                       WHERE s.template_id = b.template_id))) AS "spent_micros!"
  FROM budgets b
 CROSS JOIN month
 WHERE b.workspace_id = $1
   AND (b.template_id IS NULL OR b.template_id IN (SELECT template_id FROM line))
 ORDER BY b.id
