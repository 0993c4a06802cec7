-- The caps on what execution $2 of workspace $1 may spend, with what is spent and reserved of each.
WITH e AS (
    SELECT id, budget, template_id FROM workflow_executions WHERE workspace_id = $1 AND id = $2
), month AS (
    SELECT date_trunc('month', engine_now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS since
)
SELECT 'execution' AS "purse!",
       e.budget AS "limit!",
       (SELECT coalesce(sum(l.cost), 0)::bigint FROM spend_ledger l
         WHERE l.execution_id = e.id AND NOT l.sample) AS "spent!",
       (SELECT coalesce(sum(j.reserved), 0)::bigint FROM agent_jobs j
         WHERE j.execution_id = e.id AND j.reserved IS NOT NULL) AS "reserved!"
  FROM e
 WHERE e.budget IS NOT NULL
UNION ALL
SELECT CASE WHEN b.template_id IS NULL THEN 'workspace' ELSE 'template' END,
       b.monthly_micros,
       (SELECT coalesce(sum(l.cost), 0)::bigint
          FROM spend_ledger l
          JOIN workflow_executions x ON x.id = l.execution_id
         WHERE l.workspace_id = $1 AND l.at >= month.since AND NOT l.sample
           AND (b.template_id IS NULL OR x.template_id = b.template_id)),
       (SELECT coalesce(sum(j.reserved), 0)::bigint
          FROM agent_jobs j
          JOIN workflow_executions x ON x.id = j.execution_id
         WHERE j.workspace_id = $1 AND j.reserved IS NOT NULL
           AND (b.template_id IS NULL OR x.template_id = b.template_id))
  FROM budgets b
 CROSS JOIN e
 CROSS JOIN month
 WHERE b.workspace_id = $1
   AND (b.template_id IS NULL OR b.template_id = e.template_id)
